package dev.quota.storetests;

import dev.quota.policy.Window;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What the model knows of the slots of one sliding limit. Not thread-safe. */
final class ModelSlots {

  /** The most slots from which an operation can refund: the first and the last three. */
  private static final int MOST_TAKEN_FROM = 4;

  /** One slot: when it was charged last, and how much. */
  private static final class Slot {
    long lastMillis;
    long units;
  }

  private final Map<Long, Slot> slots = new TreeMap<>();
  private final long periodMillis;
  private final long slotMillis;

  ModelSlots(Window.Sliding window) {
    periodMillis = window.period().toMillis();
    slotMillis = periodMillis / 100;
  }

  ModelSlots copy(Window.Sliding window) {
    ModelSlots copy = new ModelSlots(window);
    slots.forEach(
        (number, slot) -> {
          Slot same = new Slot();
          same.lastMillis = slot.lastMillis;
          same.units = slot.units;
          copy.slots.put(number, same);
        });
    return copy;
  }

  void bring(long now) {
    slots.values().removeIf(slot -> slot.lastMillis + periodMillis <= now);
  }

  long used() {
    return slots.values().stream().mapToLong(slot -> slot.units).sum();
  }

  boolean isEmpty() {
    return slots.isEmpty();
  }

  /** Adds units, and notes them among those that a take can refund. */
  void add(long units, List<long[]> taken, long now) {
    long number = now / slotMillis;
    Slot slot = slots.computeIfAbsent(number, absent -> new Slot());
    slot.lastMillis = now;
    slot.units += units;
    taken.removeIf(from -> from[1] == 0 || !slots.containsKey(from[0]));
    if (!taken.isEmpty() && taken.get(taken.size() - 1)[0] == number) {
      taken.get(taken.size() - 1)[1] += units;
    } else {
      taken.add(new long[] {number, units});
    }
    if (taken.size() > MOST_TAKEN_FROM) {
      taken.remove(1);
    }
  }

  /** Refunds units of a take, those that it took last first. */
  void refund(long units, List<long[]> taken) {
    long left = units;
    for (int i = taken.size() - 1; i >= 0; i--) {
      long back = Math.min(left, taken.get(i)[1]);
      refund(back, taken.get(i)[0]);
      taken.get(i)[1] -= back;
      left -= back;
    }
  }

  /** Refunds units that were taken when the limit was to be full again at a moment. */
  void refundFullAt(long units, long fullMillis) {
    refund(units, Math.floorDiv(fullMillis - periodMillis, slotMillis));
  }

  private void refund(long units, long number) {
    Slot slot = slots.get(number);
    if (slot != null) {
      slot.units = Math.max(0, slot.units - units);
      if (slot.units == 0) {
        slots.remove(number);
      }
    }
  }

  /** Returns when all slots have ended. */
  long fullMillis() {
    return fitsMillis(0);
  }

  /** Returns the first moment at which at most so many units are used. */
  long fitsMillis(long most) {
    long left = used();
    for (Slot slot : new ArrayList<>(slots.values())) {
      left -= slot.units;
      if (left <= most) {
        return slot.lastMillis + periodMillis;
      }
    }
    throw new IllegalStateException("all slots together must leave nothing used");
  }
}
