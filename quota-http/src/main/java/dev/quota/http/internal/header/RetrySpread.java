package dev.quota.http.internal.header;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Spreads the retries of clients that wait for the same limit. The first one gets the moment at
 * which the limit has room. Each further one gets a later moment, by the time that the limit needs
 * for one more call.
 *
 * <p>The turns are in a table of fixed size. Limits with the same slot share their turns, which can
 * make a wait longer but never shorter. Thread-safe.
 */
public final class RetrySpread {

  private static final int SLOTS = 1_024;

  /** When the next turn of each slot begins, in milliseconds since the epoch. */
  private final AtomicLongArray nextTurn = new AtomicLongArray(SLOTS);

  /**
   * Takes the next turn.
   *
   * @param limit a number for the limit and the subject of its counts
   * @param roomAtMillis when the limit has room for one call
   * @param stepMillis how long the limit needs for one more call
   * @param mostMillis the longest extra wait; clients beyond that share a turn
   * @return how long after {@code roomAtMillis} the turn begins, zero or more
   */
  public long extraMillis(int limit, long roomAtMillis, long stepMillis, long mostMillis) {
    int place = Math.floorMod(limit * 0x9E3779B9, SLOTS);
    long latest = roomAtMillis + mostMillis;
    long before =
        nextTurn.getAndUpdate(
            place, turn -> Math.min(Math.max(turn, roomAtMillis), latest) + stepMillis);
    return Math.min(Math.max(before, roomAtMillis), latest) - roomAtMillis;
  }
}
