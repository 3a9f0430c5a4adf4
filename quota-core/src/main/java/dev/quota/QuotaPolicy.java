package dev.quota;

import dev.quota.internal.CostFormula;
import dev.quota.internal.LimitPhrase;
import dev.quota.spi.Capacity;
import dev.quota.spi.LimitSpec;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * Everything that is decided about one quota before anybody uses it. Instances are immutable.
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
  private final List<LimitPolicy> limits;
  private final Map<String, Map<String, Capacity>> planCapacities;
  private final List<Threshold> warnAt;
  private final Optional<String> primary;
  private final WhenExhausted whenExhausted;
  private final Optional<String> degradedLabel;
  private final Map<Locale, String> degradedLabels;
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

  private QuotaPolicy(Builder builder) {
    name = builder.name;
    label = builder.label.orElseGet(() -> Names.toLabel(builder.name));
    labels = builder.labels;
    unit = builder.unit;
    scope = builder.scope;
    limits = List.copyOf(builder.limits);
    Map<String, Map<String, Capacity>> capacities = new LinkedHashMap<>();
    builder.planCapacities.forEach((plan, byLimit) -> capacities.put(plan, Map.copyOf(byLimit)));
    planCapacities = Map.copyOf(capacities);
    warnAt = List.copyOf(builder.warnAt);
    primary = builder.primary;
    whenExhausted = builder.whenExhausted;
    degradedLabel = builder.degradedLabel;
    degradedLabels = builder.degradedLabels;
    degradeTo = builder.degradeTo;
    grace = builder.grace;
    overuse = builder.overuse;
    reservation = builder.reservation;
    onStoreFailure = builder.onStoreFailure;
    showExact = builder.showExact;
    usualCost = builder.usualCost;
    computedCost = new ComputedCost(builder.cost, builder.modelCosts);
    usageNames = Collections.unmodifiableSet(new LinkedHashSet<>(builder.usageNames));
    Map<String, List<Action>> actions = new LinkedHashMap<>();
    builder.planActions.forEach((plan, list) -> actions.put(plan, Names.requireActions(list)));
    planActions = Map.copyOf(actions);
    owner = builder.owner;
    reviewBy = builder.reviewBy;
    check();
  }

  private void check() {
    require(!limits.isEmpty(), "must have at least one limit");
    checkNumber();
    Set<String> names = new LinkedHashSet<>();
    for (LimitPolicy limit : limits) {
      require(names.add(limit.name()), "has two limits named " + Quoted.text(limit.name()));
      checkExact(limit, limit.capacity());
      if (limit.warnAt().isEmpty() && limit.window().kind() == LimitKind.BUDGET) {
        checkThresholds(limit);
      }
    }
    planCapacities.forEach(
        (plan, byLimit) ->
            byLimit.forEach(
                (limitName, capacity) -> {
                  require(
                      names.contains(limitName),
                      "plan " + plan + " names an unknown limit; the limits are " + names);
                  limits.stream()
                      .filter(limit -> limit.name().equals(limitName))
                      .forEach(limit -> checkExact(limit, capacity));
                }));
    primary.ifPresent(
        limit -> require(names.contains(limit), "primary must be one of its limits " + names));
    require(
        (degradedLabel.isEmpty() && degradedLabels.isEmpty())
            || whenExhausted == WhenExhausted.DEGRADE,
        "may have a degraded label only when it degrades");
    require(
        degradeTo.isEmpty() || whenExhausted == WhenExhausted.DEGRADE,
        "may name a quota to degrade to only when it degrades");
    require(degradeTo.filter(name::equals).isEmpty(), "must not degrade to itself");
    checkCost();
  }

  /** A store keeps all of them in one value, and looks at all of them with each charge. */
  private void checkNumber() {
    Map<Scope, Integer> byScope = new EnumMap<>(Scope.class);
    Map<Scope, Integer> callsByScope = new EnumMap<>(Scope.class);
    for (LimitPolicy limit : limits) {
      Map<Scope, Integer> counted = ResolvedLimit.countsCalls(limit) ? callsByScope : byScope;
      Scope on = limit.scope().orElse(scope);
      int number = counted.merge(on, 1, Integer::sum);
      require(
          number <= MAX_LIMITS_PER_SCOPE,
          "has more than "
              + MAX_LIMITS_PER_SCOPE
              + " limits that count on one scope, "
              + on.text()
              + "; split it into several quotas that are charged together");
    }
  }

  private void checkCost() {
    try {
      computedCost.requireNames(usageNames);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("quota " + name + ": " + e.getMessage(), e);
    }
  }

  private void checkExact(LimitPolicy limit, Capacity capacity) {
    try {
      new LimitSpec(limit.name(), limit.window().in(ZoneOffset.UTC), capacity);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "quota " + name + ", limit " + limit.name() + ": " + e.getMessage(), e);
    }
  }

  private void checkThresholds(LimitPolicy limit) {
    try {
      limit.withWarnAt(warnAt);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("quota " + name + ": " + e.getMessage(), e);
    }
  }

  private void require(boolean condition, String problem) {
    if (!condition) {
      throw new IllegalArgumentException("quota " + name + " " + problem);
    }
  }

  /**
   * Starts a policy.
   *
   * @param name the quota's name, matching {@code [a-z][a-z0-9_-]*}
   * @return a builder, to be used by one thread
   * @throws IllegalArgumentException if the name is malformed
   */
  public static Builder builder(String name) {
    return new Builder(Names.require(name, "quota"));
  }

  /**
   * Reads a definition in place.
   *
   * @param annotation an annotation
   * @return the policy, or empty if the annotation defines none
   * @throws IllegalArgumentException if the definition is malformed
   */
  public static Optional<QuotaPolicy> inPlace(Quota annotation) {
    if (annotation.limits().length == 0) {
      if (annotation.warnAt().length > 0) {
        throw new IllegalArgumentException(
            "@Quota(" + Quoted.text(annotation.value()) + ") has warnAt but no limits");
      }
      return Optional.empty();
    }
    Builder builder = builder(annotation.value());
    for (String text : annotation.limits()) {
      builder.limit(limitInPlace(annotation.value(), text));
    }
    if (annotation.warnAt().length > 0) {
      builder.warnInPlace(annotation.warnAt());
    }
    return Optional.of(builder.build());
  }

  private static LimitPolicy limitInPlace(String quota, String text) {
    try {
      int colon = colonOfName(text);
      if (colon >= 0) {
        String name = text.substring(0, colon).strip();
        return LimitPhrase.parse(text.substring(colon + 1)).named(name);
      }
      LimitPhrase phrase = LimitPhrase.parse(text);
      return phrase.named(phrase.defaultName());
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "@Quota(" + Quoted.text(quota) + ") limits: " + e.getMessage(), e);
    }
  }

  /**
   * Returns where the name of a limit ends, or -1 if there is none. It is one word: an offset such
   * as +02:00 has a colon of its own. Written out: a matcher tries each end of long white space.
   */
  private static int colonOfName(String text) {
    int start = 0;
    while (start < text.length() && Character.isWhitespace(text.charAt(start))) {
      start++;
    }
    int end = start;
    while (end < text.length() && !Character.isWhitespace(text.charAt(end))) {
      end++;
    }
    int next = end;
    while (next < text.length() && Character.isWhitespace(text.charAt(next))) {
      next++;
    }
    if (next < text.length() && text.charAt(next) == ':') {
      return next;
    }
    int last = text.substring(start, end).lastIndexOf(':');
    return last < 0 ? -1 : start + last;
  }

  /**
   * Returns the quota's name.
   *
   * @return the name
   */
  public String name() {
    return name;
  }

  /**
   * Returns what people call the quota.
   *
   * @return the label, by default made from the name
   */
  public String label() {
    return label;
  }

  /**
   * Returns what people call the quota in other languages than that of the label.
   *
   * @return the labels by language, possibly none
   */
  public Map<Locale, String> labels() {
    return labels;
  }

  /**
   * Returns what it counts.
   *
   * @return the unit, by default {@link Unit#REQUESTS}
   */
  public Unit unit() {
    return unit;
  }

  /**
   * Returns what its limits count on unless they say otherwise.
   *
   * @return the scope, by default {@link Scope#USER}
   */
  public Scope scope() {
    return scope;
  }

  /**
   * Returns the limits.
   *
   * @return at least one, in the order of the policy
   */
  public List<LimitPolicy> limits() {
    return limits;
  }

  /**
   * Returns what plans change.
   *
   * @return capacities by plan and limit name
   */
  public Map<String, Map<String, Capacity>> planCapacities() {
    return planCapacities;
  }

  /**
   * Returns the thresholds of limits that have none of their own.
   *
   * @return thresholds of the budget limits, possibly none
   */
  public List<Threshold> warnAt() {
    return warnAt;
  }

  /**
   * Returns the limit that owns the meter.
   *
   * @return a limit's name; empty for the budget limit with the smallest remaining share
   */
  public Optional<String> primary() {
    return primary;
  }

  /**
   * Returns what happens to a charge that does not fit.
   *
   * @return the behaviour, by default {@link WhenExhausted#BLOCK}
   */
  public WhenExhausted whenExhausted() {
    return whenExhausted;
  }

  /**
   * Returns what people get while the quota is degraded, such as "a smaller model".
   *
   * @return the label, if the policy gives one
   */
  public Optional<String> degradedLabel() {
    return degradedLabel;
  }

  /**
   * Returns what people get while the quota is degraded, in other languages than that of the label.
   *
   * @return the labels by language, possibly none
   */
  public Map<Locale, String> degradedLabels() {
    return degradedLabels;
  }

  /**
   * Returns the quota that is charged instead while this one is degraded.
   *
   * @return another quota's name; empty if nothing is charged then
   */
  public Optional<String> degradeTo() {
    return degradeTo;
  }

  /**
   * Returns how far work that began under the quota may go past its limits.
   *
   * @return the grace, by default {@link Grace#NONE}
   */
  public Grace grace() {
    return grace;
  }

  /**
   * Returns what becomes of what a reservation used beyond the limits and their grace.
   *
   * @return the choice, by default {@link Overuse#DEBT}
   */
  public Overuse overuse() {
    return overuse;
  }

  /**
   * Returns how little and how much one reservation holds, whatever its estimate says.
   *
   * @return the bounds, by default {@link ReservationBounds#DEFAULT}
   */
  public ReservationBounds reservation() {
    return reservation;
  }

  /**
   * Returns what happens to a charge while the store cannot answer.
   *
   * @return the choice, by default {@link OnStoreFailure#DENY}
   */
  public OnStoreFailure onStoreFailure() {
    return onStoreFailure;
  }

  /**
   * Returns whether shared limits show exact numbers.
   *
   * @return false if they are rounded, which is the default
   */
  public boolean showExact() {
    return showExact;
  }

  /**
   * Returns what one call costs unless it says otherwise.
   *
   * @return units, at least 1
   */
  public long usualCost() {
    return usualCost;
  }

  /**
   * Returns what a call cost, now that it is known what it used. The formula of its model counts,
   * else that of the quota; a quota without formulas costs its usual cost, whatever was used.
   *
   * <p>A formula is computed exactly, and its result rounded up: {@code 0.1 * cached_input_tokens}
   * of 11 tokens is 2. A result below zero is 0, one above {@link Capacity#MAX_UNITS} is that, and
   * what is divided by something of which nothing was used is 0.
   *
   * @param used what the call used
   * @return units from 0 to {@link Capacity#MAX_UNITS}
   * @throws IllegalArgumentException if the quota has formulas for models only, and none for this
   */
  public long costOf(UsageReport used) {
    Optional<CostFormula> formula = computedCost.formula(name, used.model());
    return formula.isPresent() ? formula.get().evaluate(used::amount) : usualCost;
  }

  /**
   * Returns how the cost of a call is computed from what it used.
   *
   * @return the formula of models that have none of their own, if there is one
   */
  public Optional<String> cost() {
    return computedCost.usual();
  }

  /**
   * Returns how the cost of a call is computed where the model has a formula of its own.
   *
   * @return formulas by the name of a model, or by the beginning of names and {@code *}
   */
  public Map<String, String> modelCosts() {
    return computedCost.byModel();
  }

  /**
   * Returns the names of an application's own numbers in formulas.
   *
   * @return the names, none of {@link UsageReport#NAMES}
   */
  public Set<String> usageNames() {
    return usageNames;
  }

  /**
   * Returns actions that replace those of the plans for this quota.
   *
   * @return actions by plan name
   */
  public Map<String, List<Action>> planActions() {
    return planActions;
  }

  /**
   * Returns who answers for this policy.
   *
   * @return a team or an address, if given
   */
  public Optional<String> owner() {
    return owner;
  }

  /**
   * Returns when somebody should look at this policy again.
   *
   * @return a date, if given
   */
  public Optional<LocalDate> reviewBy() {
    return reviewBy;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof QuotaPolicy that
        && name.equals(that.name)
        && label.equals(that.label)
        && labels.equals(that.labels)
        && unit.equals(that.unit)
        && scope == that.scope
        && limits.equals(that.limits)
        && planCapacities.equals(that.planCapacities)
        && warnAt.equals(that.warnAt)
        && primary.equals(that.primary)
        && whenExhausted == that.whenExhausted
        && degradedLabel.equals(that.degradedLabel)
        && degradedLabels.equals(that.degradedLabels)
        && degradeTo.equals(that.degradeTo)
        && grace.equals(that.grace)
        && overuse == that.overuse
        && reservation.equals(that.reservation)
        && onStoreFailure == that.onStoreFailure
        && showExact == that.showExact
        && usualCost == that.usualCost
        && computedCost.equals(that.computedCost)
        && usageNames.equals(that.usageNames)
        && planActions.equals(that.planActions)
        && owner.equals(that.owner)
        && reviewBy.equals(that.reviewBy);
  }

  @Override
  public int hashCode() {
    return Objects.hash(name, limits, planCapacities, warnAt);
  }

  @Override
  public String toString() {
    return "QuotaPolicy[" + name + " " + limits + "]";
  }

  /** Collects a policy; every cross-check runs in {@link #build}. Not thread-safe. */
  public static final class Builder {

    private final String name;
    private final List<LimitPolicy> limits = new ArrayList<>();
    private final Map<String, Map<String, Capacity>> planCapacities = new LinkedHashMap<>();
    private final Map<String, List<Action>> planActions = new LinkedHashMap<>();
    private Optional<String> label = Optional.empty();
    private Map<Locale, String> labels = Map.of();
    private Unit unit = Unit.REQUESTS;
    private Scope scope = Scope.USER;
    private List<Threshold> warnAt = List.of();
    private Optional<String> primary = Optional.empty();
    private WhenExhausted whenExhausted = WhenExhausted.BLOCK;
    private Optional<String> degradedLabel = Optional.empty();
    private Map<Locale, String> degradedLabels = Map.of();
    private Optional<String> degradeTo = Optional.empty();
    private Grace grace = Grace.NONE;
    private Overuse overuse = Overuse.DEBT;
    private ReservationBounds reservation = ReservationBounds.DEFAULT;
    private OnStoreFailure onStoreFailure = OnStoreFailure.DENY;
    private boolean showExact;
    private long usualCost = 1;
    private Optional<CostFormula> cost = Optional.empty();
    private final Map<String, CostFormula> modelCosts = new LinkedHashMap<>();
    private final Set<String> usageNames = new LinkedHashSet<>();
    private Optional<String> owner = Optional.empty();
    private Optional<LocalDate> reviewBy = Optional.empty();

    private Builder(String name) {
      this.name = name;
    }

    /**
     * Sets what people call the quota.
     *
     * @param text 1 to 100 characters
     * @return this builder
     */
    public Builder label(String text) {
      label = Optional.of(Names.requireLabel(text, "label"));
      return this;
    }

    /**
     * Sets what people call the quota in other languages than that of the label.
     *
     * @param byLanguage the labels
     * @return this builder
     * @throws IllegalArgumentException if one is malformed
     */
    public Builder labels(Map<Locale, String> byLanguage) {
      labels = Names.requireLabels(byLanguage, "label");
      return this;
    }

    /**
     * Sets what it counts.
     *
     * @param counted the unit
     * @return this builder
     */
    public Builder unit(Unit counted) {
      unit = Objects.requireNonNull(counted, "unit");
      return this;
    }

    /**
     * Sets what its limits count on unless they say otherwise.
     *
     * @param countedOn the scope
     * @return this builder
     */
    public Builder scope(Scope countedOn) {
      scope = Objects.requireNonNull(countedOn, "scope");
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
    public Builder limit(String limitName, String phrase) {
      return limit(LimitPolicy.of(limitName, phrase));
    }

    /**
     * Adds a limit.
     *
     * @param limit the limit
     * @return this builder
     */
    public Builder limit(LimitPolicy limit) {
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
    public Builder planCapacity(String plan, String limit, long units) {
      return planCapacity(plan, limit, Capacity.of(units));
    }

    /**
     * Lifts a limit for one plan.
     *
     * @param plan the plan's name
     * @param limit the limit's name
     * @return this builder
     */
    public Builder planUnlimited(String plan, String limit) {
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
    public Builder planCapacity(String plan, String limit, Capacity capacity) {
      planCapacities
          .computeIfAbsent(Names.require(plan, "plan"), key -> new LinkedHashMap<>())
          .put(limit, capacity);
      return this;
    }

    /**
     * Sets the thresholds of limits that have none of their own.
     *
     * @param texts such as {@code "80%"} or {@code "10 left"}
     * @return this builder
     * @throws IllegalArgumentException if one is malformed
     */
    public Builder warnAt(String... texts) {
      List<Threshold> parsed = new ArrayList<>();
      for (String text : texts) {
        parsed.add(Threshold.parse(text));
      }
      return warnAt(parsed);
    }

    /**
     * Sets the thresholds of limits that have none of their own.
     *
     * @param thresholds the thresholds
     * @return this builder
     */
    public Builder warnAt(List<Threshold> thresholds) {
      warnAt = List.copyOf(thresholds);
      return this;
    }

    private void warnInPlace(String... texts) {
      try {
        warnAt(texts);
        // A quota that consists of paces alone asked for these warnings about them.
        if (limits.stream().allMatch(limit -> limit.window().kind() == LimitKind.PACE)) {
          limits.replaceAll(limit -> limit.withWarnAt(warnAt));
        }
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException(
            "@Quota(" + Quoted.text(name) + ") warnAt: " + e.getMessage(), e);
      }
    }

    /**
     * Sets the limit that owns the meter.
     *
     * @param limit a limit's name
     * @return this builder
     */
    public Builder primary(String limit) {
      primary = Optional.of(limit);
      return this;
    }

    /**
     * Sets what happens to a charge that does not fit.
     *
     * @param behaviour the behaviour
     * @return this builder
     */
    public Builder whenExhausted(WhenExhausted behaviour) {
      whenExhausted = Objects.requireNonNull(behaviour, "behaviour");
      return this;
    }

    /**
     * Sets what people get while the quota is degraded.
     *
     * @param text such as "a smaller model"
     * @return this builder
     */
    public Builder degradedLabel(String text) {
      degradedLabel = Optional.of(Names.requireLabel(text, "degraded label"));
      return this;
    }

    /**
     * Sets what people get while the quota is degraded, in other languages than that of the label.
     *
     * @param byLanguage the labels
     * @return this builder
     * @throws IllegalArgumentException if one is malformed
     */
    public Builder degradedLabels(Map<Locale, String> byLanguage) {
      degradedLabels = Names.requireLabels(byLanguage, "degraded label");
      return this;
    }

    /**
     * Sets the quota that is charged instead while this one is degraded, checked like any other.
     *
     * @param quota the name of another quota, which degrades to none itself
     * @return this builder
     * @throws IllegalArgumentException if the name is malformed
     */
    public Builder degradeTo(String quota) {
      degradeTo = Optional.of(Names.require(quota, "quota"));
      return this;
    }

    /**
     * Sets how far work that began under the quota may go past its limits, in the grammar of the
     * policy file.
     *
     * @param phrase {@code "500"} or {@code "5%"}
     * @return this builder
     * @throws IllegalArgumentException if it is neither units nor a share, or out of range
     */
    public Builder grace(String phrase) {
      return grace(Grace.parse(phrase));
    }

    /**
     * Sets how far work that began under the quota may go past its limits.
     *
     * @param beyond the grace
     * @return this builder
     */
    public Builder grace(Grace beyond) {
      grace = Objects.requireNonNull(beyond, "beyond");
      return this;
    }

    /**
     * Sets what becomes of what a reservation used beyond the limits and their grace.
     *
     * @param choice the choice
     * @return this builder
     */
    public Builder overuse(Overuse choice) {
      overuse = Objects.requireNonNull(choice, "choice");
      return this;
    }

    /**
     * Sets how little and how much one reservation holds, whatever its estimate says.
     *
     * @param bounds the bounds
     * @return this builder
     */
    public Builder reservation(ReservationBounds bounds) {
      reservation = Objects.requireNonNull(bounds, "bounds");
      return this;
    }

    /**
     * Sets what happens to a charge while the store cannot answer.
     *
     * @param choice the choice
     * @return this builder
     */
    public Builder onStoreFailure(OnStoreFailure choice) {
      onStoreFailure = Objects.requireNonNull(choice, "choice");
      return this;
    }

    /**
     * Sets whether shared limits show exact numbers instead of rounded ones.
     *
     * @param exact true for exact numbers
     * @return this builder
     */
    public Builder showExact(boolean exact) {
      showExact = exact;
      return this;
    }

    /**
     * Sets what one call costs unless it says otherwise.
     *
     * @param units from 1 to {@link Capacity#MAX_UNITS}
     * @return this builder
     * @throws IllegalArgumentException if the cost is out of range
     */
    public Builder usualCost(long units) {
      if (units < 1 || units > Capacity.MAX_UNITS) {
        throw new IllegalArgumentException(
            "cost must be between 1 and " + Capacity.MAX_UNITS + ", was " + units);
      }
      usualCost = units;
      return this;
    }

    /**
     * Sets how the cost of a call is computed from what it used: {@code "input_tokens + 4 *
     * output_tokens"} is {@code +}, {@code -}, {@code *}, {@code /} and parentheses, numbers such
     * as {@code 0.1}, and names of {@link UsageReport#NAMES} or {@link #usageNames}. What a call
     * costs before that is known is its {@link #usualCost}.
     *
     * @param formula at most 500 characters
     * @return this builder
     * @throws IllegalArgumentException if the formula is malformed
     */
    public Builder cost(String formula) {
      cost = Optional.of(parsed(formula, "cost"));
      return this;
    }

    /**
     * Sets how the cost of a call is computed where this model did the work. Of several that go
     * with a model, the longest counts; the case of letters matters.
     *
     * @param model the model's name, or the beginning of names and {@code *}: {@code
     *     "gpt-4o-mini*"}
     * @param formula as for {@link #cost}
     * @return this builder
     * @throws IllegalArgumentException if the name or the formula is malformed
     */
    public Builder modelCost(String model, String formula) {
      modelCosts.put(UsageNames.requirePattern(model), parsed(formula, "cost of model " + model));
      return this;
    }

    private static CostFormula parsed(String formula, String what) {
      try {
        return CostFormula.parse(formula);
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException(
            what + ": " + e.getMessage() + ", in " + Quoted.text(formula), e);
      }
    }

    /**
     * Adds names for formulas: numbers of the application's own that its usage reports have.
     *
     * @param names such as {@code "images"}, matching {@code [a-z][a-z0-9_]*}
     * @return this builder
     * @throws IllegalArgumentException if a name is malformed or one of {@link UsageReport#NAMES}
     */
    public Builder usageNames(String... names) {
      for (String added : names) {
        usageNames.add(UsageNames.requireOwn(added));
      }
      return this;
    }

    /**
     * Replaces a plan's actions for this quota.
     *
     * @param plan the plan's name
     * @param actions what somebody on it can do, the most useful first
     * @return this builder
     */
    public Builder actions(String plan, List<Action> actions) {
      planActions.put(Names.require(plan, "plan"), List.copyOf(actions));
      return this;
    }

    /**
     * Sets who answers for this policy.
     *
     * @param text a team or an address
     * @return this builder
     */
    public Builder owner(String text) {
      owner = Optional.of(Names.requireLabel(text, "owner"));
      return this;
    }

    /**
     * Sets when somebody should look at this policy again.
     *
     * @param date a date; once it is past, loading the policy logs a warning
     * @return this builder
     */
    public Builder reviewBy(LocalDate date) {
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
}
