package dev.quota;

import dev.quota.policy.Plan;
import dev.quota.policy.QuotaPolicy;
import dev.quota.policy.WhenExhausted;
import dev.quota.store.Accuracy;
import dev.quota.store.Availability;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A snapshot of one quota of one subject: the only source of everything that is shown about it.
 * Instances are immutable.
 *
 * <p>{@link #primary} owns the numbers of the meter, {@link #binding} is what the message is about.
 * After nine of 50 messages within a minute, with ten allowed per minute, the meter says "41 of 50"
 * although the minute is nearly used up.
 */
public final class QuotaState {

  private static final long SHORTEST_POLL_MILLIS = 2_000;
  private static final long LONGEST_POLL_MILLIS = 5_000;

  private final ResolvedQuota quota;
  private final List<LimitState> limits;
  private final Certainty certainty;
  private final long nowMillis;
  private final long cost;
  private final LimitState primary;
  private final boolean anyShort;
  private final Optional<Instant> projectedExhaustionAt;

  /** The state of the quota that is charged instead; empty if there is none, or nobody asked it. */
  private final Optional<QuotaState> fallback;

  /** How soon to ask again for a place that somebody else must let go first. */
  private final long pollMillis;

  QuotaState(
      ResolvedQuota quota,
      List<LimitState> limits,
      Certainty certainty,
      long nowMillis,
      long cost) {
    this.quota = quota;
    this.limits = limits;
    this.certainty = certainty;
    this.nowMillis = nowMillis;
    this.cost = cost;
    this.primary = LimitOrder.primary(quota.policy.primary(), limits);
    // Nothing is short of a cost of zero, whatever the limits say about the usual one; and no limit
    // is known to be short where nothing is known.
    this.anyShort = cost > 0 && !certainty.isUnknown() && LimitOrder.anyShort(limits);
    this.projectedExhaustionAt = Optional.empty();
    this.fallback = Optional.empty();
    // The jitter keeps refused clients from coming back all at once.
    this.pollMillis =
        anyShort
            ? ThreadLocalRandom.current().nextLong(SHORTEST_POLL_MILLIS, LONGEST_POLL_MILLIS + 1)
            : 0;
  }

  private QuotaState(
      QuotaState state, Optional<Instant> projectedExhaustionAt, Optional<QuotaState> fallback) {
    this.quota = state.quota;
    this.limits = state.limits;
    this.certainty = state.certainty;
    this.nowMillis = state.nowMillis;
    this.cost = state.cost;
    this.primary = state.primary;
    this.anyShort = state.anyShort;
    this.projectedExhaustionAt = projectedExhaustionAt;
    this.fallback = fallback;
    this.pollMillis = state.pollMillis;
  }

  QuotaState withProjectedExhaustion(Instant at) {
    return new QuotaState(this, Optional.of(at), fallback);
  }

  /** Returns this state with that of the quota which is charged instead. */
  QuotaState withFallback(QuotaState other) {
    return new QuotaState(this, projectedExhaustionAt, Optional.of(other));
  }

  /** {@return the quota's name} */
  public String name() {
    return quota.policy.name();
  }

  /** {@return the quota's policy, as it was in force} */
  public QuotaPolicy policy() {
    return quota.policy;
  }

  /** {@return the plan whose capacities hold; empty if the policies know no plans} */
  public Optional<Plan> plan() {
    return quota.plan;
  }

  /**
   * {@return the moment of the snapshot, on the clock of the store, or of this process where the
   * store did not answer; whole milliseconds}
   */
  public Instant now() {
    return Instant.ofEpochMilli(nowMillis);
  }

  /** {@return how far the numbers can be trusted; the accuracy} */
  public Accuracy accuracy() {
    return certainty.accuracy();
  }

  /**
   * {@return the cost that {@link #allowed} is about; in a refusal the refused cost, in a check the
   * asked one, else the usual one}
   */
  public long cost() {
    return cost;
  }

  /** {@return every limit; limits in the order of the policy} */
  public List<LimitState> limits() {
    return limits;
  }

  /**
   * Returns whether the cost would be granted now, also if only in a degraded form. Where nothing
   * is known, the policy says it: {@link QuotaPolicy#onStoreFailure}.
   *
   * @return true if a charge would go through
   */
  public boolean allowed() {
    if (certainty.isUnknown()) {
      return cost == 0 || certainty.askAgainMillis().isEmpty();
    }
    return !anyShort
        || switch (quota.whenExhausted) {
          case BLOCK -> false;
          case OBSERVE -> true;
          case DEGRADE -> fallback.map(QuotaState::allowed).orElse(true);
        };
  }

  /**
   * {@return the limits that refuse the cost; the last to free first; none if {@link #allowed}, or
   * if nothing is known}
   */
  public List<LimitState> blockedBy() {
    return allowed() ? List.of() : shortLimits();
  }

  private List<LimitState> shortLimits() {
    return anyShort ? LimitOrder.shortLimits(limits) : List.of();
  }

  /**
   * {@return the limit the meter shows: the policy's choice, else the budget limit with the
   * smallest remaining share, else the pace limit with the smallest; one of {@link #limits}}
   */
  public LimitState primary() {
    return primary;
  }

  /**
   * Returns whether the plan gives anything of a limit.
   *
   * @param limit one of {@link #limits}
   * @return false if the plan sets it to 0, unless the limit is only watched and lets everything
   *     through
   */
  public boolean isInPlan(LimitState limit) {
    return limit.limit().orElse(1) > 0 || quota.whenExhausted == WhenExhausted.OBSERVE;
  }

  /**
   * Returns the next plan that has more of a limit: the first after the person's own in the order
   * of the policy, else the nearest before it. A plan on which the cost fits now comes first, and
   * one that can never grant it is left out, as is one that lacks the quota. What was granted to
   * the person does not count: it comes on top of any plan.
   *
   * @param limit one of {@link #limits}
   * @return the plan; empty if no plan has more, if the policies have no plans, and where the limit
   *     is not known exactly, so that a larger one may not help
   */
  public Optional<BetterPlan> betterPlan(LimitState limit) {
    boolean known =
        limit.accuracy() == Accuracy.EXACT || limit.availability() instanceof Availability.Never;
    return known ? quota.otherPlans.next(quota.policy, limit, cost) : Optional.empty();
  }

  /**
   * {@return the limit the message is about: the short limit that frees last, else {@link
   * #primary}; one of {@link #limits}}
   */
  public LimitState binding() {
    List<LimitState> shortLimits = shortLimits();
    return shortLimits.isEmpty() ? primary() : shortLimits.get(0);
  }

  /**
   * {@return the largest cost that would be granted now; units; empty if nothing limits it, if it
   * is not known exactly, or if saying it would give away a rounded limit}
   */
  public OptionalLong largestFittingCost() {
    return certainty.accuracy() == Accuracy.EXACT
        ? LimitOrder.largestFittingCost(limits)
        : OptionalLong.empty();
  }

  /**
   * {@return when the cost can be granted, empty while {@link #allowed}, where waiting cannot help,
   * and where nobody knows}
   */
  public Optional<Instant> nextAvailableAt() {
    if (allowed()) {
      return Optional.empty();
    }
    // Whichever of the two quotas has room first will do.
    Optional<Instant> other = fallback.flatMap(QuotaState::nextAvailableAt);
    Optional<Instant> own = freeAt();
    return other.isPresent() && (own.isEmpty() || other.get().isBefore(own.get())) ? other : own;
  }

  private Optional<Instant> freeAt() {
    List<LimitState> shortLimits = shortLimits();
    return shortLimits.isEmpty() ? Optional.empty() : shortLimits.get(0).nextAvailableAt();
  }

  /**
   * Returns how long to wait until the cost can be granted. Where nothing is known and a charge is
   * refused, and where somebody else must finish first, it is a few seconds, after which asking
   * again makes sense: a guess and no promise.
   *
   * @return whole milliseconds; where the numbers are known, waiting exactly that long succeeds if
   *     nothing else is used; empty while {@link #allowed}, and where waiting cannot help
   */
  public Optional<Duration> retryAfter() {
    if (!allowed() && certainty.askAgainMillis().isPresent()) {
      return Optional.of(Duration.ofMillis(certainty.askAgainMillis().getAsLong()));
    }
    if (!allowed() && waitsForPermit()) {
      return Optional.of(Duration.ofMillis(pollMillis));
    }
    return nextAvailableAt().map(at -> Duration.ofMillis(at.toEpochMilli() - nowMillis));
  }

  /** Returns whether only somebody who lets a place go is waited for. */
  private boolean waitsForPermit() {
    LimitState last = binding();
    return last.countsPermits() && last.availability() instanceof Availability.WhenReleased;
  }

  /** Returns when it frees, for telling which of several quotas does last. */
  long freeAtMillis() {
    if (allowed()) {
      return Long.MIN_VALUE;
    }
    if (!certainty.isUnknown() && waitsForPermit()) {
      return nowMillis;
    }
    return nextAvailableAt().map(Instant::toEpochMilli).orElse(Long.MAX_VALUE);
  }

  /**
   * {@return whether calls run in a reduced form at the moment; true if the quota is short and its
   * policy degrades instead of refusing}
   */
  public boolean isDegraded() {
    return quota.whenExhausted == WhenExhausted.DEGRADE && anyShort && allowed();
  }

  /**
   * {@return which quota is charged instead at the moment; its name; empty if not {@link
   * #isDegraded}, or if nothing is charged then}
   */
  public Optional<String> degradedTo() {
    return isDegraded() ? quota.policy.degradeTo() : Optional.empty();
  }

  /** Returns whether running work is beyond the limit and can still finish. */
  private static boolean isFinishing(LimitState limit) {
    return limit.overage().orElse(0) > 0 && limit.reserved().orElse(0) > 0;
  }

  /**
   * {@return whether work that began under the quota is running beyond its limit, and may finish;
   * true while new work is refused for that}
   */
  public boolean isInGrace() {
    return !allowed() && !binding().rounded() && isFinishing(binding());
  }

  /**
   * {@return until when calls run in a reduced form, empty if not {@link #isDegraded}, or if
   * waiting does not end it}
   */
  public Optional<Instant> degradedUntil() {
    return isDegraded() ? freeAt() : Optional.empty();
  }

  /**
   * {@return what the caller used of a shared quota, where it is counted; the use of the caller's
   * own limit over the same window; else empty, also where it is not known exactly}
   */
  public OptionalLong own() {
    LimitState shown = primary();
    if (!shown.shared()) {
      return OptionalLong.empty();
    }
    for (LimitState limit : limits) {
      if (!limit.shared() && limit.window().equals(shown.window())) {
        return limit.used();
      }
    }
    return OptionalLong.empty();
  }

  /**
   * {@return how long until more of a limit is available; milliseconds, 0 or more; while the limit
   * is short, until the cost fits; else in a calendar window until its end, and in a rolling one
   * until the next unit is back}
   *
   * @param limit one of {@link #limits}
   * @param unknown the number where all of it is available, or nobody knows when more is
   */
  public long millisUntilMore(LimitState limit, long unknown) {
    return limit.millisUntilMore(nowMillis, unknown);
  }

  /** {@return which share of the meter is left; the remaining share of {@link #primary}} */
  public OptionalDouble remainingShare() {
    return primary().remainingShare();
  }

  /**
   * Returns when {@link #primary} will be used up if the person goes on at their present pace: that
   * of about the last eighth of its window, such as the last one and a half to three hours of a
   * day. With 40 of 50 used and one more every 12 minutes, it is two hours from now. It is an
   * estimate from what this engine has seen since half was used, and no promise.
   *
   * @return that moment in whole minutes; empty while too little is known, where the window ends
   *     before that, where the limit refuses the cost already, and for what is shared, unlimited,
   *     not a budget or not known exactly
   */
  public Optional<Instant> projectedExhaustionAt() {
    return projectedExhaustionAt;
  }

  /** {@return how much attention the quota needs} */
  public Level level() {
    if (certainty.isUnknown()) {
      return Level.UNKNOWN;
    }
    if (anyShort && quota.whenExhausted != WhenExhausted.OBSERVE) {
      return isDegraded() ? Level.DEGRADED : Level.EXHAUSTED;
    }
    boolean unlimited = true;
    for (int i = 0; i < limits.size(); i++) {
      LimitState limit = limits.get(i);
      if (limit.hasWarning()) {
        return Level.WARNING;
      }
      unlimited &= limit.resolved().isUnlimited();
    }
    return unlimited ? Level.UNLIMITED : Level.OK;
  }

  @Override
  public String toString() {
    LimitState shown = primary();
    return "QuotaState["
        + name()
        + " "
        + level()
        + ", used "
        + (shown.used().isPresent() ? shown.used().getAsLong() : "unknown")
        + " of "
        + (shown.limit().isPresent() ? shown.limit().getAsLong() : "unlimited")
        + "]";
  }
}
