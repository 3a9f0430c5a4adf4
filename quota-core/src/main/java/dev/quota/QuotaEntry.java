package dev.quota;

import dev.quota.policy.Scope;
import dev.quota.spi.LimitSpec;
import java.util.List;

/**
 * The limits of a quota that count the same amount on one scope. They are one entry of a store's
 * command.
 *
 * @param scope what they count on
 * @param calls true if they count charges, one each, false if units
 * @param limits the limits
 * @param nodeLimits the same limits with what this node may grant alone while the store is away
 */
record QuotaEntry(Scope scope, boolean calls, List<LimitSpec> limits, List<LimitSpec> nodeLimits) {

  static QuotaEntry of(Scope scope, boolean calls, List<LimitSpec> limits, int nodes) {
    List<LimitSpec> whole = List.copyOf(limits);
    List<LimitSpec> divided =
        nodes == 1 ? whole : limits.stream().map(limit -> limit.dividedBy(nodes)).toList();
    return new QuotaEntry(scope, calls, whole, divided);
  }
}
