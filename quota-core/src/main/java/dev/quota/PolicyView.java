package dev.quota;

import dev.quota.internal.text.Digests;
import dev.quota.internal.text.Quoted;
import dev.quota.policy.Capacity;
import dev.quota.policy.LimitPolicy;
import dev.quota.policy.LimitWindow;
import dev.quota.policy.Plan;
import dev.quota.policy.Policies;
import dev.quota.policy.QuotaPolicy;
import dev.quota.policy.Rollout;
import dev.quota.policy.Scope;
import dev.quota.policy.WhenExhausted;
import dev.quota.spi.QuotaStore;
import dev.quota.store.QuotaClock;
import java.time.ZoneId;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** One set of policies, with each quota resolved once per plan and zone. Thread-safe. */
final class PolicyView {

  private static final System.Logger LOG = System.getLogger(PolicyView.class.getName());

  /** The cache has a bound, because users may choose the zones. */
  private static final int MAX_CACHED_ZONES = 1_000;

  private static final int MAX_CACHED_ANCHORS = 2_000;

  private static final int MAX_REPORTED_PLANS = 100;

  /** The quotas as one plan in one zone sees them. */
  record Resolved(
      Optional<Plan> plan,
      ZoneId zone,
      ZoneSource zoneSource,
      String policyVersion,
      Map<String, ResolvedQuota> quotas) {

    Resolved from(ZoneSource source) {
      return new Resolved(plan, zone, source, policyVersion, quotas);
    }
  }

  private final Policies policies;
  private final int nodes;
  private final QuotaClock clock;
  private final Exceptions exceptions;

  /** The share of subjects to whom the policies apply, and the policies of the rest. */
  private final @Nullable Rest rest;

  private final Map<String, PlanView> plans = new LinkedHashMap<>();
  private final PlanView defaultView;
  private final boolean permits;

  /** Whether a limit depends on the billing anchors of subjects. */
  private final boolean anchored;

  private final Map<String, Boolean> unknownPlans = new ConcurrentHashMap<>();

  private record Rest(Rollout.Share share, PolicyView view) {}

  /**
   * Resolves policies for everybody.
   *
   * @param nodes how many nodes share a capacity while the store is away
   * @param clock tells when overrides end
   */
  PolicyView(Policies policies, int nodes, QuotaClock clock) {
    this(policies, nodes, clock, null);
  }

  private PolicyView(Policies policies, int nodes, QuotaClock clock, @Nullable Rest rest) {
    this.policies = policies;
    this.nodes = nodes;
    this.anchored = any(limit -> limit.window() instanceof LimitWindow.BillingCycle);
    this.clock = clock;
    this.rest = rest;
    this.exceptions = new Exceptions(policies.overrides(), clock);
    policies.plans().forEach((name, plan) -> plans.put(name, new PlanView(Optional.of(plan))));
    this.defaultView = new PlanView(policies.defaultPlan());
    this.permits = any(limit -> limit.window() instanceof LimitWindow.Concurrent);
  }

  private boolean any(Predicate<LimitPolicy> what) {
    return policies.quotas().values().stream()
        .flatMap(quota -> quota.limits().stream())
        .anyMatch(what);
  }

  /** Returns the view in which only a share of all subjects has these policies. */
  PolicyView rolledOutTo(Rollout.Share share, PolicyView before) {
    return new PolicyView(policies, nodes, clock, new Rest(share, before));
  }

  Policies policies() {
    return policies;
  }

  /** Returns the policies that decide about a subject. */
  Policies policies(Subject subject) {
    return viewOf(subject).policies;
  }

  private PolicyView viewOf(Subject subject) {
    return rest == null || rest.share().contains(digest(subject)) ? this : rest.view();
  }

  private static long digest(Subject subject) {
    return Digests.number(subject.kind().text() + ":" + subject.id());
  }

  /** Returns whether a charge can hold a permit. */
  boolean hasPermits() {
    return permits || (rest != null && rest.view().hasPermits());
  }

  /** Returns what a store cannot count on any plan, with the quota; each reason once. */
  Set<String> uncountable(QuotaStore store, Capabilities capabilities) {
    Set<String> found = new LinkedHashSet<>();
    defaultView.addUncountable(store, capabilities, found);
    plans.values().forEach(plan -> plan.addUncountable(store, capabilities, found));
    return found;
  }

  Resolved of(Subject subject) {
    return viewOf(subject).resolved(subject);
  }

  private Resolved resolved(Subject subject) {
    PlanView plan = plan(subject);
    boolean conversation = subject.groups().containsKey(Scope.CONVERSATION);
    return exceptions.of((conversation ? plan.inConversation : plan.alone).of(subject), subject);
  }

  /** Returns the policies with only the limits on conversations. */
  Resolved ofConversation(Subject subject) {
    PolicyView view = viewOf(subject);
    return view.exceptions.of(view.plan(subject).conversationAlone.of(subject), subject);
  }

  private PlanView plan(Subject subject) {
    PlanView view = defaultView;
    if (subject.plan().isPresent()) {
      PlanView named = plans.get(subject.plan().get());
      if (named == null) {
        reportUnknownPlan(subject.plan().get());
      } else {
        view = named;
      }
    }
    return view;
  }

