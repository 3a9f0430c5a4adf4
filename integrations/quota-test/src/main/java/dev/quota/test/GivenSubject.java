package dev.quota.test;

import dev.quota.Decision;
import dev.quota.LimitState;
import dev.quota.QuotaSnapshot;
import dev.quota.QuotaState;
import dev.quota.Quotas;
import dev.quota.Subject;
import dev.quota.policy.LimitKind;
import dev.quota.store.ManualClock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Charges a subject until it has used something: {@code given(alice).hasUsed(49, "chat")}. Not
 * thread-safe.
 *
 * <p>The units are charged with ordinary charges. If a pace refuses a charge, such as 10 per minute
 * of 50 a day, the clock moves forward until the charge fits, and at the end until the pace is full
 * again. Listeners receive these charges, and thresholds are crossed. The clock never moves past
 * the end of the window. Start it earlier if there is too little time left.
 */
public final class GivenSubject {

  /** Each is a charge. */
  private static final int MOST_STEPS = 10_000;

  private final Quotas quotas;
  private final ManualClock clock;
  private final Subject subject;

  GivenSubject(Quotas quotas, ManualClock clock, Subject subject) {
    this.quotas = quotas;
    this.clock = clock;
    this.subject = subject;
  }

  /**
   * Charges until the meter of a quota shows that so much is used: its {@linkplain
   * QuotaState#primary primary} limit.
   *
   * @param units how much is used afterwards; no less than now, and no more than the limit
   * @param quota the quota's name
   * @return this
   * @throws IllegalArgumentException if the units are out of range, the quota is unknown, or the
   *     plan does not limit it
   * @throws IllegalStateException if it cannot be reached within the limit's window
   */
  public GivenSubject hasUsed(long units, String quota) {
    LimitState meter = state(quota).primary();
    long limit =
        number(meter.limit(), quota, "has no limit that counts on this plan, so nothing is used");
    long used = number(meter.used(), quota, "has no exact count");
    if (units < used || units > limit) {
      throw new IllegalArgumentException(
          "units must be between what is used, "
              + used
              + ", and the limit "
              + meter.name()
              + " of "
              + quota
              + ", "
              + limit
              + ", was "
              + units);
    }
    use(units, quota, meter);
    return this;
  }

  /**
   * Charges until so much is left on the meter of a quota.
   *
   * @param units how much is left afterwards; no more than now
   * @param quota the quota's name
   * @return this
   * @throws IllegalArgumentException as {@link #hasUsed} does
   * @throws IllegalStateException if it cannot be reached within the limit's window
   */
  public GivenSubject hasLeft(long units, String quota) {
    LimitState meter = state(quota).primary();
    long left =
        number(meter.remaining(), quota, "has no limit that counts on this plan, so all is left");
    if (units < 0 || units > left) {
      throw new IllegalArgumentException(
          "units must be between 0 and what is left of " + quota + ", " + left + ", was " + units);
    }
    return hasUsed(meter.used().orElseThrow() + left - units, quota);
  }

  /**
   * Charges until nothing is left on the meter of a quota.
   *
   * @param quota the quota's name
   * @return this
   * @throws IllegalArgumentException as {@link #hasUsed} does
   * @throws IllegalStateException if it cannot be reached within the limit's window
   */
  public GivenSubject hasUsedUp(String quota) {
    return hasLeft(0, quota);
  }

  private static long number(OptionalLong number, String quota, String problem) {
    return number.orElseThrow(() -> new IllegalArgumentException("quota " + quota + " " + problem));
  }

  private void use(long units, String quota, LimitState meter) {
    Optional<Instant> end = meter.resetAt();
    boolean pacesAreFull = meter.kind() == LimitKind.PACE;
    for (int step = 0; step < MOST_STEPS; step++) {
      long missing = units - used(quota, meter);
      if (missing <= 0) {
        return;
      }
      long fitting = Math.min(missing, state(quota).largestFittingCost().orElse(missing));
      if (fitting > 0) {
        charge(quota, fitting);
      } else {
        await(quota, end);
      }
      if (fitting == missing && !pacesAreFull) {
        // Once more, because a rolling or sliding meter was refilled a little during the wait.
        refillPaces(quota, meter, end);
        pacesAreFull = true;
      }
    }
    throw unreachable(quota, "it takes more than " + MOST_STEPS + " charges");
  }

  private long used(String quota, LimitState meter) {
    return limit(state(quota), meter.name()).used().orElse(0);
  }

  private void charge(String quota, long units) {
    Decision decision = quotas.charge(subject, quota, units);
    if (!(decision instanceof Decision.Allowed allowed) || allowed.isDegraded()) {
      throw new IllegalStateException(
          "A charge of " + units + " was to go through.\n" + Described.decision(decision));
    }
    allowed.receipt().close();
  }

  /** Waits until one unit fits. */
  private void await(String quota, Optional<Instant> end) {
    QuotaSnapshot check = quotas.check(subject, quota, 1);
    Duration wait =
        check
            .quotas()
            .get(0)
            .retryAfter()
            .orElseThrow(() -> unreachable(quota, "waiting does not help"));
    pass(quota, wait, end);
  }

  private void refillPaces(String quota, LimitState meter, Optional<Instant> end) {
    Optional<Instant> full = Optional.empty();
    QuotaState now = state(quota);
    for (LimitState limit : now.limits()) {
      if (limit.kind() == LimitKind.PACE && !limit.name().equals(meter.name())) {
        full = later(full, limit.fullAt());
      }
    }
    if (full.isPresent()) {
      pass(quota, Duration.between(now.now(), full.get()), end);
    }
  }

  private static Optional<Instant> later(Optional<Instant> one, Optional<Instant> other) {
    return one.isEmpty() || (other.isPresent() && other.get().isAfter(one.get())) ? other : one;
  }

  private void pass(String quota, Duration wait, Optional<Instant> end) {
    if (end.isPresent() && !clock.instant().plus(wait).isBefore(end.get())) {
      throw unreachable(quota, "the window ends before; start the clock earlier");
    }
    clock.advance(wait);
  }

  private QuotaState state(String quota) {
    return quotas.check(subject, quota, 1).quotas().get(0);
  }

  private static LimitState limit(QuotaState state, String name) {
    return state.limits().stream()
        .filter(limit -> limit.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private IllegalStateException unreachable(String quota, String reason) {
    return new IllegalStateException(
        "So much cannot be used of "
            + quota
            + ": "
            + reason
            + ".\n"
            + Described.snapshot(quotas.check(subject, quota, 1)));
  }
}
