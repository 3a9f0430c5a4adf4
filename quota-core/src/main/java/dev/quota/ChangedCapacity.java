package dev.quota;

import dev.quota.policy.Capacity;
import dev.quota.policy.LimitOverride;
import dev.quota.policy.Window;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What one subject has instead of a limit's usual capacity.
 *
 * @param override the operator's, if there is one now
 * @param cap the person's own, if there is one
 */
record ChangedCapacity(Optional<LimitOverride> override, OptionalLong cap) {

  static final ChangedCapacity NONE = new ChangedCapacity(Optional.empty(), OptionalLong.empty());

  ChangedCapacity with(LimitOverride other) {
    return new ChangedCapacity(Optional.of(other), cap);
  }

  ChangedCapacity with(long other) {
    return new ChangedCapacity(override, OptionalLong.of(other));
  }

  /** Returns the capacity instead of the usual one. */
  Capacity of(Capacity usual, Window window) {
    Capacity granted = override.map(LimitOverride::capacity).orElse(usual);
    if (!isTightened(granted)) {
      return granted;
    }
    long units = cap.getAsLong();
    return Capacity.of(
        window instanceof Window.Rolling rolling ? rolling.largestCountable(units) : units);
  }

  private boolean isTightened(Capacity granted) {
    return cap.isPresent()
        && !(granted instanceof Capacity.Limited limited && limited.units() <= cap.getAsLong());
  }

  /** Returns what a state says about it; empty if nothing is changed. */
  Optional<CapacityChange> told(Capacity usual) {
    Capacity granted = override.map(LimitOverride::capacity).orElse(usual);
    if (isTightened(granted)) {
      return Optional.of(
          new CapacityChange(
              CapacityChange.By.PERSON, granted, Optional.empty(), Optional.empty()));
    }
    return override.map(
        it ->
            new CapacityChange(
                CapacityChange.By.OPERATOR,
                usual,
                Optional.of(it.until()),
                Optional.of(it.reason())));
  }
}
