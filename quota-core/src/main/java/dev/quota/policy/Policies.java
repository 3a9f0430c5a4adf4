package dev.quota.policy;

import dev.quota.internal.text.Quoted;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** A complete set of policies: quotas and plans. Instances are immutable. */
public final class Policies {

  /** The most quotas of one set. */
  public static final int MAX_QUOTAS = 1_000;

  /** The most plans of one set. */
  public static final int MAX_PLANS = 500;

  /** The most overrides of one set. */
  public static final int MAX_OVERRIDES = 5_000;

  private static final String UNVERSIONED = "unversioned";
  private static final Pattern VERSION = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");

  private final Map<String, QuotaPolicy> quotas;
  private final Map<String, Plan> plans;
  private final Optional<String> defaultPlan;
  private final Optional<ZoneId> defaultZone;
  private final String version;
  private final Optional<Rollout> rollout;
  private final List<LimitOverride> overrides;

  private Policies(Builder builder) {
    quotas = unmodifiable(builder.quotas);
    plans = unmodifiable(builder.plans);
    defaultPlan =
        builder.defaultPlan.isPresent() ? builder.defaultPlan : plans.keySet().stream().findFirst();
    defaultZone = builder.defaultZone;
    version = builder.version;
    rollout = builder.rollout;
    overrides = List.copyOf(builder.overrides);
  }

  private static <V> Map<String, V> unmodifiable(Map<String, V> source) {
    return Collections.unmodifiableMap(new LinkedHashMap<>(source));
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
   * Returns the plan of a subject without a plan, or with an unknown one.
   *
   * @return the plan, by default the first one; empty if there are no plans
   */
  public Optional<Plan> defaultPlan() {
    return defaultPlan.map(name -> Objects.requireNonNull(plans.get(name)));
  }

  /**
   * Returns the zone of subjects that have none.
   *
   * @return the zone; empty for UTC
   */
  public Optional<ZoneId> defaultZone() {
    return defaultZone;
  }

  /**
   * Returns which version this is, as states and events say.
   *
   * @return the number of a published version; the beginning of the SHA-256 of a file, as {@code
   *     sha256sum} prints it; {@code unversioned} for policies in code that have no version
   */
  public String version() {
    return version;
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
   * Returns the capacities of single people and groups.
   *
   * @return the overrides, in the order they were added; ended ones too
   */
  public List<LimitOverride> overrides() {
    return overrides;
  }

  /**
   * Returns for whom these policies apply, if not for everybody.
   *
   * @return the rollout; empty if they apply to everybody
   */
  public Optional<Rollout> rollout() {
    return rollout;
  }

  /**
   * Returns these policies for a share of all subjects.
   *
   * @param share such as {@code 10%}; see {@link Rollout.Share#parse}
   * @param before the policies for the rest. If they are a rollout themselves, those before them
   * @return a copy with a {@link #rollout}
   * @throws IllegalArgumentException if the share is malformed
   */
  public Policies rolledOutTo(String share, Policies before) {
    Builder builder = toBuilder();
    Policies rest = before.rollout.map(Rollout::before).orElse(before);
    builder.rollout = Optional.of(new Rollout(Rollout.Share.parse(share), rest));
    return builder.build();
  }

  /**
   * Returns a builder with the contents of this set.
   *
   * @return a builder
   */
  public Builder toBuilder() {
    Builder builder = new Builder();
    builder.quotas.putAll(quotas);
    builder.plans.putAll(plans);
    builder.defaultPlan = defaultPlan;
    builder.defaultZone = defaultZone;
    builder.version = version;
    builder.rollout = rollout;
    builder.overrides.addAll(overrides);
    return builder;
  }

  /** Collects policies. {@link #build} checks how they fit together. Not thread-safe. */
  public static final class Builder {

    private final Map<String, QuotaPolicy> quotas = new LinkedHashMap<>();
    private final Map<String, Plan> plans = new LinkedHashMap<>();
    private Optional<String> defaultPlan = Optional.empty();
    private Optional<ZoneId> defaultZone = Optional.empty();
    private String version = UNVERSIONED;
    private Optional<Rollout> rollout = Optional.empty();
    private final List<LimitOverride> overrides = new ArrayList<>();

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
     * Adds an override.
     *
     * @param override its quota and its limit must be part of these policies
     * @return this builder
     */
    public Builder override(LimitOverride override) {
      overrides.add(Objects.requireNonNull(override, "override"));
      return this;
    }

    /** Returns the quotas that were added so far. */
    Map<String, QuotaPolicy> quotas() {
      return Collections.unmodifiableMap(quotas);
    }

    /**
     * Sets the plan of subjects without a plan.
     *
     * @param name a plan's name
     * @return this builder
     */
    public Builder defaultPlan(String name) {
      defaultPlan = Optional.of(name);
      return this;
    }

    /**
     * Sets the zone of subjects that have none.
     *
     * @param zone the zone
     * @return this builder
     */
    public Builder defaultZone(ZoneId zone) {
      defaultZone = Optional.of(zone);
      return this;
    }

    /**
     * Names the version.
     *
     * @param name 1 to 64 letters, digits, and {@code . _ -}, beginning with a letter or a digit
     * @return this builder
     * @throws IllegalArgumentException if the name is malformed
     */
    public Builder version(String name) {
      if (!VERSION.matcher(name).matches()) {
        throw new IllegalArgumentException(
            "name must be 1 to 64 letters, digits or any of . _ -, was " + Quoted.text(name));
      }
      version = name;
      return this;
    }

    /**
     * Checks everything and returns the set.
     *
     * @return the policies
     * @throws IllegalArgumentException if there are too many, or if a plan or a quota is used that
     *     is not declared; the message has all mistakes
     */
    public Policies build() {
      List<String> mistakes = mistakes();
      if (!mistakes.isEmpty()) {
        throw new IllegalArgumentException(String.join("\n", mistakes));
      }
      return new Policies(this);
    }

    /**
     * Returns all mistakes, without building anything.
     *
     * @return one sentence for each mistake; none if {@link #build} succeeds
     */
    public List<String> mistakes() {
      return PolicyReferences.mistakes(quotas, plans, defaultPlan, overrides);
    }
  }
}
