package dev.quota.tool.diff;

import dev.quota.policy.LimitOverride;
import dev.quota.policy.Plan;
import dev.quota.policy.Policies;
import dev.quota.policy.QuotaPolicy;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/** Finds the differences between two sets of policies, in words. */
public final class PolicyDiff {

  private final Policies before;
  private final Policies after;
  private final List<Difference> found = new ArrayList<>();

  private PolicyDiff(Policies before, Policies after) {
    this.before = before;
    this.after = after;
  }

  /**
   * Compares two sets of policies.
   *
   * @param before the earlier policies
   * @param after the later policies
   * @return all differences; empty if both mean the same
   */
  public static List<Difference> between(Policies before, Policies after) {
    PolicyDiff diff = new PolicyDiff(before, after);
    diff.run();
    return List.copyOf(diff.found);
  }

  private void run() {
    text("default-zone", zone(before), zone(after));
    text("default-plan", defaultPlan(before), defaultPlan(after));
    for (String name : union(before.plans().keySet(), after.plans().keySet())) {
      plan(
          name,
          Optional.ofNullable(before.plans().get(name)),
          Optional.ofNullable(after.plans().get(name)));
    }
    orderOfPlans();
    Set<String> plans = union(before.plans().keySet(), after.plans().keySet());
    for (String name : union(before.names(), after.names())) {
      quota(
          name,
          Optional.ofNullable(before.quotas().get(name)),
          Optional.ofNullable(after.quotas().get(name)),
          plans);
    }
    overrides();
  }

  private void overrides() {
    Map<String, String> was = overrides(before);
    Map<String, String> is = overrides(after);
    for (String what : union(was.keySet(), is.keySet())) {
      if (!Objects.equals(was.get(what), is.get(what))) {
        found.add(
            new Difference(
                what,
                Optional.empty(),
                Optional.ofNullable(was.get(what)),
                Optional.ofNullable(is.get(what))));
      }
    }
  }

  /** Returns the overrides by their limit and the beginning of the subject's digest. */
  private static Map<String, String> overrides(Policies policies) {
    Map<String, String> texts = new LinkedHashMap<>();
    for (LimitOverride override : policies.overrides()) {
      texts.put(
          override.quota()
              + "."
              + override.limit()
              + ", override for "
              + override.subject().substring(0, 8),
          PolicyWords.capacity(override.capacity())
              + " until "
              + override.until()
              + ", "
              + override.reason());
    }
    return texts;
  }

  /** The order of plans matters, because an upgrade leads to the next plan. */
  private void orderOfPlans() {
    List<String> here = new ArrayList<>(before.plans().keySet());
    List<String> there = new ArrayList<>(after.plans().keySet());
    here.retainAll(after.plans().keySet());
    there.retainAll(before.plans().keySet());
    text("order of plans", String.join(", ", here), String.join(", ", there));
  }

  static Set<String> union(Set<String> one, Set<String> other) {
    Set<String> all = new LinkedHashSet<>(one);
    all.addAll(other);
    return all;
  }

  private static String zone(Policies policies) {
    return policies.defaultZone().map(ZoneId::getId).orElse("UTC");
  }

  private static String defaultPlan(Policies policies) {
    return policies.defaultPlan().map(Plan::name).orElse("none");
  }

  private void text(String what, String was, String is) {
    if (!was.equals(is)) {
      found.add(Difference.of(what, was, is));
    }
  }

  private void plan(String name, Optional<Plan> was, Optional<Plan> is) {
    String what = "plan " + name;
    if (was.isEmpty() || is.isEmpty()) {
      found.add(new Difference(what, Optional.empty(), was.map(it -> ""), is.map(it -> "")));
      return;
    }
    text(what + ", label", was.get().label(), is.get().label());
    text(what + ", labels", was.get().labels().toString(), is.get().labels().toString());
    text(what + ", actions", was.get().actions().toString(), is.get().actions().toString());
  }

  private void quota(
      String name, Optional<QuotaPolicy> was, Optional<QuotaPolicy> is, Set<String> plans) {
    if (was.isPresent() && is.isPresent()) {
      found.addAll(new QuotaDiff(was.get(), is.get(), plans).run());
    } else {
      found.add(
          new Difference(
              name, Optional.empty(), was.map(QuotaDiff::limits), is.map(QuotaDiff::limits)));
    }
  }
}
