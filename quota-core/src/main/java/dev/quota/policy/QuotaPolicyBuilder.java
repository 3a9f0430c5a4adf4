package dev.quota.policy;

import dev.quota.internal.text.Names;
import dev.quota.internal.text.UsageNames;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** Collects a policy. {@link #build} checks how its parts fit together. Not thread-safe. */
public final class QuotaPolicyBuilder extends CostSettings {

  final String name;
  final List<LimitPolicy> limits = new ArrayList<>();
  final PlanParts plans = new PlanParts();
  Optional<String> label = Optional.empty();
  Map<Locale, String> labels = Map.of();
  Unit unit = Unit.REQUESTS;
  Scope scope = Scope.USER;
  Mode mode = Mode.ENFORCE;
  List<Threshold> warnAt = List.of();
  Optional<String> primary = Optional.empty();
  WhenExhausted whenExhausted = WhenExhausted.BLOCK;
  Optional<String> degradedLabel = Optional.empty();
  Map<Locale, String> degradedLabels = Map.of();
  Optional<String> degradedModel = Optional.empty();
  Optional<String> degradeTo = Optional.empty();
  Grace grace = Grace.NONE;
  Overuse overuse = Overuse.DEBT;
  ReservationBounds reservation = ReservationBounds.DEFAULT;
  OnStoreFailure onStoreFailure = OnStoreFailure.DENY;
  boolean showExact;
  Optional<String> owner = Optional.empty();
  Optional<LocalDate> reviewBy = Optional.empty();

  QuotaPolicyBuilder(String name) {
    this.name = name;
  }

  @Override
  QuotaPolicyBuilder self() {
    return this;
  }

  /**
   * Sets the quota's name for people.
   *
   * @param text 1 to 100 characters
   * @return this builder
   */
  public QuotaPolicyBuilder label(String text) {
    label = Optional.of(Names.requireLabel(text, "label"));
    return this;
  }

  /**
   * Sets the quota's names for people in other languages.
   *
   * @param byLanguage the labels
   * @return this builder
   */
  public QuotaPolicyBuilder labels(Map<Locale, String> byLanguage) {
    labels = Names.requireLabels(byLanguage, "label");
    return this;
  }

  /**
   * Sets the unit of its counts.
   *
   * @param counted the unit
   * @return this builder
   */
  public QuotaPolicyBuilder unit(Unit counted) {
    unit = Objects.requireNonNull(counted, "unit");
    return this;
  }

  /**
   * Sets the scope of limits that have none.
   *
   * @param countedOn the scope
   * @return this builder
   */
  public QuotaPolicyBuilder scope(Scope countedOn) {
    scope = Objects.requireNonNull(countedOn, "scope");
    return this;
  }

  /**
   * Sets whether limits without a mode of their own are enforced.
   *
   * @param limitMode the mode, {@link Mode#ENFORCE} by default
   * @return this builder
   */
  public QuotaPolicyBuilder mode(Mode limitMode) {
    mode = Objects.requireNonNull(limitMode, "mode");
    return this;
  }

  /**
   * Adds a limit in the grammar of the policy file.
   *
   * @param limitName the limit's name
   * @param phrase such as {@code "50 per calendar day"}; see {@link LimitPolicy#of}
   * @return this builder
   * @throws IllegalArgumentException if the name or the phrase is malformed
   */
  public QuotaPolicyBuilder limit(String limitName, String phrase) {
    return limit(LimitPolicy.of(limitName, phrase));
  }

  /**
   * Adds a limit.
   *
   * @param limit the limit
   * @return this builder
   */
  public QuotaPolicyBuilder limit(LimitPolicy limit) {
    limits.add(Objects.requireNonNull(limit, "limit"));
    return this;
  }

  /**
   * Sets a limit's capacity for one plan.
   *
   * @param plan the plan's name
   * @param limit the limit's name
   * @param units how much fits; 0 for "not in this plan"
   * @return this builder
   */
  public QuotaPolicyBuilder planCapacity(String plan, String limit, long units) {
    return planCapacity(plan, limit, Capacity.of(units));
  }

  /**
   * Makes a limit unlimited for one plan.
   *
   * @param plan the plan's name
   * @param limit the limit's name
   * @return this builder
   */
  public QuotaPolicyBuilder planUnlimited(String plan, String limit) {
    return planCapacity(plan, limit, Capacity.unlimited());
  }

  /**
   * Sets a limit's capacity for one plan.
   *
   * @param plan the plan's name
   * @param limit the limit's name
   * @param capacity how much fits
   * @return this builder
   */
  public QuotaPolicyBuilder planCapacity(String plan, String limit, Capacity capacity) {
    plans.put(plan, limit, capacity);
    return this;
  }

  /**
   * Sets the thresholds of limits that have none of their own.
   *
   * @param texts such as {@code "80%"} or {@code "10 left"}
   * @return this builder
   */
  public QuotaPolicyBuilder warnAt(String... texts) {
    return warnAt(Arrays.stream(texts).map(Threshold::parse).toList());
  }

  /**
   * Sets the thresholds of limits that have none of their own.
   *
   * @param thresholds none, or any number
   * @return this builder
   */
  public QuotaPolicyBuilder warnAt(List<Threshold> thresholds) {
    warnAt = List.copyOf(thresholds);
    return this;
  }

  /**
   * Sets the limit that a meter shows.
   *
   * @param limit a limit's name
   * @return this builder
   */
  public QuotaPolicyBuilder primary(String limit) {
    primary = Optional.of(limit);
    return this;
  }

  /**
   * Sets what happens to a charge that does not fit.
   *
   * @param behaviour the behaviour
   * @return this builder
   */
  public QuotaPolicyBuilder whenExhausted(WhenExhausted behaviour) {
    whenExhausted = Objects.requireNonNull(behaviour, "behaviour");
    return this;
  }

  /**
   * Sets the label of what people get while the quota is degraded.
   *
   * @param text such as "a smaller model"
   * @return this builder
   */
  public QuotaPolicyBuilder degradedLabel(String text) {
    degradedLabel = Optional.of(Names.requireLabel(text, "degraded label"));
    return this;
  }

  /**
   * Sets the labels of what people get while the quota is degraded, in other languages.
   *
   * @param byLanguage the labels
   * @return this builder
   */
  public QuotaPolicyBuilder degradedLabels(Map<Locale, String> byLanguage) {
    degradedLabels = Names.requireLabels(byLanguage, "degraded label");
    return this;
  }

  /**
   * Sets the model that answers while the quota is degraded, for integrations that can choose it.
   *
   * @param name as its provider writes it, 1 to 200 characters without control characters
   * @return this builder
   * @throws IllegalArgumentException if the name is malformed
   */
  public QuotaPolicyBuilder degradedModel(String name) {
    degradedModel = Optional.of(UsageNames.requireModel(name));
    return this;
  }

  /**
   * Sets the quota that is charged instead while this one is degraded.
   *
   * @param quota the name of another quota, which must not degrade to a quota itself
   * @return this builder
   * @throws IllegalArgumentException if the name is malformed
   */
  public QuotaPolicyBuilder degradeTo(String quota) {
    degradeTo = Optional.of(Names.require(quota, "quota"));
    return this;
  }

  /**
   * Sets how far work that has begun may go beyond the limits.
   *
   * @param phrase {@code "500"} or {@code "5%"}, as in the policy file
   * @return this builder
   * @throws IllegalArgumentException if it is neither units nor a share, or out of range
   */
  public QuotaPolicyBuilder grace(String phrase) {
    grace = Grace.parse(phrase);
    return this;
  }

  /**
   * Sets what happens to units that a reservation used beyond the limits and their grace.
   *
   * @param choice the choice
   * @return this builder
   */
  public QuotaPolicyBuilder overuse(Overuse choice) {
    overuse = Objects.requireNonNull(choice, "choice");
    return this;
  }

  /**
   * Sets the bounds of what one reservation holds.
   *
   * @param bounds the bounds
   * @return this builder
   */
  public QuotaPolicyBuilder reservation(ReservationBounds bounds) {
    reservation = Objects.requireNonNull(bounds, "bounds");
    return this;
  }

  /**
   * Sets what happens to a charge while the store cannot answer.
   *
   * @param choice the choice
   * @return this builder
   */
  public QuotaPolicyBuilder onStoreFailure(OnStoreFailure choice) {
    onStoreFailure = Objects.requireNonNull(choice, "choice");
    return this;
  }

  /**
   * Sets whether shared limits show exact numbers instead of rounded ones.
   *
   * @param exact true for exact numbers
   * @return this builder
   */
  public QuotaPolicyBuilder showExact(boolean exact) {
    showExact = exact;
    return this;
  }

  /**
   * Replaces a plan's actions for this quota.
   *
   * @param plan the plan's name
   * @param actions what a person on it can do, the most useful first
   * @return this builder
   */
  public QuotaPolicyBuilder actions(String plan, List<Action> actions) {
    plans.put(plan, actions);
    return this;
  }

  /**
   * Sets who is responsible for this policy.
   *
   * @param text a team or an address
   * @return this builder
   */
  public QuotaPolicyBuilder owner(String text) {
    owner = Optional.of(Names.requireLabel(text, "owner"));
    return this;
  }

  /**
   * Sets when this policy should be reviewed.
   *
   * @param date a date; after it, loading the policy logs a warning
   * @return this builder
   */
  public QuotaPolicyBuilder reviewBy(LocalDate date) {
    reviewBy = Optional.of(date);
    return this;
  }

  /**
   * Checks everything and returns the policy.
   *
   * @return the policy
   * @throws IllegalArgumentException if parts of it contradict each other
   */
  public QuotaPolicy build() {
    return new QuotaPolicy(this);
  }
}