  private void reportUnknownPlan(String plan) {
    if (!plans.isEmpty()
        && unknownPlans.size() < MAX_REPORTED_PLANS
        && unknownPlans.putIfAbsent(plan, true) == null) {
      LOG.log(
          System.Logger.Level.WARNING,
          "A subject names the unknown plan {0}; it gets the default plan. The plans are {1}.",
          Quoted.text(plan),
          plans.keySet());
    }
  }

  /** The policies as one plan sees them. */
  private final class PlanView {

    private final ZonesView alone;
    private final ZonesView inConversation;
    private final ZonesView conversationAlone;

    PlanView(Optional<Plan> plan) {
      OtherPlans others = OtherPlans.of(policies.plans().values(), plan);
      this.alone = new ZonesView(plan, others, scope -> scope != Scope.CONVERSATION);
      this.inConversation =
          anyOnConversation() ? new ZonesView(plan, others, scope -> true) : alone;
      this.conversationAlone = new ZonesView(plan, others, scope -> scope == Scope.CONVERSATION);
    }

    void addUncountable(QuotaStore store, Capabilities capabilities, Set<String> found) {
      for (ResolvedQuota quota : inConversation.withoutZone.quotas().values()) {
        quota.uncountable(store, capabilities).ifPresent(found::add);
      }
    }
  }

  /**
   * A plan that lacks the quota to degrade to refuses, so that nobody learns what other plans have.
   */
  private WhenExhausted whenExhausted(QuotaPolicy policy, Optional<Plan> plan) {
    QuotaPolicy target = policy.degradeTo().map(policies.quotas()::get).orElse(null);
    return target != null && isExcluded(target, plan)
        ? WhenExhausted.BLOCK
        : policy.whenExhausted();
  }

  private static boolean isExcluded(QuotaPolicy quota, Optional<Plan> plan) {
    Map<String, Capacity> capacities =
        plan.map(it -> quota.planCapacities().getOrDefault(it.name(), Map.of())).orElse(Map.of());
    return quota.limits().stream()
        .filter(limit -> !quota.isShadow(limit))
        .map(limit -> capacities.getOrDefault(limit.name(), limit.capacity()))
        .anyMatch(capacity -> capacity instanceof Capacity.Limited limited && limited.units() == 0);
  }

  private boolean anyOnConversation() {
    return policies.quotas().values().stream()
        .flatMap(quota -> quota.limits().stream().map(it -> it.scope().orElse(quota.scope())))
        .anyMatch(Scope.CONVERSATION::equals);
  }

  /** The policies as one plan sees them, with the limits of some scopes, for each zone. */
  private final class ZonesView {

    private final Optional<Plan> plan;
    private final OtherPlans others;
    private final Predicate<Scope> counted;
    private final Resolved withoutZone;
    private final Map<ZoneId, Resolved> byZone = new ConcurrentHashMap<>();

    private final Map<SubjectCycles, Resolved> byAnchor = new ConcurrentHashMap<>();

    ZonesView(Optional<Plan> plan, OtherPlans others, Predicate<Scope> counted) {
      this.plan = plan;
      this.others = others;
      this.counted = counted;
      ZoneSource source =
          policies.defaultZone().isPresent() ? ZoneSource.POLICY : ZoneSource.DEFAULT;
      this.withoutZone =
          resolve(SubjectCycles.in(policies.defaultZone().orElse(ZoneId.of("UTC"))), source);
    }

    Resolved of(Subject subject) {
      if (!anchored || !subject.hasBillingAnchor()) {
        return in(subject.zone());
      }
      ZoneSource source =
          subject.zone().isPresent() ? ZoneSource.SUBJECT : withoutZone.zoneSource();
      SubjectCycles cycles = SubjectCycles.of(subject, subject.zone().orElse(withoutZone.zone()));
      // The zone of a subject can equal the default one. Sentences tell where it comes from.
      Resolved cached = byAnchor.get(cycles);
      if (cached == null) {
        cached = resolve(cycles, source);
        if (byAnchor.size() >= MAX_CACHED_ANCHORS) {
          // There are hundreds of anchors in each zone, so those of idle people must make room.
          byAnchor.clear();
        }
        byAnchor.put(cycles, cached);
      }
      return cached.zoneSource() == source ? cached : cached.from(source);
    }

    Resolved in(Optional<ZoneId> zone) {
      if (zone.isEmpty()) {
        return withoutZone;
      }
      Resolved cached = byZone.get(zone.get());
      if (cached == null) {
        cached = resolve(SubjectCycles.in(zone.get()), ZoneSource.SUBJECT);
        if (byZone.size() < MAX_CACHED_ZONES) {
          byZone.put(zone.get(), cached);
        }
      }
      return cached;
    }

    private Resolved resolve(SubjectCycles cycles, ZoneSource source) {
      Map<String, ResolvedQuota> quotas = new LinkedHashMap<>();
      policies
          .quotas()
          .forEach(
              (name, policy) ->
                  quotas.put(
                      name,
                      new ResolvedQuota(
                          new Resolution(
                              policy,
                              policies.version(),
                              plan,
                              others,
                              cycles,
                              nodes,
                              whenExhausted(policy, plan),
                              counted))));
      return new Resolved(plan, cycles.zone(), source, policies.version(), quotas);
    }
  }
}
