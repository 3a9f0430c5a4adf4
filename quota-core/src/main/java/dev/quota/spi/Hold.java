package dev.quota.spi;

import dev.quota.policy.Capacity;
import dev.quota.policy.Window;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What one take holds on one key, so that it can be changed later, also from another node.
 * Immutable.
 *
 * @param key the key of the counts
 * @param limits the limits that were charged
 * @param windowEndsMillis for each limit, when nothing can be refunded any more, in milliseconds
 *     since the epoch, as {@link #endMillis} says: the end of its calendar window, or when that
 *     much of a rolling limit has refilled, or one period after the charge of a sliding limit
 * @param units how much is held, zero or more
 * @param operation the operation that took it, if the store has a record of it; then the record's
 *     units and ends are used
 */
public record Hold(
    Key key,
    List<LimitSpec> limits,
    List<Long> windowEndsMillis,
    long units,
    Optional<Operation> operation) {

  /**
   * The latest end, in 285,000 years. Every store can compare it exactly, even a Redis script with
   * its doubles.
   */
  private static final long LATEST_END_MILLIS = Capacity.MAX_UNITS;

  /**
   * Checks the values.
   *
   * @param key the component
   * @param limits the component
   * @param windowEndsMillis the component
   * @param units the component
   * @param operation the component
   * @throws IllegalArgumentException if there is not one end per limit, or units are negative
   */
  public Hold {
    Objects.requireNonNull(key, "key");
    Objects.requireNonNull(operation, "operation");
    limits = List.copyOf(limits);
    windowEndsMillis = List.copyOf(windowEndsMillis);
    if (limits.size() != windowEndsMillis.size()) {
      throw new IllegalArgumentException(
          "windowEndsMillis must have one end per limit, was "
              + windowEndsMillis.size()
              + " for "
              + limits.size());
    }
    if (units < 0 || units > Capacity.MAX_UNITS) {
      throw new IllegalArgumentException(
          "units must be between 0 and " + Capacity.MAX_UNITS + ", was " + units);
    }
  }

  /**
   * Returns what an entry of a take holds.
   *
   * @param entry the entry
   * @param result its result
   * @param takenAtMillis the time of the reply
   * @return the hold on all limits of the entry; of 0 units if nothing was taken
   */
  public static Hold of(Entry entry, EntryResult result, long takenAtMillis) {
    return of(entry, result, takenAtMillis, Optional.empty());
  }

  /**
   * Returns the hold of what a take took of an entry.
   *
   * @param entry the entry
   * @param result the result of the entry
   * @param takenAtMillis when it was taken, by the clock of the store
   * @param operation the operation of the take, if it had one
   * @return the hold
   */
  public static Hold of(
      Entry entry, EntryResult result, long takenAtMillis, Optional<Operation> operation) {
    List<Long> ends = new ArrayList<>(entry.limits().size());
    for (int i = 0; i < entry.limits().size(); i++) {
      ends.add(
          endMillis(
              entry.limits().get(i),
              result.taken(),
              takenAtMillis,
              result.limits().get(i).resetAtMillis()));
    }
    return new Hold(entry.key(), entry.limits(), ends, result.taken(), operation);
  }

  /**
   * Returns the end of the window that a charge was taken from.
   *
   * <p>For a sliding limit it is one period after the charge, which identifies the slot that was
   * charged.
   *
   * <p>For a rolling limit it is the moment when as much as was taken has refilled. With 10 per
   * minute, 2 units that were taken at 12:00:00 have refilled at 12:00:12. Before that, a refund
   * returns the share that has not refilled. Other charges and refunds do not change this share, so
   * that nothing is granted twice.
   *
   * @param limit the limit that was charged
   * @param units how much was taken
   * @param takenAtMillis when it was taken, in milliseconds since the epoch
   * @param resetAtMillis the {@link LimitResult#resetAtMillis} of the reply
   * @return milliseconds since the epoch
   */
  public static long endMillis(
      LimitSpec limit, long units, long takenAtMillis, OptionalLong resetAtMillis) {
    if (limit.window() instanceof Window.Rolling rolling
        && limit.capacity() instanceof Capacity.Limited limited
        && limited.units() > 0) {
      return BigInteger.valueOf(units)
          .multiply(BigInteger.valueOf(rolling.periodMillis()))
          .divide(BigInteger.valueOf(limited.units()))
          .add(BigInteger.valueOf(takenAtMillis))
          .min(BigInteger.valueOf(LATEST_END_MILLIS))
          .longValueExact();
    }
    return resetAtMillis.orElse(takenAtMillis);
  }
}
