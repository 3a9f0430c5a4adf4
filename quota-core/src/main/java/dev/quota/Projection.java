package dev.quota;

import dev.quota.internal.projection.RecentPace;
import dev.quota.policy.LimitKind;
import dev.quota.store.QuotaClock;
import java.time.Instant;
import java.util.OptionalLong;

/**
 * Adds to states when their meters will be used up at the present pace. Safe for use by several
 * threads.
 *
 * <p>Only budgets of one person are watched, and only from half of them on: others' pace is nobody
 * else's business, and of what is hardly used there is nothing to warn of.
 */
final class Projection {

  private final RecentPace paces;

  Projection(QuotaClock clock) {
    paces = new RecentPace(clock);
  }

  /** Returns the states of a reply to a request with what can be guessed about them. */
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
    // What refuses already needs no forecast.
    return meter.isShort() ? OptionalLong.empty() : at;
  }

  /** A conversation has no pace, and a grant is spent after a window that nobody can foresee. */
  private static boolean isWatched(LimitState meter) {
    return !meter.isOfConversation() && meter.granted().orElse(0) == 0;
  }
}
