package dev.quota.internal.memory;

import dev.quota.policy.Capacity;
import dev.quota.policy.Window;
import java.time.Instant;

/**
 * What a calendar limit with a rollover brings from earlier windows. Immutable.
 *
 * @param units what the window that ended at {@code fromMillis} left; in a window that began at
 *     {@code fromMillis}, what it began with. The share of the policy is applied when it is read
 * @param fromMillis when the last window ended, or when the present one began; {@link #NEVER} if no
 *     window is known
 */
record Carry(long units, long fromMillis) {

  private static final long NEVER = Long.MIN_VALUE;

  /** Nobody is known to have used the limit. */
  static final Carry NONE = new Carry(0, NEVER);

  boolean isKnown() {
    return fromMillis != NEVER;
  }

  /**
   * Returns what the window that contains a moment begins with, if it begins then: what the window
   * directly before left; all of its capacity if nothing was used in it; 0 if nothing was used in
   * the two windows before.
   */
  Carry at(Window.Calendar window, long nowMillis, Capacity capacity) {
    return isKnown() ? new Carry(unitsAt(window, nowMillis, capacity), nowMillis) : NONE;
  }

  private long unitsAt(Window.Calendar window, long nowMillis, Capacity capacity) {
    Instant start = window.startAt(Instant.ofEpochMilli(nowMillis));
    if (fromMillis >= start.toEpochMilli()) {
      return units;
    }
    return fromMillis >= window.startAt(start.minusMillis(1)).toEpochMilli() ? limit(capacity) : 0;
  }

  /** Returns what a window that ends leaves. */
  static Carry after(Capacity capacity, long used, long endMillis) {
    return new Carry(unused(capacity, used), endMillis);
  }

  static long unused(Capacity capacity, long used) {
    return Math.max(0, limit(capacity) - used);
  }

  /** Nothing rolls over from an unlimited window. */
  private static long limit(Capacity capacity) {
    return capacity instanceof Capacity.Limited limited ? limited.units() : 0;
  }
}
