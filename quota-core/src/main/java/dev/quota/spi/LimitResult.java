package dev.quota.spi;

import dev.quota.store.Availability;
import java.util.Objects;
import java.util.OptionalLong;

/**
 * The numbers of one limit after a command. Immutable.
 *
 * @param name the limit's name
 * @param availability when the entry's cost fits; after a successful take and after a settlement,
 *     when the next cost fits; after a grant, when a cost of 1 fits
 * @param used units used in the current window, rounded up, without those reserved; for a
 *     concurrent limit, how many permits are held
 * @param reserved units held by open reservations, but not more than this limit counts; not
 *     included in other numbers
 * @param granted extra units from grants in the current window, including those that were spent in
 *     it: capacity + rolledOver + granted + overage = used + reserved + remaining
 * @param peakBefore the most that was used and reserved before the command, since the limit was
 *     full or its window began; 0 for a concurrent limit
 * @param peakAfter the same, after the command
 * @param resetAtMillis when the limit is full again: the end of a calendar window, or of a session
 *     that has begun; for a rolling or sliding limit, when everything used has come back, empty if
 *     nothing is used; empty for a concurrent limit
 * @param rolledOver units that the window has from the window before; 0 without a {@link
 *     LimitSpec#rollover}
 */
public record LimitResult(
    String name,
    Availability availability,
    long used,
    long reserved,
    long granted,
    long peakBefore,
    long peakAfter,
    OptionalLong resetAtMillis,
    long rolledOver) {

  /**
   * Checks that nothing is null.
   *
   * @param name the component
   * @param availability the component
   * @param used the component
   * @param reserved the component
   * @param granted the component
   * @param peakBefore the component
   * @param peakAfter the component
   * @param resetAtMillis the component
   * @param rolledOver the component
   */
  public LimitResult {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(availability, "availability");
    Objects.requireNonNull(resetAtMillis, "resetAtMillis");
  }

  /**
   * Creates the numbers of a limit of which nothing rolled over.
   *
   * @param name the limit's name
   * @param availability when the cost fits
   * @param used units used
   * @param reserved units reserved
   * @param granted extra units from grants
   * @param peakBefore the most before the command
   * @param peakAfter the most after it
   * @param resetAtMillis when the limit is full again
   */
  public LimitResult(
      String name,
      Availability availability,
      long used,
      long reserved,
      long granted,
      long peakBefore,
      long peakAfter,
      OptionalLong resetAtMillis) {
    this(name, availability, used, reserved, granted, peakBefore, peakAfter, resetAtMillis, 0);
  }
}
