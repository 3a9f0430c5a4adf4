package dev.quota.policy;

import dev.quota.internal.text.Names;
import dev.quota.usage.UsageReport;
import java.time.LocalDate;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * The definition of one quota: its limits, plans, thresholds, costs and texts. Instances are
 * immutable.
 *
 * <pre>{@code
 * QuotaPolicy chat = QuotaPolicy.builder("chat")
 *     .unit(Unit.count("message", "messages"))
 *     .limit("burst", "10 per minute")
 *     .limit("daily", "50 per calendar day")
 *     .planCapacity("pro", "daily", 500)
 *     .planUnlimited("enterprise", "daily")
 *     .warnAt("80%", "95%")
 *     .build();
 * }</pre>
 */
public final class QuotaPolicy {

  /** How many limits of one quota can count on one scope. */
  public static final int MAX_LIMITS_PER_SCOPE = 60;

  private final String name;
  private final String label;
  private final Map<Locale, String> labels;
  private final Unit unit;
  private final Scope scope;
  private final Mode mode;
  private final List<LimitPolicy> limits;
  private final Map<String, Map<String, Capacity>> planCapacities;
  private final List<Threshold> warnAt;
  private final Optional<String> primary;
  private final WhenExhausted whenExhausted;
  private final Optional<String> degradedLabel;
  private final Map<Locale, String> degradedLabels;
  private final Optional<String> degradedModel;
  private final Optional<String> degradeTo;
  private final Grace grace;
  private final Overuse overuse;
  private final ReservationBounds reservation;
  private final OnStoreFailure onStoreFailure;
  private final boolean showExact;
  private final long usualCost;
  private final ComputedCost computedCost;
  private final Set<String> usageNames;
  private final Map<String, List<Action>> planActions;
  private final Optional<String> owner;
  private final Optional<LocalDate> reviewBy;

  QuotaPolicy(QuotaPolicyBuilder builder) {
    name = builder.name;
    label = builder.label.orElseGet(() -> Names.toLabel(builder.name));
    labels = builder.labels;
    unit = builder.unit;
    scope = builder.scope;
    mode = builder.mode;
    limits = List.copyOf(builder.limits);
    planCapacities = builder.plans.capacities();
    warnAt = List.copyOf(builder.warnAt);
    primary = builder.primary;
    whenExhausted = builder.whenExhausted;
    degradedLabel = builder.degradedLabel;
    degradedLabels = builder.degradedLabels;
    degradedModel = builder.degradedModel;
    degradeTo = builder.degradeTo;
    grace = builder.grace;
    overuse = builder.overuse;
    reservation = builder.reservation;
    onStoreFailure = builder.onStoreFailure;
    showExact = builder.showExact;
    usualCost = builder.costs.units();
    computedCost = builder.costs.formulas(builder.name, builder.unit);
    usageNames = builder.costs.names();
    planActions = builder.plans.actions();
    owner = builder.owner;
    reviewBy = builder.reviewBy;
    new QuotaPolicyChecks(this).run(computedCost);
  }

  /**
   * Starts a policy.
   *
   * @param name the quota's name, matching {@code [a-z][a-z0-9_-]*}
   * @return a builder, to be used by one thread
   * @throws IllegalArgumentException if the name is malformed
   */
  public static QuotaPolicyBuilder builder(String name) {
    return new QuotaPolicyBuilder(Names.require(name, "quota"));
  }

  /** {@return the quota's name} */
  public String name() {
    return name;
  }

  /** {@return the quota's name for people, by default made from the name} */
  public String label() {
    return label;
  }

  /**
   * {@return the quota's names for people in other languages than that of the label; may be empty}
   */
  public Map<Locale, String> labels() {
    return labels;
  }

  /** {@return what it counts, by default {@link Unit#REQUESTS}} */
  public Unit unit() {
    return unit;
  }

  /** {@return the scope of limits that have none, by default {@link Scope#USER}} */
  public Scope scope() {
    return scope;
  }

  /** {@return the mode of limits that have none, by default {@link Mode#ENFORCE}} */
  public Mode mode() {
    return mode;
  }

  /**
   * Returns whether a limit is in shadow mode.
   *
   * @param limit one of {@link #limits}
   * @return true if it refuses nobody
   */
  public boolean isShadow(LimitPolicy limit) {
    return limit.mode().orElse(mode) == Mode.SHADOW;
  }

  /** {@return whether all limits are in shadow mode, so that the quota refuses nobody} */
  public boolean isShadow() {
    return limits.stream().allMatch(this::isShadow);
  }

  /** {@return the limits; at least one, in the order of the policy} */
  public List<LimitPolicy> limits() {
    return limits;
  }

  /** {@return the capacities that plans change, by plan and limit name} */
  public Map<String, Map<String, Capacity>> planCapacities() {
    return planCapacities;
  }

  /** {@return the thresholds of budgets that have none of their own; may be empty} */
  public List<Threshold> warnAt() {
    return warnAt;
  }

  /**
   * {@return the name of the limit that a meter shows; empty for the budget with the smallest
   * remaining share}
   */
  public Optional<String> primary() {
    return primary;
  }

  /**
   * {@return what happens to a charge that does not fit, by default {@link WhenExhausted#BLOCK}}
   */
  public WhenExhausted whenExhausted() {
    return whenExhausted;
  }

