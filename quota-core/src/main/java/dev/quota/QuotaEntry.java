package dev.quota;

import dev.quota.policy.Scope;
import dev.quota.spi.LimitSpec;
import java.util.List;

/**
 * The limits of a quota that count the same amount on one scope. They are one entry of a store's
 * command.
 *
 * @param key the name under which it is counted, see {@link EntryKey}
 * @param scope what they count on
 * @param calls true if they count charges, one each, false if units
 * @param shadow true if they are in shadow mode
 * @param limits the limits
 * @param nodeLimits the same limits with what this node may grant alone while the store is away
 */
record QuotaEntry(
    String key,
    Scope scope,
    boolean calls,
    boolean shadow,
    List<LimitSpec> limits,
    List<LimitSpec> nodeLimits) {

  /** Returns the entry with the share of a node. */
  QuotaEntry dividedBy(int nodes) {
    return nodes == 1
        ? this
        : new QuotaEntry(
            key,
            scope,
            calls,
            shadow,
            limits,
            List.copyOf(limits.stream().map(limit -> limit.dividedBy(nodes)).toList()));
  }
}
