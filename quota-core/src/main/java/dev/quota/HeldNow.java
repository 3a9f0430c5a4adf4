package dev.quota;

import dev.quota.policy.Overuse;
import dev.quota.spi.Change;
import dev.quota.spi.Entry;
import dev.quota.spi.EntryResult;
import dev.quota.spi.Growth;
import dev.quota.spi.Hold;
import dev.quota.spi.Key;
import dev.quota.spi.StoreCommand;
import dev.quota.spi.StoreReply;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Supplier;

/**
 * What a reservation holds, under the limits of the policy that is in force. A policy that changes
 * while work runs applies to the next growth. Only one operation of the reservation changes it at a
 * time. {@link #quota} may be called at any time.
 */
final class HeldNow {

  private final Supplier<PolicyView.Resolved> policies;

  /** True if this node counts alone, with its share of each capacity. */
  private final boolean alone;

  private PolicyView.Resolved resolved;
  private volatile Request request;
  private List<Hold> holds;
  private boolean closed;

  /** False if the policy now has other keys, so that a reply does not contain all of its limits. */
  private boolean whole;

  /** True if a limit in shadow mode had no room, so that the first holds lack its entry. */
  private final boolean partial;

  /**
   * Creates the holds as they were taken.
   *
   * @param request about the reserved quota alone
   * @param policies the policies in force, as the subject sees them
   */
  HeldNow(
      Request request, List<Hold> holds, boolean alone, Supplier<PolicyView.Resolved> policies) {
    this.policies = policies;
    this.alone = alone;
    this.resolved = policies.get();
    this.request = request;
    this.holds = holds;
    this.partial = holds.size() < request.entries().size();
    this.whole = !partial;
  }

  /** Takes over the policies that are in force now. A quota that they lack stays as it was. */
  @SuppressWarnings("ReferenceEquality") // a view creates each value once
  void refresh() {
    PolicyView.Resolved now = policies.get();
    if (now == resolved) {
      return;
    }
    resolved = now;
    ResolvedQuota changed = now.quotas().get(quota().policy.name());
    if (changed != null) {
      request = request.under(now);
      closed = changed.closed;
      holds = holds.stream().map(hold -> under(changed, hold)).toList();
      whole =
          request.entries().stream()
              .map(Entry::key)
              .toList()
              .equals(holds.stream().map(Hold::key).toList());
    }
  }

  /** Returns which entry of the quota has a key; -1 if the policy now has other keys. */
  private int entry(Key key) {
    List<Entry> entries = request.entries();
    for (int i = 0; i < entries.size(); i++) {
      if (entries.get(i).key().equals(key)) {
        return i;
      }
    }
    return -1;
  }

  private Hold under(ResolvedQuota changed, Hold hold) {
    int entry = entry(hold.key());
    if (entry < 0) {
      return hold;
    }
    QuotaEntry shape = changed.entries[entry];
    var limits = alone ? shape.nodeLimits() : shape.limits();
    return new Hold(
        hold.key(), limits, Collections.nCopies(limits.size(), 0L), hold.units(), hold.operation());
  }

  ResolvedQuota quota() {
    return request.line(0).quota();
  }

  /** Returns the request about the quota at its usual cost. */
  Request request() {
    return request;
  }

  List<Hold> holds() {
    return holds;
  }

  Growth growth(int hold) {
    Key key = holds.get(hold).key();
    int entry = EntryKey.isOfCalls(key) ? -1 : entry(key);
    // Units that the policy limits no more are counted without a limit.
    return entry < 0 ? Growth.forced() : quota().growth(entry);
  }

  /** Returns how far a settlement may go. */
  private Growth lastGrowth(int hold) {
    return quota().policy.overuse() == Overuse.DEBT ? Growth.forced() : growth(hold);
  }

  /** Returns whether the plan no longer includes the quota, so that nothing can grow. */
  boolean isClosed() {
    return closed;
  }

  /** Returns whether a reply about the holds contains all limits of the quota. */
  boolean isWhole(StoreReply reply) {
    return whole && hasAll(reply);
  }

  private static boolean hasAll(StoreReply reply) {
    for (EntryResult entry : reply.entries()) {
      if (entry.gone()) {
        return false;
      }
    }
    return true;
  }

  /** Returns whether the states after a reply can be told, by the reply or by asking once more. */
  boolean isTold(StoreReply reply) {
    return (whole || partial) && hasAll(reply);
  }

  /** Returns how many units are held by a reply; the given number if the reply does not say it. */
  /** Returns how many units are held by a reply; the given number if the reply does not say it. */
  long units(StoreReply reply, long before) {
    for (int i = 0; i < holds.size(); i++) {
      if (!EntryKey.isOfCalls(holds.get(i).key()) && !reply.entries().get(i).gone()) {
        return reply.entries().get(i).taken();
      }
    }
    return before;
  }

  /**
   * Returns the command that sets all holds to a total.
   *
   * @param calls whether the call itself counts
   */
  StoreCommand.Settle command(long units, boolean calls, boolean last) {
    List<Change> changes = new ArrayList<>(holds.size());
    long nextCost = quota().policy.usualCost();
    for (int i = 0; i < holds.size(); i++) {
      Hold hold = holds.get(i);
      changes.add(
          EntryKey.isOfCalls(hold.key())
              ? new Change(hold, calls ? 1 : 0, Growth.forced(), 1)
              : new Change(hold, units, last ? lastGrowth(i) : growth(i), nextCost));
    }
    return new StoreCommand.Settle(changes, last);
  }
}
