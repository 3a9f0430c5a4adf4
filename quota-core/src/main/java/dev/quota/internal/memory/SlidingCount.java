package dev.quota.internal.memory;

import dev.quota.policy.Capacity;
import dev.quota.policy.Window;
import dev.quota.spi.LimitSpec;
import dev.quota.store.Availability;
import java.util.OptionalLong;

/**
 * The count of a sliding limit. Units come back one period after the last charge of their slot, so
 * never too early.
 *
 * <p>Time within a count never goes back behind its newest slot. After a small step back of the
 * clock the count waits until the clock has caught up. After a step of more than 5 seconds, what
 * was charged later counts as charged now.
 */
final class SlidingCount extends LimitCount {

  private final long periodMillis;
  private Slots slots;
  private long nowMillis;

  SlidingCount(LimitSpec spec, long nowMillis) {
    super(spec);
    Window.Sliding window = (Window.Sliding) spec.window();
    periodMillis = window.periodMillis();
    slots = new Slots(window.slotMillis());
    this.nowMillis = nowMillis;
  }

  /** Returns for how many slots there is memory. */
  int allocatedSlots() {
    return slots.allocated();
  }

  @Override
  boolean counts(LimitSpec other) {
    return other.name().equals(spec.name()) && other.window().equals(spec.window());
  }

  @Override
  void adopt(LimitSpec changed, long nowMillis) {
    spec = changed;
  }

  @Override
  void advance(long nowMillis) {
    this.nowMillis = nowMillis;
    if (slots.size() > 0 && slots.newestMillis() > nowMillis) {
      if (slots.newestMillis() - nowMillis > REANCHOR_MILLIS) {
        slots.moveBack(nowMillis);
      } else {
        this.nowMillis = slots.newestMillis();
      }
    }
    slots.forgetUntil(this.nowMillis - periodMillis);
    if (slots.size() == 0) {
      peak = 0;
    }
  }

  @Override
  long usedUnits() {
    return slots.sum();
  }

  @Override
  long room(long grace) {
    return Math.max(0, capacity() + grace - slots.sum());
  }

  private long capacity() {
    return spec.capacity() instanceof Capacity.Limited limited ? limited.units() : MAX_USED;
  }

  @Override
  Availability fitLater(long cost) {
    return cost > capacity()
        ? Availability.never()
        : new Availability.At(
            slots.chargedMillisOf(slots.sum() + cost - capacity()) + periodMillis);
  }

  @Override
  OptionalLong resetAtMillis() {
    return isUntouched()
        ? OptionalLong.empty()
        : OptionalLong.of(slots.newestMillis() + periodMillis);
  }

  @Override
  void take(long units) {
    slots.add(nowMillis, Math.min(units, MAX_USED - slots.sum()));
    peak = Math.max(peak, slots.sum());
  }

  @Override
  void take(long units, Held.Part part, long nowMillis) {
    take(units);
    part.slots().add(slots.number(this.nowMillis), units);
  }

  @Override
  void refund(long units, LimitSpec held, Held.Part part) {
    part.slots().refund(units, slots::subtract);
  }

  @Override
  void refund(long units, LimitSpec held, long windowEndMillis) {
    slots.subtract(slots.number(windowEndMillis - periodMillis), units);
  }

  @Override
  boolean isUntouched() {
    return slots.size() == 0;
  }

  @Override
  long keepMillis(long nowMillis) {
    // After a step back of the clock the time up to the newest slot comes on top.
    return REANCHOR_MILLIS + periodMillis;
  }

  @Override
  LimitCount copy(long nowMillis) {
    SlidingCount copy = new SlidingCount(spec, this.nowMillis);
    copy.slots = slots.copy();
    copy.peak = peak;
    return copy;
  }
}
