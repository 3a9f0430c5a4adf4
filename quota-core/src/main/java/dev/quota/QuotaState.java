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
 * A snapshot of one quota of one subject. Everything that is shown about the quota is made from it.
 * Instances are immutable.
 *
 * <p>A meter shows the numbers of {@link #primary}. A message is about {@link #binding}. With 50
 * messages a day and ten a minute, the meter says "41 of 50" after nine messages in one minute,
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

  /** One field for what few states have, because a state is made for each decision. */
  private final RelatedStates related;

  /** When to ask again for a permit that somebody else must release first. */
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
    // Every limit has room for a cost of zero, even if it has none for the usual cost. If nothing
    // is known, no limit is known to be short.
    this.anyShort = cost > 0 && !certainty.isUnknown() && LimitOrder.anyShort(limits);
    this.projectedExhaustionAt = Optional.empty();
    this.related = RelatedStates.NONE;
    // The jitter spreads the retries of refused clients.
    this.pollMillis =
        anyShort
            ? ThreadLocalRandom.current().nextLong(SHORTEST_POLL_MILLIS, LONGEST_POLL_MILLIS + 1)
            : 0;
  }

  private QuotaState(
      QuotaState state, Optional<Instant> projectedExhaustionAt, RelatedStates related) {
    this.quota = state.quota;
    this.limits = state.limits;
    this.certainty = state.certainty;
    this.nowMillis = state.nowMillis;
    this.cost = state.cost;
    this.primary = state.primary;
    this.anyShort = state.anyShort;
    this.projectedExhaustionAt = projectedExhaustionAt;
    this.related = related;
    this.pollMillis = state.pollMillis;
  }

  QuotaState withProjectedExhaustion(Instant at) {
    return new QuotaState(this, Optional.of(at), related);
  }

  /** Returns this state with the state of the quota that is charged instead. */
  QuotaState withFallback(QuotaState other) {
    return new QuotaState(this, projectedExhaustionAt, related.withFallback(other));
  }

  QuotaState withShadow(QuotaState other) {
    return new QuotaState(this, projectedExhaustionAt, related.withShadow(other));
  }

  /**
   * {@return this quota as if its limits in {@link dev.quota.policy.Mode#SHADOW} were enforced, if
   * it has any. After a charge that they would have refused, it is about that charge. People must
   * not see it}
   */
  public Optional<QuotaState> shadow() {
    return related.shadow();
  }

  /**
   * {@return whether all limits are in shadow mode. Then nothing is shown of this quota: no header
   * and no JSON has it, and its limits here have no capacity}
   */
  public boolean isShadow() {
    return quota.isHidden();
  }

  /** {@return the quota's name} */
  public String name() {
    return quota.policy.name();
  }

  /** {@return the quota's policy that was in force} */
  public QuotaPolicy policy() {
    return quota.policy;
  }

  /**
   * {@return which version of the policies it was decided by}
   *
   * @see dev.quota.policy.Policies#version
   */
  public String policyVersion() {
    return quota.policyVersion;
  }

  /** {@return the plan whose capacities apply; empty if the policies know no plans} */
  public Optional<Plan> plan() {
    return quota.plan;
  }

  /**
   * {@return the moment of the snapshot in whole milliseconds, on the clock of the store, or of
   * this process if the store did not answer}
   */
  public Instant now() {
    return Instant.ofEpochMilli(nowMillis);
  }

  /** {@return how far the numbers can be trusted; the accuracy} */
  public Accuracy accuracy() {
    return certainty.accuracy();
  }

  /**
   * {@return the cost that {@link #allowed} is about, in units: after a refusal the refused cost,
   * in a check the given cost, else the usual cost}
   */
  public long cost() {
    return cost;
  }

  /** {@return all limits, in the order of the policy} */
  public List<LimitState> limits() {
    return limits;
  }

  /**
   * Returns whether the cost would be granted now, if only in a degraded form. If nothing is known,
   * the policy says it: {@link QuotaPolicy#onStoreFailure}.
   *
   * @return true if a charge would be allowed
   */
  public boolean allowed() {
    if (certainty.isUnknown()) {
      return cost == 0 || certainty.askAgainMillis().isEmpty();
    }
    return !anyShort
        || switch (quota.whenExhausted) {
          case BLOCK -> false;
          case OBSERVE -> true;
          case DEGRADE -> related.fallback().map(QuotaState::allowed).orElse(true);
        };
  }

  /**
   * {@return the limits that refuse the cost, the one that frees last first; none if {@link
   * #allowed}, or if nothing is known}
   */
  public List<LimitState> blockedBy() {
    return allowed() ? List.of() : shortLimits();
  }

  private List<LimitState> shortLimits() {
    return anyShort ? LimitOrder.shortLimits(limits) : List.of();
  }

  /**
   * {@return the limit that a meter shows: the policy's choice, else the budget with the smallest
   * remaining share, else the pace with the smallest; one of {@link #limits}}
   */
  public LimitState primary() {
    return primary;
  }

  /**
   * Returns whether the plan gives anything of a limit.
   *
   * @param limit one of {@link #limits}
   * @return false if the plan sets it to 0, unless the limit is only observed and refuses nothing
   */
  public boolean isInPlan(LimitState limit) {
    return limit.limit().orElse(1) > 0 || quota.whenExhausted == WhenExhausted.OBSERVE;
  }

  /**
   * Returns the next plan that has more of a limit: the first after the person's own in the order
   * of the policy, else the nearest before it. A plan on which the cost fits now is preferred. A
   * plan that can never grant the cost, or lacks the quota, is left out. Grants do not count,
   * because they come on top of any plan.
   *
   * @param limit one of {@link #limits}
   * @return the plan; empty if no plan has more, if the policies have no plans, and if the limit is
   *     not known exactly, so that a larger one may not help
   */
  public Optional<BetterPlan> betterPlan(LimitState limit) {
    boolean known =
        limit.accuracy() == Accuracy.EXACT || limit.availability() instanceof Availability.Never;
    return known ? quota.otherPlans.next(quota.policy, limit, cost) : Optional.empty();
  }

  /**
   * {@return the limit that the message is about: the short limit that frees last, else {@link
   * #primary}; one of {@link #limits}}
   */
  public LimitState binding() {
    List<LimitState> shortLimits = shortLimits();
    return shortLimits.isEmpty() ? primary() : shortLimits.get(0);
  }

  /**
   * {@return the largest cost that would be granted now, in units; empty if nothing limits it, if
   * it is not known exactly, or if it would reveal the numbers of a rounded limit}
   */
  public OptionalLong largestFittingCost() {
    return certainty.accuracy() == Accuracy.EXACT
        ? LimitOrder.largestFittingCost(limits)
        : OptionalLong.empty();
  }

  /**
   * {@return when the cost can be granted; empty if it is {@link #allowed}, if waiting cannot help,
   * and if the moment is not known}
   */
  public Optional<Instant> nextAvailableAt() {
    if (allowed()) {
      return Optional.empty();
    }
    // It is enough if one of the two quotas has room.
    Optional<Instant> other = related.fallback().flatMap(QuotaState::nextAvailableAt);
    Optional<Instant> own = freeAt();
    return other.isPresent() && (own.isEmpty() || other.get().isBefore(own.get())) ? other : own;
  }

  private Optional<Instant> freeAt() {
    List<LimitState> shortLimits = shortLimits();
    return shortLimits.isEmpty() ? Optional.empty() : shortLimits.get(0).nextAvailableAt();
  }

  /**
   * Returns how long to wait until the cost can be granted. It is a guess of a few seconds if a
   * charge is refused because nothing is known, or if somebody else must first release a permit.
   *
   * @return whole milliseconds; if it is no guess, waiting exactly that long succeeds if nothing
   *     else is used; empty if the cost is {@link #allowed} or waiting cannot help
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

  /** Returns whether the cost only waits for the release of a permit. */
  private boolean waitsForPermit() {
    LimitState last = binding();
    return last.countsPermits() && last.availability() instanceof Availability.WhenReleased;
  }

  /** Returns when it frees, to compare quotas. */
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
   * {@return whether calls run in a reduced form at the moment, because the quota is short and its
   * policy degrades instead of refusing}
   */
  public boolean isDegraded() {
    return quota.whenExhausted == WhenExhausted.DEGRADE && anyShort && allowed();
  }

  /**
   * {@return the name of the quota that is charged instead at the moment; empty if not {@link
   * #isDegraded}, or if nothing is charged instead}
   */
  public Optional<String> degradedTo() {
    return isDegraded() ? quota.policy.degradeTo() : Optional.empty();
  }

  /**
   * {@return whether running work is beyond the limit and may finish within its grace, while new
   * work is refused}
   */
  public boolean isInGrace() {
    return !allowed() && !binding().rounded() && LimitOrder.isFinishing(binding());
  }

  /**
   * {@return until when calls run in a reduced form; empty if not {@link #isDegraded}, or if
   * waiting does not end it}
   */
  public Optional<Instant> degradedUntil() {
    return isDegraded() ? freeAt() : Optional.empty();
  }

  /**
   * {@return how many units the subject used of a shared quota: the use of the subject's own limit
   * over the same window; empty if there is no such limit, or if it is not known exactly}
   */
  public OptionalLong own() {
    return LimitOrder.own(primary, limits);
  }

  /**
   * {@return after how many milliseconds more of a limit is available, 0 or more. If the limit is
   * short, it is when the cost fits. Else it is the end of a calendar window, the next unit of a
   * rolling one, or when a sliding one is full}
   *
   * @param limit one of {@link #limits}
   * @param unknown the number to return if all of it is available, or if the moment is not known
   */
  public long millisUntilMore(LimitState limit, long unknown) {
    return UntilMore.millis(limit, nowMillis, unknown);
  }

  /** {@return the share of the meter that is left, from 0 to 1: that of {@link #primary}} */
  public OptionalDouble remainingShare() {
    return primary().remainingShare();
  }

  /**
   * Returns when {@link #primary} will be used up if the person goes on at the present pace. That
   * is the pace of about the last eighth of its window, such as the last one and a half to three
   * hours of a day. With 40 of 50 used and one more every 12 minutes, it is two hours from now. It
   * is an estimate by what this engine has counted since half was used.
   *
   * @return that moment in whole minutes; empty if too little is known, if the window ends before
   *     that, if the limit refuses the cost already, and for limits that are shared, unlimited, no
   *     budget or not known exactly
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
    return "QuotaState[" + name() + " " + level() + ", " + LimitOrder.use(primary) + "]";
  }
}