  /**
   * {@return what people get while the quota is degraded, such as "a smaller model", if the policy
   * has it}
   */
  public Optional<String> degradedLabel() {
    return degradedLabel;
  }

  /**
   * {@return what people get while the quota is degraded, in other languages than that of the
   * label; may be empty}
   */
  public Map<Locale, String> degradedLabels() {
    return degradedLabels;
  }

  /**
   * {@return the model that answers while this quota is degraded, for integrations that can choose
   * it; only where {@link #whenExhausted} is {@link WhenExhausted#DEGRADE}}
   */
  public Optional<String> degradedModel() {
    return degradedModel;
  }

  /** {@return the quota that is charged instead while this one is degraded; empty if none is} */
  public Optional<String> degradeTo() {
    return degradeTo;
  }

  /**
   * {@return how far work that has begun may go beyond the limits, by default {@link Grace#NONE}}
   */
  public Grace grace() {
    return grace;
  }

  /**
   * {@return what happens to units that a reservation used beyond the limits and their grace, by
   * default {@link Overuse#DEBT}}
   */
  public Overuse overuse() {
    return overuse;
  }

  /**
   * {@return the bounds of what one reservation holds, by default {@link
   * ReservationBounds#DEFAULT}}
   */
  public ReservationBounds reservation() {
    return reservation;
  }

  /**
   * {@return what happens to a charge while the store cannot answer, by default {@link
   * OnStoreFailure#DENY}}
   */
  public OnStoreFailure onStoreFailure() {
    return onStoreFailure;
  }

  /**
   * {@return whether shared limits show exact numbers; false if they are rounded, which is the
   * default}
   */
  public boolean showExact() {
    return showExact;
  }

  /** {@return the cost of a call that sets none, in units, at least 1} */
  public long usualCost() {
    return usualCost;
  }

  /**
   * Returns the cost of a call by what it used. The formula of its model is used, else that of the
   * quota. Without formulas the cost is the usual cost.
   *
   * <p>A formula is computed exactly, and its result is rounded up: {@code 0.1 *
   * cached_input_tokens} of 11 tokens is 2. A result below zero becomes 0, and one above {@link
   * Capacity#MAX_UNITS} becomes that. A division by zero gives 0.
   *
   * <p>{@code price(usd)} is the number {@code micro_usd} of the report, in the unit of the quota.
   * If the report lacks it, {@link #unpriced} decides.
   *
   * @param used the report of the call
   * @return units from 0 to {@link Capacity#MAX_UNITS}
   * @throws IllegalArgumentException if the quota has only formulas for models, and none for this
   *     model; or if the report lacks a price, and the policy refuses such calls
   */
  public long costOf(UsageReport used) {
    return computedCost.of(used, name, usualCost);
  }

  /**
   * Returns whether a report has what its formula needs: a price, if the formula contains one.
   *
   * @param used the report of the call
   * @return false if {@link #unpriced} decides what the call costs
   * @throws IllegalArgumentException as for {@link #costOf}, if there is no formula for this model
   */
  public boolean isPriced(UsageReport used) {
    return computedCost.isPriced(used, name);
  }

  /** {@return the currency of the prices in formulas, such as {@code usd}; empty without prices} */
  public Optional<String> currency() {
    return computedCost.currency();
  }

  /** {@return what a call of a model without a price costs} */
  public Unpriced unpriced() {
    return computedCost.unpriced();
  }

  /**
   * {@return whether a call's cost follows from what it used; false if each costs {@link
   * #usualCost} unless it says otherwise}
   */
  public boolean isCostComputed() {
    return computedCost.isPresent();
  }

  /**
   * Returns the formula of calls to models without a formula of their own.
   *
   * @return the formula, if there is one
   */
  public Optional<String> cost() {
    return computedCost.usual();
  }

  /**
   * Returns the formulas of models.
   *
   * @return formulas by the name of a model, or by the beginning of names and {@code *}
   */
  public Map<String, String> modelCosts() {
    return computedCost.byModel();
  }

  /**
   * {@return the names of the application's own numbers in formulas, in addition to {@link
   * UsageReport#NAMES}}
   */
  public Set<String> usageNames() {
    return usageNames;
  }

  /** {@return actions that replace those of the plans for this quota, by plan name} */
  public Map<String, List<Action>> planActions() {
    return planActions;
  }

  /** {@return who is responsible for this policy, if given} */
  public Optional<String> owner() {
    return owner;
  }

  /** {@return when this policy should be reviewed, if given} */
  public Optional<LocalDate> reviewBy() {
    return reviewBy;
  }

  private List<Object> parts() {
    return List.of(
        name,
        label,
        labels,
        unit,
        scope,
        mode,
        limits,
        planCapacities,
        warnAt,
        primary,
        whenExhausted,
        degradedLabel,
        degradedLabels,
        degradedModel,
        degradeTo,
        grace,
        overuse,
        reservation,
        onStoreFailure,
        showExact,
        usualCost,
        computedCost,
        usageNames,
        planActions,
        owner,
        reviewBy);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof QuotaPolicy that && parts().equals(that.parts());
  }

  @Override
  public int hashCode() {
    return Objects.hash(name, limits, planCapacities, warnAt);
  }

  @Override
  public String toString() {
    return "QuotaPolicy[" + name + " " + limits + "]";
  }
}
