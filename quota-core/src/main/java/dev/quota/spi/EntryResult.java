package dev.quota.spi;

import java.util.List;

/**
 * What happened to one entry, in the command's order.
 *
 * @param taken units taken; 0 if the entry was refused, skipped or only peeked at
 * @param limits the numbers of each limit, in the entry's order
 */
public record EntryResult(long taken, List<LimitResult> limits) {

  /**
   * Copies the list.
   *
   * @param taken the component
   * @param limits the component
   */
  public EntryResult {
    limits = List.copyOf(limits);
  }
}
