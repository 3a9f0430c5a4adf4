package dev.quota.policy;

import dev.quota.internal.text.Quoted;
import java.time.ZoneId;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/** A complete set of policies: the quotas and the plans they speak of. Instances are immutable. */
public final class Policies {

  /** The most quotas of one set. */
  public static final int MAX_QUOTAS = 1_000;

  /** The most plans of one set. */
  public static final int MAX_PLANS = 500;

  private static final int MAX_COMBINATIONS = 20_000;

  private final Map<String, QuotaPolicy> quotas;
  private final Map<String, Plan> plans;
  private final Optional<String> defaultPlan;
  private final Optional<ZoneId> defaultZone;

  private Policies(Builder builder) {
    requireNumbers(builder.quotas.size(), builder.plans.size());
    quotas = unmodifiable(builder.quotas);
    plans = unmodifiable(builder.plans);
    defaultPlan =
        builder.defaultPlan.isPresent() ? builder.defaultPlan : plans.keySet().stream().findFirst();
    defaultZone = builder.defaultZone;
    defaultPlan.ifPresent(plan -> requirePlan(plan, "default plan"));
    for (QuotaPolicy quota : quotas.values()) {
      quota.planCapacities().keySet().forEach(plan -> requirePlan(plan, "quota " + quota.name()));
      quota.planActions().keySet().forEach(plan -> requirePlan(plan, "quota " + quota.name()));
      quota.degradeTo().ifPresent(target -> requireTarget(quota.name(), target));
    }
  }

  /** Every quota is laid out for every plan: the two multiply. */
  private static void requireNumbers(int quotas, int plans) {
    if (quotas > MAX_QUOTAS || plans > MAX_PLANS || (long) quotas * plans > MAX_COMBINATIONS) {
      throw new IllegalArgumentException(
          "policies must have at most "
              + MAX_QUOTAS
              + " quotas, "
              + MAX_PLANS
              + " plans and "
              + MAX_COMBINATIONS
              + " combinations of the two, had "
              + quotas
              + " quotas and "
              + plans
              + " plans");
    }
  }

  private void requireTarget(String quota, String target) {
    QuotaPolicy found = quotas.get(target);
    if (found == null) {
      throw new IllegalArgumentException(
          "quota "
              + quota
              + " degrades to the unknown quota "
              + Quoted.text(target)
              + "; the quotas are "
              + quotas.keySet());
    }
    if (found.degradeTo().isPresent()) {
      throw new IllegalArgumentException(
          "quota "
              + quota
              + " degrades to "
              + target
              + ", which degrades to "
              + found.degradeTo().get()
              + "; one step is allowed");
    }
  }

  private static <V> Map<String, V> unmodifiable(Map<String, V> source) {
    return Collections.unmodifiableMap(new LinkedHashMap<>(source));
  }

  private void requirePlan(String plan, String where) {
    if (!plans.containsKey(plan)) {
      throw new IllegalArgumentException(
          where
              + " names the unknown plan "
              + Quoted.text(plan)
              + "; the plans are "
              + plans.keySet());
    }
  }

  /**
   * Starts a set of policies.
   *
   * @return an empty builder, to be used by one thread
   */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * Returns the quotas.
   *
   * @return policies by name, in the order they were added
   */
  public Map<String, QuotaPolicy> quotas() {
    return quotas;
  }

  /**
   * Returns the plans.
   *
   * @return plans by name, in the order they were added
   */
  public Map<String, Plan> plans() {
    return plans;
  }

  /**
   * Returns the plan of a subject that names none, or one that is not declared.
   *
   * @return the plan, by default the first one; empty if there are no plans
   */
  public Optional<Plan> defaultPlan() {
    return defaultPlan.map(name -> Objects.requireNonNull(plans.get(name)));
  }

  /**
   * Returns the zone of subjects that have none of their own.
   *
   * @return the zone; empty for UTC
   */
  public Optional<ZoneId> defaultZone() {
    return defaultZone;
  }

  /**
   * Returns the names of all quotas.
   *
   * @return the names
   */
  public Set<String> names() {
    return quotas.keySet();
  }

  /**
   * Returns a builder that starts with everything in this set.
   *
   * @return a builder
   */
  public Builder toBuilder() {
    Builder builder = new Builder();
    builder.quotas.putAll(quotas);
    builder.plans.putAll(plans);
    builder.defaultPlan = defaultPlan;
    builder.defaultZone = defaultZone;
    return builder;
  }

  /** Collects policies; cross-checks run in {@link #build}. Not thread-safe. */
  public static final class Builder {

    private final Map<String, QuotaPolicy> quotas = new LinkedHashMap<>();
    private final Map<String, Plan> plans = new LinkedHashMap<>();
    private Optional<String> defaultPlan = Optional.empty();
    private Optional<ZoneId> defaultZone = Optional.empty();

    private Builder() {}

    /**
     * Adds a quota.
     *
     * @param policy its policy
     * @return this builder
     * @throws IllegalArgumentException if there is one of that name already
     */
    public Builder quota(QuotaPolicy policy) {
      if (quotas.putIfAbsent(policy.name(), policy) != null) {
        throw new IllegalArgumentException("quota " + policy.name() + " is defined twice");
      }
      return this;
    }

    /**
     * Adds a plan.
     *
     * @param plan the plan
     * @return this builder
     * @throws IllegalArgumentException if there is one of that name already
     */
    public Builder plan(Plan plan) {
      if (plans.putIfAbsent(plan.name(), plan) != null) {
        throw new IllegalArgumentException("plan " + plan.name() + " is defined twice");
      }
      return this;
    }

    /**
     * Sets the plan of subjects that name none.
     *
     * @param name a plan's name
     * @return this builder
     */
    public Builder defaultPlan(String name) {
      defaultPlan = Optional.of(name);
      return this;
    }

    /**
     * Sets the zone of subjects that have none of their own.
     *
     * @param zone the zone
     * @return this builder
     */
    public Builder defaultZone(ZoneId zone) {
      defaultZone = Optional.of(zone);
      return this;
    }

    /**
     * Checks everything and returns the set.
     *
     * @return the policies
     * @throws IllegalArgumentException if a plan is named that is not declared
     */
    public Policies build() {
      return new Policies(this);
    }
  }
}
