package dev.quota;

import dev.quota.policy.Policies;
import dev.quota.policy.QuotaPolicy;
import dev.quota.policy.Rollout;
import dev.quota.spi.QuotaStore;
import dev.quota.store.QuotaClock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The policies in force: an immutable set with a version. It is replaced as a whole, after
 * everything that refers to a quota was checked. A request uses one view from its beginning to its
 * end. No lock is held while a store is asked what it can count. Thread-safe.
 */
final class PolicyRegistry {

  private static final System.Logger LOG = System.getLogger(Quotas.class.getName());

  private final QuotaStore store;
  private final Capabilities capabilities;
  private final QuotaClock clock;
  private final int nodes;
  private final Map<String, QuotaPolicy> inCode;
  private volatile InForce inForce;

  /** A quota that an endpoint defines, and the endpoint. */
  private record InPlace(QuotaPolicy policy, String where) {}

  /**
   * Everything that is in force at one moment. The uses are part of it, so that a quota cannot be
   * removed while a use of it is declared.
   *
   * @param version grows by one with each change of what is counted
   * @param since when the given policies came into force
   * @param given the policies that were given as a whole
   * @param inPlace those that endpoints define, by name
   * @param uses which places charge which quotas
   * @param view all of them, resolved
   */
  private record InForce(
      long version,
      Instant since,
      Policies given,
      Map<String, InPlace> inPlace,
      QuotaUses uses,
      PolicyView view) {}

  PolicyRegistry(
      Policies given,
      Map<String, QuotaPolicy> inCode,
      QuotaStore store,
      Capabilities capabilities,
      QuotaClock clock,
      int nodes) {
    this.store = store;
    this.capabilities = capabilities;
    this.clock = clock;
    this.nodes = nodes;
    this.inCode = Collections.unmodifiableMap(new LinkedHashMap<>(inCode));
    QuotaUses nobody = QuotaUses.none();
    PolicyView view = checked(given, Map.of(), nobody);
    this.inForce = new InForce(1, now(), given, Map.of(), nobody, view);
    warn(view.policies());
  }

  /** Returns the policies in force, resolved. */
  PolicyView view() {
    return inForce.view();
  }

  /** Returns since when the policies that were given as a whole are in force. */
  Instant since() {
    return inForce.since();
  }

  private Instant now() {
    return Instant.ofEpochMilli(clock.millis());
  }

  /** Returns how often what is counted has changed, from 1 on. */
  long version() {
    return inForce.version();
  }

  /**
   * Adds a quota that an endpoint defines in place.
   *
   * @throws IllegalStateException if another place defines the name differently
   */
  void define(QuotaPolicy policy, String where) {
    InForce before;
    InForce after;
    do {
      before = inForce;
      InPlace earlier = before.inPlace().get(policy.name());
      if (earlier != null) {
        requireSame(policy, where, earlier);
        return;
      }
      Map<String, InPlace> inPlace = new LinkedHashMap<>(before.inPlace());
      inPlace.put(policy.name(), new InPlace(policy, where));
      PolicyView view = checked(before.given(), inPlace, before.uses());
      after =
          new InForce(
              before.version() + 1, before.since(), before.given(), inPlace, before.uses(), view);
    } while (!swap(before, after));
    PolicyWarnings.conversationsOnly(policy, after.view().policies());
  }

  /** Puts a new set into force, unless another thread did so since the check. */
  @SuppressWarnings("ReferenceEquality") // compare-and-set needs the identity
  private synchronized boolean swap(InForce before, InForce after) {
    boolean same = inForce == before;
    if (same) {
      inForce = after;
    }
    return same;
  }

  private static void requireSame(QuotaPolicy policy, String where, InPlace earlier) {
    if (!earlier.policy().equals(policy)) {
      throw new IllegalStateException(
          "quota "
              + policy.name()
              + " is defined differently in "
              + earlier.where()
              + " and in "
              + where
              + "; define it once, in the policies");
    }
  }

  /**
   * Notes that a place charges a quota.
   *
   * @throws UnknownQuotaException if the policies in force lack the quota
   */
  void declareUse(String quota, String where) {
    InForce before;
    InForce after;
    do {
      before = inForce;
      if (!before.view().policies().names().contains(quota)) {
        throw new UnknownQuotaException(quota, before.view().policies().names());
      }
      QuotaUses uses = before.uses().with(quota, where);
      after =
          new InForce(
              before.version(),
              before.since(),
              before.given(),
              before.inPlace(),
              uses,
              before.view());
    } while (!swap(before, after));
  }

