package dev.quota.message;

import dev.quota.BetterPlan;
import dev.quota.LimitState;
import dev.quota.QuotaState;
import dev.quota.policy.Capacity;
import dev.quota.policy.Plan;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * The arguments of a text about another plan: its name and capacity, and all arguments of the
 * state.
 */
final class UpgradeWords implements Arguments {

  /** A shorter wait is no reason to change the plan. */
  private static final Duration LEAST_WAIT = Duration.ofMinutes(1);

  private final Language language;
  private final StateWords state;
  private final LimitState limit;
  private final Plan plan;
  private final Capacity capacity;
  private final LimitAmounts amounts;

  private UpgradeWords(
      Language language,
      StateWords state,
      LimitAmounts amounts,
      LimitState limit,
      BetterPlan better) {
    this.language = language;
    this.state = state;
    this.amounts = amounts;
    this.limit = limit;
    this.plan = better.plan();
    this.capacity = better.capacity();
  }

  /**
   * Returns the plan that has more of what a message is about; empty if there is none or the wait
   * is short.
   */
  static Optional<Upgrade> of(
      Language language, QuotaState state, LimitState limit, StateWords words) {
    if (isSoon(state)) {
      return Optional.empty();
    }
    LimitAmounts amounts = new LimitAmounts(language, state.policy().unit(), state.cost(), limit);
    return state
        .betterPlan(limit)
        .map(better -> new UpgradeWords(language, words, amounts, limit, better).upgrade());
  }

  private static boolean isSoon(QuotaState state) {
    Optional<Instant> end = state.allowed() ? state.degradedUntil() : state.nextAvailableAt();
    return end.isPresent() && end.get().isBefore(state.now().plus(LEAST_WAIT));
  }

  private Upgrade upgrade() {
    StringBuilder out = new StringBuilder();
    language.template("upgrade.gives").render(this, out);
    return new Upgrade(plan.name(), OneLine.of(language.label(plan)), out.toString());
  }

  private long units() {
    return capacity instanceof Capacity.Limited limited ? limited.units() : 0;
  }

  @Override
  public void append(String name, StringBuilder out) {
    switch (name) {
      case "upgrade" -> language.appendLabel(language.label(plan), out);
      case "limit" -> amounts.appendCapacity(units(), out);
      default -> state.append(name, out);
    }
  }

  @Override
  public long count(String name) {
    return name.equals("limit") ? units() : state.count(name);
  }

  @Override
  public String choice(String name) {
    return switch (name) {
      case "unbounded" -> capacity instanceof Capacity.Unlimited ? "yes" : "no";
      case "lacking" -> limit.limit().orElse(1) == 0 ? "yes" : "no";
      default -> state.choice(name);
    };
  }
}
