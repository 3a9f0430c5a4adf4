package dev.quota;

import dev.quota.policy.BillingAnchor;
import dev.quota.policy.Scope;
import java.time.ZoneId;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/**
 * Where and when the windows of a subject begin: its zone, and its billing anchors by scope.
 * Immutable.
 */
record SubjectCycles(ZoneId zone, Map<Scope, BillingAnchor> anchors) {

  private static final Scope[] BILLED = {Scope.USER, Scope.TEAM, Scope.ORG};

  /** Returns those of subjects without an anchor. */
  static SubjectCycles in(ZoneId zone) {
    return new SubjectCycles(zone, Map.of());
  }

  /** Returns those of a subject in its zone. */
  static SubjectCycles of(Subject subject, ZoneId zone) {
    Map<Scope, BillingAnchor> anchors = new EnumMap<>(Scope.class);
    for (Scope scope : BILLED) {
      Optional<BillingAnchor> anchor = subject.billingAnchor(scope);
      anchor.ifPresent(it -> anchors.put(scope, it));
    }
    return new SubjectCycles(zone, Map.copyOf(anchors));
  }

  BillingAnchor anchor(Scope scope) {
    return anchors.getOrDefault(scope, BillingAnchor.FIRST_OF_MONTH);
  }
}
