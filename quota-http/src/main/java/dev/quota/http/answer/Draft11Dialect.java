package dev.quota.http.answer;

import dev.quota.LimitState;
import dev.quota.QuotaSnapshot;
import dev.quota.QuotaState;
import dev.quota.http.internal.field.Seconds;
import dev.quota.http.internal.field.StructuredFields;
import dev.quota.policy.Unit;
import dev.quota.policy.Window;
import dev.quota.store.Accuracy;
import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.BiConsumer;

/**
 * The fields of draft-ietf-httpapi-ratelimit-headers-11.
 *
 * <p>The draft may change, so only this class has the names of its fields and parameters.
 */
final class Draft11Dialect implements HeaderDialect {

  public static final String POLICY_FIELD = "RateLimit-Policy";
  public static final String STATE_FIELD = "RateLimit";

  private static final String QUOTA = "q";
  private static final String WINDOW = "w";
  private static final String REMAINING = "r";
  private static final String RESET = "t";
  private static final String UNIT = "quota-unit";
  private static final String PERCENT = "percent";
  private static final String STANDARD_UNIT = "qu";
  private static final String AT_ONCE = "concurrent-requests";
  private static final String CALL = "call";
  private static final long FULL_PERCENT = 100;

  /** An unknown time. Not an Optional, which would be garbage in each charged request. */
  private static final long UNKNOWN = -1;

  private static final long SECONDS_PER_DAY = 86_400;

  /** Room for two limits, so that most fields never grow. */
  private static final int USUAL_LENGTH = 80;

  /** Writes the member of a field for one limit. */
  @FunctionalInterface
  private interface Member {
    void write(QuotaState quota, LimitState limit, long capacity, StructuredFields field);
  }

  private final KnownPolicyFields known = new KnownPolicyFields();

  @Override
  public void write(QuotaSnapshot states, BiConsumer<String, String> headers) {
    StructuredFields field = new StructuredFields(USUAL_LENGTH);
    String policy = policyField(states, field);
    if (!policy.isEmpty()) {
      headers.accept(POLICY_FIELD, policy);
      writeAll(states, Draft11Dialect::writeState, field);
      if (!field.isEmpty()) {
        headers.accept(STATE_FIELD, field.take());
      }
    }
  }

  private String policyField(QuotaSnapshot states, StructuredFields field) {
    boolean single = states.quotas().size() == 1;
    String remembered = single ? known.get(states.quotas().get(0)) : null;
    if (remembered != null) {
      return remembered;
    }
    writeAll(states, Draft11Dialect::writePolicy, field);
    String written = field.take();
    if (single) {
      known.put(states.quotas().get(0), written);
    }
    return written;
  }

  /** Writes all limits of all quotas, the binding ones first. */
  private static void writeAll(QuotaSnapshot states, Member member, StructuredFields field) {
    QuotaState first = states.binding();
    writeQuota(first, member, field);
    List<QuotaState> quotas = states.quotas();
    // An index loop, because this runs in each charged request and an iterator would be garbage.
    for (int i = 0; i < quotas.size(); i++) {
      if (quotas.get(i) != first) {
        writeQuota(quotas.get(i), member, field);
      }
    }
  }

  private static void writeQuota(QuotaState quota, Member member, StructuredFields field) {
    LimitState first = quota.binding();
    writeLimit(quota, first, member, field);
    List<LimitState> limits = quota.limits();
    for (int i = 0; i < limits.size(); i++) {
      if (limits.get(i) != first) {
        writeLimit(quota, limits.get(i), member, field);
      }
    }
  }

  private static void writeLimit(
      QuotaState quota, LimitState limit, Member member, StructuredFields field) {
    OptionalLong capacity = limit.limit();
    if (capacity.isPresent() && limit.accuracy() != Accuracy.UNKNOWN) {
      member.write(quota, limit, capacity.getAsLong(), field);
    }
  }

  private static void writePolicy(
      QuotaState quota, LimitState limit, long capacity, StructuredFields field) {
    field.string(limit.qualifiedName());
    boolean share = limit.rounded() && !limit.countsPermits();
    field.parameter(QUOTA, share ? FULL_PERCENT : capacity);
    if (limit.countsPermits()) {
      field.parameter(STANDARD_UNIT, AT_ONCE);
      return;
    }
    if (!limit.isOfConversation()) {
      field.parameter(WINDOW, windowSeconds(limit, quota));
    }
    Unit unit = quota.policy().unit();
    if (limit.rounded()) {
      field.parameter(UNIT, PERCENT);
    } else if (limit.countsCalls()) {
      field.parameter(UNIT, CALL);
    } else if (!unit.equals(Unit.REQUESTS)) {
      field.parameter(UNIT, unit.name());
    }
  }

  private static void writeState(
      QuotaState quota, LimitState limit, long capacity, StructuredFields field) {
    boolean exact = limit.accuracy() == Accuracy.EXACT;
    long reset = Seconds.untilMore(quota, limit, UNKNOWN);
    if (!exact && reset == UNKNOWN) {
      return;
    }
    field.string(limit.qualifiedName());
    if (exact && !(limit.rounded() && limit.countsPermits())) {
      field.parameter(REMAINING, remaining(limit));
    }
    if (reset != UNKNOWN) {
      field.parameter(RESET, reset);
    }
  }

  private static long remaining(LimitState limit) {
    return limit.rounded()
        ? Math.round(limit.remainingShare().orElse(0) * FULL_PERCENT)
        : limit.remainingOrElse(0);
  }

  /** Returns the window's nominal length: a local day has 24 hours, even on a day with 23. */
  private static long windowSeconds(LimitState limit, QuotaState quota) {
    if (limit.window() instanceof Window.Moving moving) {
      return Seconds.roundedUp(moving.periodMillis());
    }
    if (limit.window() instanceof Window.Session session) {
      return Seconds.roundedUp(session.periodMillis());
    }
    if (limit.window() instanceof Window.Calendar calendar) {
      return switch (calendar.unit()) {
        case DAY -> SECONDS_PER_DAY;
        case WEEK -> 7 * SECONDS_PER_DAY;
        case MONTH, CYCLE -> {
          Instant end = limit.resetAt().orElseGet(() -> calendar.endAfter(quota.now()));
          LocalDate start = calendar.startDateOfWindowEnding(end);
          LocalDate next = end.atZone(calendar.zone()).toLocalDate();
          yield ChronoUnit.DAYS.between(start, next) * SECONDS_PER_DAY;
        }
      };
    }
    throw new IllegalStateException("no window length for " + limit.window());
  }
}