  /**
   * Replaces the policies that were given as a whole.
   *
   * @throws IllegalArgumentException if they contradict something; the message has all
   *     contradictions, and nothing is changed
   */
  void replace(Policies given) {
    InForce before;
    InForce after;
    do {
      before = inForce;
      PolicyView view = checked(given, before.inPlace(), before.uses());
      after =
          new InForce(before.version() + 1, now(), given, before.inPlace(), before.uses(), view);
    } while (!swap(before, after));
    warnOfDropped(before.view().policies(), after.view().policies());
    warn(after.view().policies());
  }

  /** Returns a view of the policies, after everything that refers to a quota was checked. */
  private PolicyView checked(Policies given, Map<String, InPlace> inPlace, QuotaUses uses) {
    PolicyView view = checkedAlone(given, inPlace, uses);
    if (given.rollout().isEmpty()) {
      return view;
    }
    Rollout rollout = given.rollout().get();
    try {
      return view.rolledOutTo(rollout.share(), checkedAlone(rollout.before(), inPlace, uses));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "the version before, " + rollout.before().version() + ": " + e.getMessage(), e);
    }
  }

  private PolicyView checkedAlone(Policies given, Map<String, InPlace> inPlace, QuotaUses uses) {
    List<String> mistakes = new ArrayList<>();
    List<QuotaPolicy> definitions = definitions(given, inPlace);
    Policies.Builder all = given.toBuilder();
    definitions.forEach(all::quota);
    mistakes.addAll(all.mistakes());
    Set<String> names = new LinkedHashSet<>(given.names());
    definitions.forEach(policy -> names.add(policy.name()));
    uses.missing(names).ifPresent(mistakes::add);
    if (mistakes.isEmpty()) {
      PolicyView view = new PolicyView(all.build(), nodes, clock);
      mistakes.addAll(view.uncountable(store, capabilities));
      if (mistakes.isEmpty()) {
        return view;
      }
    }
    throw new IllegalArgumentException(String.join("\n", mistakes));
  }

  /** Returns the definitions in code and in place that no policy of the file overrides. */
  private List<QuotaPolicy> definitions(Policies given, Map<String, InPlace> inPlace) {
    Map<String, QuotaPolicy> all = new LinkedHashMap<>(inCode);
    inPlace.forEach((name, it) -> all.putIfAbsent(name, it.policy()));
    all.keySet().removeAll(given.names());
    return List.copyOf(all.values());
  }

  private void warn(Policies policies) {
    warnOfReviews(policies);
    PolicyWarnings.conversationsOnly(policies);
    PolicyWarnings.idleUpgrades(policies);
  }

  /**
   * Warns of quotas that disappear. Code may charge them by name, which is known only at the call.
   */
  private static void warnOfDropped(Policies before, Policies after) {
    List<String> dropped =
        before.names().stream().filter(name -> !after.names().contains(name)).toList();
    if (!dropped.isEmpty()) {
      LOG.log(
          System.Logger.Level.WARNING,
          "The new policies lack the quotas {0}. No endpoint names them; code that charges them by"
              + " name is refused.",
          UnknownQuotaException.listed(dropped));
    }
  }

  private void warnOfReviews(Policies policies) {
    for (PolicyStatus.Overdue overdue : overdue(policies)) {
      LOG.log(
          System.Logger.Level.WARNING,
          "The policy of quota {0} was to be reviewed by {1}; owner: {2}.",
          overdue.quota(),
          overdue.reviewBy(),
          overdue.owner().orElse("none named"));
    }
  }

  /** Returns the quotas whose policies were to be reviewed before today. */
  List<PolicyStatus.Overdue> overdue() {
    return overdue(view().policies());
  }

  private List<PolicyStatus.Overdue> overdue(Policies policies) {
    LocalDate today = now().atZone(ZoneOffset.UTC).toLocalDate();
    List<PolicyStatus.Overdue> all = new ArrayList<>();
    for (QuotaPolicy policy : policies.quotas().values()) {
      policy
          .reviewBy()
          .filter(today::isAfter)
          .ifPresent(day -> all.add(new PolicyStatus.Overdue(policy.name(), policy.owner(), day)));
    }
    return all;
  }
}
