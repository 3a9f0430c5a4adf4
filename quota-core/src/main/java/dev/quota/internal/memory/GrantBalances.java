package dev.quota.internal.memory;

import dev.quota.policy.Capacity;
import dev.quota.spi.StoreCommand;
import java.util.ArrayList;
import java.util.List;

/**
 * The extra units that were granted to one calendar or session limit. Used under the lock of its
 * counts.
 *
 * <p>The use beyond the capacity says how much of them the current window has spent. So a grant
 * balance keeps its units until the window ends, and a refund needs no change here. Only what was
 * spent of an expired grant balance is stored separately, because it still pays for this window.
 */
final class GrantBalances {

  private record GrantBalance(long units, long expiresMillis) {}

  /** In the order of their expiry. They are spent in this order. */
  private final List<GrantBalance> balances;

  /** How much of this window's use was paid by grant balances that are now expired. */
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
   * Returns what is granted to this window, spent or not.
   *
   * @param over the use of the window beyond its capacity, zero or more
   */
  long granted(long over) {
    return unexpired() + Math.min(expiredSpent, over);
  }

  /** Notes a smaller use of the window beyond its capacity. */
  void used(long over) {
    // A refund to an expired grant balance is lost.
    expiredSpent = Math.min(expiredSpent, over);
  }

  /** Drops what is left of the grant balances that have expired by a moment. */
  void expire(long untilMillis, long over) {
    while (!balances.isEmpty() && balances.get(0).expiresMillis() <= untilMillis) {
      expiredSpent += spent(balances.remove(0).units(), over - expiredSpent);
    }
  }

  /** Begins a new window, and removes what was spent. */
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

  /** Returns what the present grant balances will grant to the next window. */
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

  /** Returns how much of a grant balance is spent on use that earlier ones did not pay. */
  private static long spent(long units, long toPay) {
    return Math.max(0, Math.min(units, toPay));
  }

  /** Returns how long the last grant balance is kept from now on. */
  long remainingMillis(long nowMillis) {
    return balances.isEmpty()
        ? 0
        : Math.max(0, balances.get(balances.size() - 1).expiresMillis() - nowMillis);
  }
}
