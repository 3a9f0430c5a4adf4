package dev.quota.spi;

import java.util.List;

/**
 * What happened to one entry or one change, in the command's order.
 *
 * @param taken for a take, units taken, 0 if the entry was refused or skipped; for the repetition
 *     of a take, what was taken the first time; for a change of an operation, the total that is
 *     held now, or, if it was the last, that stays charged; else 0
 * @param gone true if a change or a renewal found no open record of its operation, so that it
 *     changed nothing
 * @param limits the numbers of each limit, in the entry's order or the hold's; of a grant, those of
 *     its one limit; empty for a change of a hold without an operation or one that is gone, for a
 *     renewal, and for a reset
 */
public record EntryResult(long taken, boolean gone, List<LimitResult> limits) {

  /**
   * Copies the list.
   *
   * @param taken the component
   * @param gone the component
   * @param limits the component
   */
  public EntryResult {
    limits = List.copyOf(limits);
  }

  /**
   * Creates the result of what is not gone.
   *
   * @param taken units taken or held
   * @param limits the numbers of each limit
   */
  public EntryResult(long taken, List<LimitResult> limits) {
    this(taken, false, limits);
  }
}
