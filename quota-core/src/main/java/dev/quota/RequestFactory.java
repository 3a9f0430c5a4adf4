package dev.quota;

import dev.quota.policy.Capacity;
import java.util.Collection;
import java.util.List;

/**
 * Makes requests of the arguments of callers, each under one view of the policies, and checks them.
 * Thread-safe.
 */
final class RequestFactory {

  private final PolicyRegistry policies;

  RequestFactory(PolicyRegistry policies) {
    this.policies = policies;
  }

  PolicyView.Resolved resolved(Subject subject) {
    return policies.view().of(subject);
  }

  static ResolvedQuota require(PolicyView.Resolved resolved, String quota) {
    ResolvedQuota found = resolved.quotas().get(quota);
    if (found == null) {
      throw new UnknownQuotaException(quota, resolved.quotas().keySet());
    }
    return found;
  }

  Request charge(Subject subject, String quota, long cost) {
    PolicyView.Resolved resolved = resolved(subject);
    ResolvedQuota found = resolved.quotas().get(quota);
    if (found == null || cost < 0 || cost > Capacity.MAX_UNITS) {
      // A charge is made only if the cost is wrong, because its check has the message.
      return charge(subject, new Charge(quota, cost));
    }
    return new Request(subject, resolved, found.charge(cost));
  }

  private Request charge(Subject subject, Charge charge) {
    PolicyView.Resolved resolved = resolved(subject);
    ResolvedQuota found = require(resolved, charge.quota());
    return new Request(subject, resolved, found.charge(charge.cost()));
  }

  static void requireAny(List<Charge> charges) {
    if (charges.isEmpty()) {
      throw new IllegalArgumentException("charges must not be empty");
    }
  }

  Request charge(Subject subject, List<Charge> charges) {
    requireAny(charges);
    if (charges.size() == 1) {
      return charge(subject, charges.get(0));
    }
    PolicyView.Resolved resolved = resolved(subject);
    RequestLine[] lines =
        Request.summed(charges).stream()
            .map(charge -> RequestLine.charge(require(resolved, charge.quota()), charge.cost()))
            .toArray(RequestLine[]::new);
    return new Request(subject, resolved, lines);
  }

  Request ofConversation(Subject subject, Charge charge) {
    PolicyView.Resolved resolved = policies.view().ofConversation(subject);
    ResolvedQuota found = require(resolved, charge.quota());
    return new Request(subject, resolved, RequestLine.owed(found, charge.cost()));
  }

  Request reserve(Subject subject, String quota, long estimate) {
    PolicyView.Resolved resolved = resolved(subject);
    long units = new Charge(quota, estimate).cost();
    return new Request(subject, resolved, RequestLine.estimate(require(resolved, quota), units));
  }

  Request reserve(ReserveRequest asked) {
    PolicyView.Resolved resolved = resolved(asked.subject());
    ResolvedQuota found = require(resolved, asked.quota());
    return new Request(
        asked.subject(), resolved, RequestLine.between(found, asked.atLeast(), asked.estimate()));
  }

  Request owed(Subject subject, String quota, long units) {
    PolicyView.Resolved resolved = resolved(subject);
    return new Request(subject, resolved, RequestLine.owed(require(resolved, quota), units));
  }

  Request usual(Subject subject, String quota) {
    PolicyView.Resolved resolved = resolved(subject);
    ResolvedQuota found = require(resolved, quota);
    return new Request(subject, resolved, RequestLine.ask(found, found.policy.usualCost()));
  }

  Request states(Subject subject) {
    PolicyView.Resolved resolved = resolved(subject);
    return states(subject, resolved, resolved.quotas().keySet());
  }

  Request states(Subject subject, Collection<String> quotas) {
    return states(subject, resolved(subject), quotas);
  }

  private static Request states(
      Subject subject, PolicyView.Resolved resolved, Collection<String> quotas) {
    RequestLine[] lines =
        quotas.stream()
            .distinct()
            .map(quota -> require(resolved, quota))
            .map(found -> RequestLine.ask(found, found.policy.usualCost()))
            .toArray(RequestLine[]::new);
    return new Request(subject, resolved, lines);
  }

  Request check(Subject subject, String quota, long cost) {
    PolicyView.Resolved resolved = resolved(subject);
    ResolvedQuota found = require(resolved, quota);
    return new Request(subject, resolved, RequestLine.ask(found, new Charge(quota, cost).cost()));
  }
}
