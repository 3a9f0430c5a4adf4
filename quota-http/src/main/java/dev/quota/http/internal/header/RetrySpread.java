package dev.quota.http.internal.header;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Gives a turn to each of those who wait at the same limit, so that they do not come back in the
 * same second. The first is told the moment at which the limit has room. Each further one is told
 * to come later, by the time that the limit needs for one more call.
 *
 * <p>Turns are kept in a table of fixed size. Limits that share a place in it share their turns:
 * that can make a wait longer, never shorter. Safe for use by several threads.
 */
public final class RetrySpread {

  private static final int PLACES = 1_024;

  /** When the next turn begins at each place, in milliseconds since the epoch. */
  private final AtomicLongArray nextTurn = new AtomicLongArray(PLACES);

  /**
   * Takes the next turn.
   *
   * @param limit a number for the limit and whose counts it is about
   * @param roomAtMillis when the limit has room for one call
   * @param stepMillis how long it needs for one more
   * @param mostMillis the longest extra wait; who comes after that shares a turn
   * @return how long after {@code roomAtMillis} the turn begins, zero or more
   */
  public long extraMillis(int limit, long roomAtMillis, long stepMillis, long mostMillis) {
    int place = Math.floorMod(limit * 0x9E3779B9, PLACES);
    long latest = roomAtMillis + mostMillis;
    long before =
        nextTurn.getAndUpdate(
            place, turn -> Math.min(Math.max(turn, roomAtMillis), latest) + stepMillis);
    return Math.min(Math.max(before, roomAtMillis), latest) - roomAtMillis;
  }
}
