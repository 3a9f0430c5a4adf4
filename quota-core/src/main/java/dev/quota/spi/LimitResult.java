package dev.quota.spi;

import java.util.Objects;
import java.util.OptionalLong;

/**
 * The numbers of one limit after a command.
 *
 * @param name the limit's name
 * @param fit when the entry's cost fits; after a successful take, when its next cost fits
 * @param used units used in the current window, rounded up
 * @param reserved units held by open reservations, part of no other number
 * @param granted extra units from grants that are still valid
 * @param peakBefore the most that was used, before the command, since the limit was last full or
 *     began a new window
 * @param peakAfter the same, after the command
 * @param resetAtMillis when the limit is full again: a calendar window's end; for a rolling limit,
 *     when everything used has drained, absent if nothing is used
 */
public record LimitResult(
    String name,
    Fit fit,
    long used,
    long reserved,
    long granted,
    long peakBefore,
    long peakAfter,
    OptionalLong resetAtMillis) {

  /**
   * Checks that nothing is null.
   *
   * @param name the component
   * @param fit the component
   * @param used the component
   * @param reserved the component
   * @param granted the component
   * @param peakBefore the component
   * @param peakAfter the component
   * @param resetAtMillis the component
   */
  public LimitResult {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(fit, "fit");
    Objects.requireNonNull(resetAtMillis, "resetAtMillis");
  }
}
