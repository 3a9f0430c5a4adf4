package dev.quota;

import dev.quota.internal.projection.RecentPace;
import dev.quota.policy.LimitKind;
import dev.quota.store.QuotaClock;
import java.time.Instant;
import java.util.OptionalLong;

/**
 * Adds to states when their meters will be used up at the present pace. Thread-safe.
 *
 * <p>It watches only budgets of one person, because the pace of others is private. It watches them
 * from half their capacity on, because before that there is nothing to warn of.
 */
final class Projection {

  private final RecentPace paces;

  Projection(QuotaClock clock) {
    paces = new RecentPace(clock);
  }

  /** Returns the states of a reply with their projections. */
  QuotaSnapshot of(Request request, QuotaSnapshot states) {
    QuotaSnapshot projected = states;
    for (int i = 0; i < request.size(); i++) {
      QuotaState state = states.quotas().get(i);
      if (isHalfUsed(state.primary())) {
        OptionalLong atMillis = usedUpAtMillis(request, i, state);
        if (atMillis.isPresent()) {
          Instant at = Instant.ofEpochMilli(atMillis.getAsLong());
          projected = projected.with(i, state.withProjectedExhaustion(at));
        }
      }
    }
    return projected;
  }

  /** Returns whether at least half of a limit is known to be used, but not all. */
  private static boolean isHalfUsed(LimitState meter) {
    return meter.isExact()
        && !meter.resolved().isUnlimited()
        && meter.taken() < meter.total()
        && meter.taken() * 2 >= meter.total();
  }

  private OptionalLong usedUpAtMillis(Request request, int line, QuotaState state) {
    LimitState meter = state.primary();
    if (meter.kind() != LimitKind.BUDGET || meter.shared() || !isWatched(meter)) {
      return OptionalLong.empty();
    }
    OptionalLong at =
        paces.usedUpAtMillis(
            request.key(line, meter),
            meter.resolved().spec,
            meter.taken(),
            meter.resetAtMillis(),
            state.now().toEpochMilli());
    // A limit that refuses already needs no projection.
    return meter.isShort() ? OptionalLong.empty() : at;
  }

  /** A conversation has no pace. A pace knows the capacity only, and no additions to it. */
  private static boolean isWatched(LimitState meter) {
    return !meter.isOfConversation()
        && meter.granted().orElse(0) == 0
        && meter.rolledOver().orElse(0) == 0;
  }
}
