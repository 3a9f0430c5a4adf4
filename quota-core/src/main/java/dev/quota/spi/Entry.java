package dev.quota.spi;

import dev.quota.policy.Capacity;
import java.util.List;
import java.util.Objects;

/**
 * One line of a take or a peek: one key, its limits, and what to take of each of them. Immutable.
 *
 * <p>A take takes the most that fits in [{@code atLeast}, {@code cost}]; entries of one quota (of
 * several scopes) take one amount.
 *
 * @param key the key of the counts
 * @param limits the limits on that key, at least one, with distinct names
 * @param atLeast the least that may be taken, 0 to {@code cost}
 * @param cost the most that is taken, up to {@link Capacity#MAX_UNITS}; 0 takes nothing, creates
 *     nothing and always fits, so that a command can report on a key without a charge
 * @param nextCost the cost of the next request of the caller: after a successful take, {@link
 *     LimitResult#availability} answers about it
 * @param onShort what to do if {@code atLeast} does not fit
 */
public record Entry(
    Key key, List<LimitSpec> limits, long atLeast, long cost, long nextCost, OnShort onShort) {

  /**
   * Checks the ranges.
   *
   * @param key the component
   * @param limits the component
   * @param atLeast the component
   * @param cost the component
   * @param nextCost the component
   * @param onShort the component
   * @throws IllegalArgumentException if a number is out of range, or {@code limits} is empty
   */
  public Entry {
    Objects.requireNonNull(key, "key");
    Objects.requireNonNull(onShort, "onShort");
    limits = List.copyOf(limits);
    if (limits.isEmpty()) {
      throw new IllegalArgumentException("limits must not be empty");
    }
    if (cost < 0 || cost > Capacity.MAX_UNITS) {
      throw new IllegalArgumentException(
          "cost must be between 0 and " + Capacity.MAX_UNITS + ", was " + cost);
    }
    if (atLeast < 0 || atLeast > cost) {
      throw new IllegalArgumentException(
          "atLeast must be between 0 and the cost " + cost + ", was " + atLeast);
    }
    if (nextCost < 0 || nextCost > Capacity.MAX_UNITS) {
      throw new IllegalArgumentException(
          "nextCost must be between 0 and " + Capacity.MAX_UNITS + ", was " + nextCost);
    }
  }
}
