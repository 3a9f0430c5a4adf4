package dev.quota.servlet;

import dev.quota.Accuracy;
import dev.quota.LimitState;
import dev.quota.QuotaSnapshot;
import dev.quota.QuotaState;
import dev.quota.Unit;
import dev.quota.spi.Window;
import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.BiConsumer;

/**
 * The fields of draft-ietf-httpapi-ratelimit-headers-11.
 *
 * <p>The names of fields and parameters stand here and nowhere else: the draft is still moving.
 */
final class Draft11Dialect implements HeaderDialect {

  static final String POLICY_FIELD = "RateLimit-Policy";
  static final String STATE_FIELD = "RateLimit";

  private static final String QUOTA = "q";
  private static final String WINDOW = "w";
  private static final String REMAINING = "r";
  private static final String RESET = "t";
  private static final String UNIT = "quota-unit";
  private static final String PERCENT = "percent";
  private static final long FULL_PERCENT = 100;
  private static final long SECONDS_PER_DAY = 86_400;

  /** Room for two limits, so that most fields never grow. */
  private static final int USUAL_POLICY_LENGTH = 96;

  private static final int USUAL_STATE_LENGTH = 64;

  @Override
  public void write(QuotaSnapshot states, BiConsumer<String, String> headers) {
    StructuredFields policy = new StructuredFields(USUAL_POLICY_LENGTH);
    StructuredFields state = new StructuredFields(USUAL_STATE_LENGTH);
    if (states.quotas().size() == 1) {
      writeQuota(states.quotas().get(0), policy, state);
    } else {
      QuotaState first = states.binding();
      writeQuota(first, policy, state);
      for (QuotaState quota : states.quotas()) {
        if (quota != first) {
          writeQuota(quota, policy, state);
        }
      }
    }
    if (!policy.isEmpty()) {
      headers.accept(POLICY_FIELD, policy.toString());
      headers.accept(STATE_FIELD, state.toString());
    }
  }

  private static void writeQuota(
      QuotaState quota, StructuredFields policy, StructuredFields state) {
    if (quota.accuracy() == Accuracy.UNKNOWN) {
      return;
    }
    LimitState first = quota.binding();
    writeLimit(quota, first, policy, state);
    for (LimitState limit : quota.limits()) {
      if (limit != first) {
        writeLimit(quota, limit, policy, state);
      }
    }
  }

  private static void writeLimit(
      QuotaState quota, LimitState limit, StructuredFields policy, StructuredFields state) {
    OptionalLong capacity = limit.limit();
    if (capacity.isEmpty()) {
      return;
    }
    Instant now = quota.now();
    String name = limit.qualifiedName();
    policy.string(name).parameter(QUOTA, limit.rounded() ? FULL_PERCENT : capacity.getAsLong());
    policy.parameter(WINDOW, windowSeconds(limit, now));
    Unit unit = quota.policy().unit();
    if (limit.rounded()) {
      policy.parameter(UNIT, PERCENT);
    } else if (!unit.equals(Unit.REQUESTS)) {
      policy.parameter(UNIT, unit.name());
    }
    state.string(name);
    if (quota.accuracy() == Accuracy.EXACT) {
      state.parameter(REMAINING, remaining(limit));
    }
    OptionalLong reset = secondsUntilMore(limit, now);
    if (reset.isPresent()) {
      state.parameter(RESET, reset.getAsLong());
    }
  }

  private static long remaining(LimitState limit) {
    return limit.rounded()
        ? Math.round(limit.remainingShare().orElse(0) * FULL_PERCENT)
        : limit.remaining().orElse(0);
  }

  /** Returns the window's nominal length: a local day counts as 24 hours also when it has 23. */
  private static long windowSeconds(LimitState limit, Instant now) {
    if (limit.window() instanceof Window.Rolling rolling) {
      return ceilSeconds(rolling.periodMillis());
    }
    if (limit.window() instanceof Window.Calendar calendar) {
      return switch (calendar.unit()) {
        case DAY -> SECONDS_PER_DAY;
        case WEEK -> 7 * SECONDS_PER_DAY;
        case MONTH, CYCLE -> {
          Instant end = limit.resetAt().orElseGet(() -> calendar.endAfter(now));
          LocalDate start = calendar.startDateOfWindowEnding(end);
          LocalDate next = end.atZone(calendar.zone()).toLocalDate();
          yield ChronoUnit.DAYS.between(start, next) * SECONDS_PER_DAY;
        }
      };
    }
    throw new IllegalStateException("no window length for " + limit.window());
  }

  /**
   * Returns the seconds until more is available, rounded up: where the limit refuses, until the
   * cost fits, as {@code Retry-After} says; in a calendar window its end; in a rolling one until
   * the next unit is back. Empty if all of it is available.
   */
  private static OptionalLong secondsUntilMore(LimitState limit, Instant now) {
    Optional<Instant> until = limit.nextAvailableAt().or(limit::resetAt);
    if (until.isPresent()) {
      return OptionalLong.of(ceilSeconds(until.get(), now));
    }
    Optional<Instant> full = limit.fullAt();
    if (full.isPresent() && limit.window() instanceof Window.Rolling rolling) {
      long untilFull = ceilSeconds(full.get(), now);
      long perUnit = ceilSeconds(-Math.floorDiv(-rolling.periodMillis(), limit.limit().orElse(1)));
      // How far a rounded limit has drained would tell exactly how much of it is used.
      return OptionalLong.of(limit.rounded() ? perUnit : Math.min(untilFull, perUnit));
    }
    return OptionalLong.empty();
  }

  private static long ceilSeconds(Instant until, Instant now) {
    return Math.max(0, ceilSeconds(until.toEpochMilli() - now.toEpochMilli()));
  }

  private static long ceilSeconds(long millis) {
    return -Math.floorDiv(-millis, 1_000L);
  }
}
