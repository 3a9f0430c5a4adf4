package dev.quota;

import dev.quota.policy.ReservationBounds;
import dev.quota.policy.Scope;
import java.util.OptionalLong;

/**
 * The bounds of what one reservation holds on one plan.
 *
 * @param least the least that a reservation holds
 * @param most the most that it holds beyond its use
 */
record ReservationUnits(long least, long most) {

  static ReservationUnits of(ReservationBounds bounds, ResolvedLimit[] limits) {
    OptionalLong shared = OptionalLong.empty();
    OptionalLong smallest = OptionalLong.empty();
    for (ResolvedLimit limit : limits) {
      if (limit.entry != ResolvedLimit.NOT_STORED && limit.countsUnits() && !limit.isUnlimited()) {
        smallest = smaller(smallest, limit.capacity());
        if (isShared(limit.scope)) {
          shared = smaller(shared, limit.capacity());
        }
      }
    }
    return new ReservationUnits(bounds.atLeast(), bounds.mostUnits(shared, smallest));
  }

  private static OptionalLong smaller(OptionalLong known, long other) {
    return OptionalLong.of(Math.min(known.orElse(other), other));
  }

  private static boolean isShared(Scope scope) {
    return scope == Scope.TEAM || scope == Scope.ORG || scope == Scope.GLOBAL;
  }

  /** Returns what is held of an estimate. */
  long of(long estimate) {
    return Math.min(Math.max(estimate, least), most);
  }
}
