package dev.quota.internal.memory;

/**
 * How much the open reservations of one key hold, without a list of them: two sums, each with the
 * moment at which all that is in it has ended. Used under the lock of its counts.
 *
 * <p>New reservations add to the young sum. When the old one has ended or all of it is settled, the
 * young one becomes the old one. What died without being settled is in no list to be found in, but
 * falls with its sum, after at most twice the longest time of a reservation. With one sum it would
 * stay for as long as the key is in use. Two sums fit into the value of a key in any store.
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

  /** Counts what an operation holds, until a moment. */
  void add(Held held, long endMillis) {
    young += held.units;
    youngEndMillis = Math.max(youngEndMillis, endMillis);
    held.generation = generation;
  }

  /** Counts what an operation holds no longer. Its record is there, so its sum is, too. */
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

  /** Returns for how long something of the sum is left, as of the last {@link #advance}. */
  long remainingMillis(long nowMillis) {
    long youngMillis = young == 0 ? 0 : youngEndMillis - nowMillis;
    long oldMillis = old == 0 ? 0 : oldEndMillis - nowMillis;
    return Math.max(0, Math.max(youngMillis, oldMillis));
  }

  /** Returns the same sum that changes no more. */
  Reserved copy() {
    Reserved copy = new Reserved();
    copy.old = old;
    copy.oldEndMillis = oldEndMillis;
    copy.young = young;
    copy.youngEndMillis = youngEndMillis;
    return copy;
  }
}
