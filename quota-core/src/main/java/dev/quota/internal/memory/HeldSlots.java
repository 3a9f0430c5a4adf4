package dev.quota.internal.memory;

import java.util.ArrayList;
import java.util.List;

/**
 * From which slots of a sliding limit an operation took its units, so that a refund returns them to
 * these slots. Used under the lock of its counts.
 *
 * <p>An operation that grows often would need a slot for each growth. So only the first slot, in
 * which most is reserved, and the last three are remembered. What was taken from others is not
 * refunded.
 */
final class HeldSlots {

  private static final int MOST = 4;

  private static final class Slot {
    final long number;
    long units;

    Slot(long number, long units) {
      this.number = number;
      this.units = units;
    }
  }

  private final List<Slot> slots = new ArrayList<>(1);

  /** Notes units that were taken from the slot with a number, which is not before the last one. */
  void add(long number, long units) {
    Slot last = slots.isEmpty() ? null : slots.get(slots.size() - 1);
    if (last != null && last.number == number) {
      last.units += units;
      return;
    }
    slots.add(new Slot(number, units));
    if (slots.size() > MOST) {
      slots.remove(1);
    }
  }

  /** Refunds units, those that were taken last first. */
  void refund(long units, SlotRefund refund) {
    long left = units;
    for (int i = slots.size() - 1; i >= 0 && left > 0; i--) {
      Slot slot = slots.get(i);
      long back = Math.min(left, slot.units);
      refund.refund(slot.number, back);
      slot.units -= back;
      left -= back;
    }
  }

  /** Returns units to a slot. */
  @FunctionalInterface
  interface SlotRefund {

    /**
     * Returns units.
     *
     * @param number the number of the slot, which may be gone
     * @param units how many
     */
    void refund(long number, long units);
  }
}
