package dev.quota.internal.memory;

/**
 * How much the open reservations of one key hold. It has two sums instead of a list, each with the
 * moment at which all reservations in it have ended. Used under the lock of its counts.
 *
 * <p>New reservations add to the young sum. When the old sum has ended or is settled completely,
 * the young sum becomes the old one. A reservation that was never settled disappears with its sum,
 * after at most twice the longest time of a reservation. With only one sum it would stay as long as
 * the key is in use. Two sums fit into the value of a key in any store.
 */
final class Reserved {

  private long old;
  private long oldEndMillis = Long.MIN_VALUE;
  private long young;
  private long youngEndMillis = Long.MIN_VALUE;
  private int generation;

  void advance(long nowMillis) {
    if (nowMillis >= oldEndMillis || old == 0) {
      old = young;
      oldEndMillis = youngEndMillis;
      young = 0;
      youngEndMillis = Long.MIN_VALUE;
      generation++;
    }
    if (nowMillis >= oldEndMillis) {
      old = 0;
      oldEndMillis = Long.MIN_VALUE;
    }
    if (nowMillis >= youngEndMillis) {
      young = 0;
      youngEndMillis = Long.MIN_VALUE;
    }
  }

  /** Adds what an operation holds, until a moment. */
  void add(Held held, long endMillis) {
    young += held.units;
    youngEndMillis = Math.max(youngEndMillis, endMillis);
    held.generation = generation;
  }

  /**
   * Subtracts what an operation holds. Its sum still exists, because the operation is still
   * remembered.
   */
  void remove(Held held) {
    if (held.generation == generation) {
      young -= held.units;
    } else {
      old -= held.units;
    }
  }

  /** Returns the sum, as of the last {@link #advance}. */
  long units() {
    return young + old;
  }

  /** Returns how long the sum can be more than 0, as of the last {@link #advance}. */
  long remainingMillis(long nowMillis) {
    long youngMillis = young == 0 ? 0 : youngEndMillis - nowMillis;
    long oldMillis = old == 0 ? 0 : oldEndMillis - nowMillis;
    return Math.max(0, Math.max(youngMillis, oldMillis));
  }

  /** Returns a copy for a report. */
  Reserved copy() {
    Reserved copy = new Reserved();
    copy.old = old;
    copy.oldEndMillis = oldEndMillis;
    copy.young = young;
    copy.youngEndMillis = youngEndMillis;
    return copy;
  }
}
