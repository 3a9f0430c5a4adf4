package dev.quota.spi;

import java.util.List;

/**
 * The result of one entry, change or hold of a command, in the command's order. Immutable.
 *
 * @param taken for a take, the units taken; 0 if the entry was refused or skipped. For the
 *     repetition of a take, what was taken the first time. For a change of an operation, the total
 *     that is held now, or that stays charged after the last change. Else 0
 * @param gone true if a change or a renewal found no open record of its operation and changed
 *     nothing
 * @param limits the numbers of each limit, in the order of the entry or the hold; for a grant,
 *     those of its one limit; empty for a change without an operation, for one that is gone, for a
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
   * Creates a result that is not gone.
   *
   * @param taken units taken or held
   * @param limits the numbers of each limit
   */
  public EntryResult(long taken, List<LimitResult> limits) {
    this(taken, false, limits);
  }
}
