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
 * What one take holds on one key, so that it can be changed later, from another node too.
 *
 * @param key whose counts
 * @param limits the limits that were charged
 * @param windowEndsMillis for each limit, when nothing of it can be given back any more, as {@link
 *     #endMillis} says: when its calendar window ends; for a rolling limit, when that much has
 *     drained away
 * @param units how much is held, zero or more
 * @param operation the operation that took it, where the store keeps a record of it; units and ends
 *     are the record's then
 */
public record Hold(
    Key key,
    List<LimitSpec> limits,
    List<Long> windowEndsMillis,
    long units,
    Optional<Operation> operation) {

  /**
   * The latest end, 285,000 years from now: every store can hold and compare it exactly, a Redis
   * script with its doubles too.
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
   * @param entry what was asked
   * @param result what happened to it
   * @param takenAtMillis the time of the reply
   * @return the hold, on all limits of the entry; of nothing if nothing was taken
   */
  public static Hold of(Entry entry, EntryResult result, long takenAtMillis) {
    List<Long> ends = new ArrayList<>(entry.limits().size());
    for (int i = 0; i < entry.limits().size(); i++) {
      ends.add(
          endMillis(
              entry.limits().get(i),
              result.taken(),
              takenAtMillis,
              result.limits().get(i).resetAtMillis()));
    }
    return new Hold(entry.key(), entry.limits(), ends, result.taken(), Optional.empty());
  }

  /**
   * Returns the end of the window that a charge was taken from.
   *
   * <p>Of a rolling limit it is the moment when as much as was taken has drained: of 10 per minute,
   * 2 units taken at 12:00:00 are gone at 12:00:12, whatever else drains. Until then a give-back
   * returns the share that has not drained. However other charges come and go meanwhile, it is
   * never more than the charge still weighs, so nothing is granted twice.
   *
   * @param limit the limit that was charged
   * @param units how much was taken
   * @param takenAtMillis when
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
