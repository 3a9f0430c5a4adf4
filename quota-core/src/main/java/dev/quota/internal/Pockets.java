package dev.quota.internal;

import dev.quota.spi.Capacity;
import dev.quota.spi.StoreCommand;
import java.util.ArrayList;
import java.util.List;

/**
 * The extra units that were granted to one calendar limit. Used under the lock of its counts.
 *
 * <p>How much of them the current window has spent follows from its use: what is beyond the
 * capacity. So a pocket keeps its units until the window ends, and what is given back returns to
 * it. Only what had been spent of a pocket that has expired is kept apart, because it still pays
 * for this window.
 */
final class Pockets {

  private record Pocket(long units, long expiresMillis) {}

  /** In the order in which they expire, which is that in which they are spent. */
  private final List<Pocket> pockets;

  /** How much of this window's use was paid by pockets that have expired since. */
  private long expiredSpent;

  Pockets() {
    pockets = new ArrayList<>(1);
  }

  private Pockets(Pockets source) {
    pockets = new ArrayList<>(source.pockets);
    expiredSpent = source.expiredSpent;
  }

  Pockets copy() {
    return new Pockets(this);
  }

  boolean isEmpty() {
    return pockets.isEmpty() && expiredSpent == 0;
  }

  /** Adds units; returns false, and adds nothing, if there is no room. */
  boolean add(long units, long expiresMillis) {
    if (units > Capacity.MAX_UNITS - unexpired()) {
      return false;
    }
    int index = 0;
    while (index < pockets.size() && pockets.get(index).expiresMillis() < expiresMillis) {
      index++;
    }
    if (index < pockets.size() && pockets.get(index).expiresMillis() == expiresMillis) {
      pockets.set(index, new Pocket(pockets.get(index).units() + units, expiresMillis));
      return true;
    }
    if (pockets.size() >= StoreCommand.Grant.MAX_POCKETS) {
      return false;
    }
    pockets.add(index, new Pocket(units, expiresMillis));
    return true;
  }

  private long unexpired() {
    long sum = 0;
    for (Pocket pocket : pockets) {
      sum += pocket.units();
    }
    return sum;
  }

  /**
   * Returns what was granted to this window, spent or not.
   *
   * @param over how much more than its capacity the window has used, zero or more
   */
  long granted(long over) {
    return unexpired() + Math.min(expiredSpent, over);
  }

  /** Notes that the use of the window was or is only that much beyond its capacity. */
  void used(long over) {
    // What comes back of a pocket that has expired goes with it.
    expiredSpent = Math.min(expiredSpent, over);
  }

  /** Drops what is left of the pockets that have expired by a moment. */
  void expire(long untilMillis, long over) {
    while (!pockets.isEmpty() && pockets.get(0).expiresMillis() <= untilMillis) {
      expiredSpent += spent(pockets.remove(0).units(), over - expiredSpent);
    }
  }

  /** Begins a new window: what was spent is gone. */
  void rollOver(long over) {
    long toPay = over - expiredSpent;
    expiredSpent = 0;
    for (int i = 0; i < pockets.size(); i++) {
      Pocket pocket = pockets.get(i);
      long spent = spent(pocket.units(), toPay);
      toPay -= spent;
      pockets.set(i, new Pocket(pocket.units() - spent, pocket.expiresMillis()));
    }
    pockets.removeIf(pocket -> pocket.units() == 0);
  }

  /** Returns what the next window will be granted by the pockets that are there. */
  long leftAt(long endMillis, long over) {
    long left = 0;
    long toPay = over - expiredSpent;
    for (Pocket pocket : pockets) {
      long spent = spent(pocket.units(), toPay);
      toPay -= spent;
      if (pocket.expiresMillis() > endMillis) {
        left += pocket.units() - spent;
      }
    }
    return left;
  }

  /** Returns how much of a pocket pays for use that those before it did not. */
  private static long spent(long units, long toPay) {
    return Math.max(0, Math.min(units, toPay));
  }

  /** Returns for how long a pocket is kept from now on. */
  long remainingMillis(long nowMillis) {
    return pockets.isEmpty()
        ? 0
        : Math.max(0, pockets.get(pockets.size() - 1).expiresMillis() - nowMillis);
  }
}
