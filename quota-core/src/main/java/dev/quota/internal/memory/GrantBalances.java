package dev.quota.internal.memory;

import dev.quota.policy.Capacity;
import dev.quota.spi.StoreCommand;
import java.util.ArrayList;
import java.util.List;

/**
 * The extra units that were granted to one calendar limit. Used under the lock of its counts.
 *
 * <p>How much of them the current window has spent follows from its use: what is beyond the
 * capacity. So a grant balance keeps its units until the window ends, and what is given back
 * returns to it. Only what had been spent of a grant balance that has expired is kept apart,
 * because it still pays for this window.
 */
final class GrantBalances {

  private record GrantBalance(long units, long expiresMillis) {}

  /** In the order in which they expire, which is that in which they are spent. */
  private final List<GrantBalance> balances;

  /** How much of this window's use was paid by grant balances that have expired since. */
  private long expiredSpent;

  GrantBalances() {
    balances = new ArrayList<>(1);
  }

  private GrantBalances(GrantBalances source) {
    balances = new ArrayList<>(source.balances);
    expiredSpent = source.expiredSpent;
  }

  GrantBalances copy() {
    return new GrantBalances(this);
  }

  boolean isEmpty() {
    return balances.isEmpty() && expiredSpent == 0;
  }

  /** Adds units; returns false, and adds nothing, if there is no room. */
  boolean add(long units, long expiresMillis) {
    if (units > Capacity.MAX_UNITS - unexpired()) {
      return false;
    }
    int index = 0;
    while (index < balances.size() && balances.get(index).expiresMillis() < expiresMillis) {
      index++;
    }
    if (index < balances.size() && balances.get(index).expiresMillis() == expiresMillis) {
      balances.set(index, new GrantBalance(balances.get(index).units() + units, expiresMillis));
      return true;
    }
    if (balances.size() >= StoreCommand.Grant.MAX_BALANCES) {
      return false;
    }
    balances.add(index, new GrantBalance(units, expiresMillis));
    return true;
  }

  private long unexpired() {
    long sum = 0;
    for (GrantBalance balance : balances) {
      sum += balance.units();
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
    // What comes back of a grant balance that has expired goes with it.
    expiredSpent = Math.min(expiredSpent, over);
  }

  /** Drops what is left of the grant balances that have expired by a moment. */
  void expire(long untilMillis, long over) {
    while (!balances.isEmpty() && balances.get(0).expiresMillis() <= untilMillis) {
      expiredSpent += spent(balances.remove(0).units(), over - expiredSpent);
    }
  }

  /** Begins a new window: what was spent is gone. */
  void rollOver(long over) {
    long toPay = over - expiredSpent;
    expiredSpent = 0;
    for (int i = 0; i < balances.size(); i++) {
      GrantBalance balance = balances.get(i);
      long spent = spent(balance.units(), toPay);
      toPay -= spent;
      balances.set(i, new GrantBalance(balance.units() - spent, balance.expiresMillis()));
    }
    balances.removeIf(balance -> balance.units() == 0);
  }

  /** Returns what the next window will be granted by the grant balances that are there. */
  long leftAt(long endMillis, long over) {
    long left = 0;
    long toPay = over - expiredSpent;
    for (GrantBalance balance : balances) {
      long spent = spent(balance.units(), toPay);
      toPay -= spent;
      if (balance.expiresMillis() > endMillis) {
        left += balance.units() - spent;
      }
    }
    return left;
  }

  /** Returns how much of a grant balance pays for use that those before it did not. */
  private static long spent(long units, long toPay) {
    return Math.max(0, Math.min(units, toPay));
  }

  /** Returns for how long a grant balance is kept from now on. */
  long remainingMillis(long nowMillis) {
    return balances.isEmpty()
        ? 0
        : Math.max(0, balances.get(balances.size() - 1).expiresMillis() - nowMillis);
  }
}
