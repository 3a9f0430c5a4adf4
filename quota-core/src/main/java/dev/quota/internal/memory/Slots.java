package dev.quota.internal.memory;

import java.util.Arrays;

/**
 * The use of a sliding limit: for each slot in which something was used, when it was charged last,
 * and its units. The slots are in the order of time. Used under the lock of its counts.
 */
final class Slots {

  private static final long[] NONE = {};

  private final long slotMillis;
  private long[] chargedMillis = NONE;
  private long[] units = NONE;
  private int size;
  private long sum;

  /**
   * Creates no slots.
   *
   * @param slotMillis the length of a slot
   */
  Slots(long slotMillis) {
    this.slotMillis = slotMillis;
  }

  int size() {
    return size;
  }

  /** Returns for how many slots there is memory. */
  int allocated() {
    return units.length;
  }

  /** Returns the units of all slots. */
  long sum() {
    return sum;
  }

  /** Returns when the newest slot was charged last; there must be one. */
  long newestMillis() {
    return chargedMillis[size - 1];
  }

  /** Returns the number of the slot that contains a moment. */
  long number(long millis) {
    return Math.floorDiv(millis, slotMillis);
  }

  /** Adds units at a moment that is not before {@link #newestMillis}. */
  void add(long nowMillis, long added) {
    if (size == 0 || number(newestMillis()) != number(nowMillis)) {
      if (size == units.length) {
        int longer = Math.max(2, size + size / 2);
        chargedMillis = Arrays.copyOf(chargedMillis, longer);
        units = Arrays.copyOf(units, longer);
      }
      size++;
    }
    chargedMillis[size - 1] = nowMillis;
    units[size - 1] += added;
    sum += added;
  }

  /** Subtracts up to so many units from the slot with a number, if it is still there. */
  void subtract(long number, long back) {
    for (int i = size - 1; i >= 0; i--) {
      if (number(chargedMillis[i]) == number) {
        long less = Math.min(back, units[i]);
        units[i] -= less;
        sum -= less;
        if (units[i] == 0) {
          remove(i, i + 1);
        }
        return;
      }
    }
  }

  /** Forgets the slots that were charged last at a moment or before. */
  void forgetUntil(long millis) {
    int ended = 0;
    while (ended < size && chargedMillis[ended] <= millis) {
      sum -= units[ended++];
    }
    remove(0, ended);
  }

  /** Moves what was charged after a moment to that moment. */
  void moveBack(long nowMillis) {
    long moved = 0;
    while (size > 0 && newestMillis() > nowMillis) {
      moved += units[size - 1];
      sum -= units[size - 1];
      remove(size - 1, size);
    }
    add(nowMillis, moved);
  }

  private void remove(int from, int to) {
    if (from == to) {
      return;
    }
    System.arraycopy(chargedMillis, to, chargedMillis, from, size - to);
    System.arraycopy(units, to, units, from, size - to);
    int kept = size - (to - from);
    Arrays.fill(units, kept, size, 0);
    size = kept;
  }

  /**
   * Returns when the slot was charged last with which at least so many units are gone.
   *
   * @param freed the units, from 1 to {@link #sum}
   */
  long chargedMillisOf(long freed) {
    long older = 0;
    int slot = 0;
    while (older + units[slot] < freed) {
      older += units[slot++];
    }
    return chargedMillis[slot];
  }

  Slots copy() {
    Slots copy = new Slots(slotMillis);
    copy.chargedMillis = Arrays.copyOf(chargedMillis, size);
    copy.units = Arrays.copyOf(units, size);
    copy.size = size;
    copy.sum = sum;
    return copy;
  }
}
