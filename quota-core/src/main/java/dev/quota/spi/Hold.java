package dev.quota.spi;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What one take holds on one key, so that it can be changed later, from another node too.
 *
 * @param key whose counts
 * @param limits the limits that were charged
 * @param windowEndsMillis for each limit, when the window it was taken from ends: a calendar
 *     window's end; for a rolling limit, when the charge has drained away
 * @param units how much is held, zero or more
 * @param operation the operation that took it, where the store keeps a record of it
 */
public record Hold(
    Key key,
    List<LimitSpec> limits,
    List<Long> windowEndsMillis,
    long units,
    Optional<Operation> operation) {

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
}
