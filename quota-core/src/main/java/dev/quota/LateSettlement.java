package dev.quota;

import dev.quota.policy.Overuse;
import dev.quota.policy.QuotaPolicy;
import dev.quota.policy.WhenExhausted;
import dev.quota.policy.Window;
import dev.quota.spi.Change;
import dev.quota.spi.Entry;
import dev.quota.spi.Hold;
import dev.quota.spi.LimitSpec;
import dev.quota.spi.OnShort;
import dev.quota.spi.QuotaStore;
import dev.quota.spi.StoreCommand;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Settles a reservation that its store has forgotten, because it was not renewed in time. That
 * happens after a long pause of the process or of the machine. The store kept the held units as
 * charged. So only the difference to what was used is charged or refunded.
 *
 * <p>Only the node that made the reservation may do so, only once, and only if no other node can
 * have settled it.
 */
final class LateSettlement {

  private final QuotaStore store;
  private final List<Hold> taken;
  private final QuotaPolicy policy;
  private final long held;

  /**
   * Creates it.
   *
   * @param taken what was taken when it was made
   * @param held how much was held when it was forgotten
   */
  LateSettlement(QuotaStore store, List<Hold> taken, QuotaPolicy policy, long held) {
    this.store = store;
    this.taken = taken;
    this.policy = policy;
    this.held = held;
  }

  /** Charges or refunds the difference; says what stays charged. */
  Step<Long> settle(long actual) {
    return actual <= held ? less(actual, true) : more(actual - held);
  }

  /** Refunds everything, including the call itself. */
  Step<Long> refund() {
    return less(0, false);
  }

  private Step<Long> less(long actual, boolean calls) {
    List<Change> changes = new ArrayList<>();
    for (Hold hold : taken) {
      if (!EntryKey.isOfCalls(hold.key())) {
        changes.add(new Change(withoutOperation(hold, held), actual));
      } else if (!calls) {
        changes.add(new Change(withoutOperation(hold, 1), 0));
      }
    }
    return Step.ask(store, new StoreCommand.Settle(changes, true)).map(unused -> actual);
  }

  private static Hold withoutOperation(Hold hold, long units) {
    return new Hold(hold.key(), hold.limits(), hold.windowEndsMillis(), units, Optional.empty());
  }

  private Step<Long> more(long units) {
    boolean always =
        policy.overuse() == Overuse.DEBT
            || policy.whenExhausted() == WhenExhausted.OBSERVE
            || policy.isShadow();
    List<Entry> entries = new ArrayList<>();
    for (Hold hold : taken) {
      boolean owed = always || EntryKey.isApart(hold.key());
      // The work is over, so it holds no permit.
      List<LimitSpec> limits =
          hold.limits().stream()
              .filter(limit -> !(limit.window() instanceof Window.Concurrent))
              .toList();
      if (!EntryKey.isOfCalls(hold.key()) && !limits.isEmpty()) {
        entries.add(
            new Entry(
                hold.key(),
                limits,
                owed ? units : 0,
                units,
                policy.usualCost(),
                owed ? OnShort.EXCEED : OnShort.REFUSE_ALL));
      }
    }
    if (entries.isEmpty()) {
      return Step.done(held + units);
    }
    StoreCommand.Take take = new StoreCommand.Take(entries, Optional.empty());
    return Step.ask(store, take).map(reply -> held + reply.entries().get(0).taken());
  }
}
