package dev.quota.tool.diff;

import dev.quota.policy.Capacity;
import dev.quota.policy.LimitKind;
import dev.quota.policy.LimitPolicy;
import dev.quota.policy.LimitWindow;
import dev.quota.policy.QuotaPolicy;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Finds the differences between two policies of one quota. */
final class QuotaDiff {

  private static final Map<String, Function<QuotaPolicy, Object>> KEYS = keys();

  private final QuotaPolicy before;
  private final QuotaPolicy after;
  private final Set<String> plans;
  private final List<Difference> found = new ArrayList<>();

  QuotaDiff(QuotaPolicy before, QuotaPolicy after, Set<String> plans) {
    this.before = before;
    this.after = after;
    this.plans = plans;
  }

  private static Map<String, Function<QuotaPolicy, Object>> keys() {
    Map<String, Function<QuotaPolicy, Object>> keys = new LinkedHashMap<>();
    keys.put("warn-at", policy -> PolicyWords.thresholds(policy.warnAt()));
    keys.put("when-exhausted", policy -> lower(policy.whenExhausted()));
    keys.put("degrade-to", policy -> policy.degradeTo().orElse("none"));
    keys.put("grace", policy -> PolicyWords.grace(policy.grace()));
    keys.put("overuse", policy -> lower(policy.overuse()));
    keys.put("reservation", policy -> PolicyWords.reservation(policy.reservation()));
    keys.put("on-store-failure", policy -> lower(policy.onStoreFailure()));
    keys.put("cost", policy -> policy.cost().orElse("fixed"));
    keys.put("usual cost", QuotaPolicy::usualCost);
    keys.put("usage-names", QuotaPolicy::usageNames);
    keys.put("show", policy -> policy.showExact() ? "exact" : "rounded");
    keys.put("primary", policy -> policy.primary().orElse("none"));
    keys.put("unit", policy -> PolicyWords.unit(policy.unit()));
    keys.put("words of the unit", policy -> new TreeMap<>(texts(policy.unit().words())));
    keys.put("label", QuotaPolicy::label);
    keys.put("labels", policy -> new TreeMap<>(texts(policy.labels())));
    keys.put("degraded-label", policy -> policy.degradedLabel().orElse("none"));
    keys.put("degraded-model", policy -> policy.degradedModel().orElse("none"));
    keys.put("degraded-labels", policy -> new TreeMap<>(texts(policy.degradedLabels())));
    keys.put("actions", policy -> new TreeMap<>(policy.planActions()));
    keys.put("owner", policy -> policy.owner().orElse("none"));
    keys.put("review-by", policy -> policy.reviewBy().map(Object::toString).orElse("none"));
    return keys;
  }

  private static String lower(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  private static Map<String, String> texts(Map<Locale, ?> byLanguage) {
    Map<String, String> texts = new TreeMap<>();
    byLanguage.forEach((language, text) -> texts.put(language.toLanguageTag(), text.toString()));
    return texts;
  }

  static String limits(QuotaPolicy policy) {
    return policy.limits().stream()
        .map(limit -> limit.name() + ": " + PolicyWords.limit(limit, policy.scope()))
        .collect(Collectors.joining(", "));
  }

  List<Difference> run() {
    Map<String, LimitPolicy> was = byName(before);
    Map<String, LimitPolicy> is = byName(after);
    for (String name : PolicyDiff.union(was.keySet(), is.keySet())) {
      limit(name, Optional.ofNullable(was.get(name)), Optional.ofNullable(is.get(name)));
    }
    text("order of limits", common(was, is), common(is, was));
    KEYS.forEach((key, value) -> text(key, value.apply(before), value.apply(after)));
    models();
    if (found.isEmpty() && !before.equals(after)) {
      text("scope", before.scope().text(), after.scope().text());
      text("mode", before.mode().text(), after.mode().text());
      capacitiesOfUnknownPlans();
    }
    if (found.isEmpty() && !before.equals(after)) {
      // A part that this class does not know must not look equal.
      found.add(Difference.of(before.name(), "other settings", "changed"));
    }
    return found;
  }

  private static Map<String, LimitPolicy> byName(QuotaPolicy policy) {
    Map<String, LimitPolicy> limits = new LinkedHashMap<>();
    policy.limits().forEach(limit -> limits.put(limit.name(), limit));
    return limits;
  }

  private static String common(Map<String, LimitPolicy> limits, Map<String, LimitPolicy> other) {
    return limits.keySet().stream().filter(other::containsKey).collect(Collectors.joining(", "));
  }

  private void text(String key, Object was, Object is) {
    if (!was.equals(is)) {
      found.add(Difference.of(before.name() + ", " + key, was.toString(), is.toString()));
    }
  }

  private void limit(String name, Optional<LimitPolicy> was, Optional<LimitPolicy> is) {
    String what = before.name() + "." + name;
    if (was.isEmpty() || is.isEmpty()) {
      found.add(
          new Difference(
              what,
              Optional.empty(),
              was.map(limit -> PolicyWords.limit(limit, before.scope())),
              is.map(limit -> PolicyWords.limit(limit, after.scope()))));
      return;
    }
    LimitPolicy old = was.get();
    LimitPolicy now = is.get();
    capacities(what, old, now);
    limitText(
        what + ", window", PolicyWords.window(old.window()), PolicyWords.window(now.window()));
    limitText(
        what + ", scope",
        old.scope().orElse(before.scope()).text(),
        now.scope().orElse(after.scope()).text());
    limitText(what + ", mode", mode(before, old), mode(after, now));
    if (!old.warnAt().equals(now.warnAt())) {
      limitText(what + ", warn-at", thresholds(before, old), thresholds(after, now));
    }
    concurrent(what, old.window(), now.window());
    limitText(what + ", rollover", rollover(old), rollover(now));
    limitText(what + ", label", old.label().orElse("none"), now.label().orElse("none"));
    limitText(what + ", labels", texts(old.labels()), texts(now.labels()));
  }

  private static String mode(QuotaPolicy policy, LimitPolicy limit) {
    return limit.mode().orElse(policy.mode()).text();
  }

  private static String rollover(LimitPolicy limit) {
    return limit.rollover().map(share -> share.percent() + "%").orElse("none");
  }

  private void limitText(String what, Object was, Object is) {
    if (!was.equals(is)) {
      found.add(Difference.of(what, was.toString(), is.toString()));
    }
  }

  private static String thresholds(QuotaPolicy policy, LimitPolicy limit) {
    return limit
        .warnAt()
        .map(PolicyWords::thresholds)
        .orElseGet(
            () ->
                limit.window().kind() == LimitKind.BUDGET
                    ? PolicyWords.thresholds(policy.warnAt())
                    : "[]");
  }

  private void concurrent(String what, LimitWindow was, LimitWindow is) {
    if (was instanceof LimitWindow.Concurrent old && is instanceof LimitWindow.Concurrent now) {
      limitText(what + ", lease", old.lease(), now.lease());
      limitText(what + ", max-duration", old.maxDuration(), now.maxDuration());
    }
  }

  private void capacities(String what, LimitPolicy old, LimitPolicy now) {
    List<Difference> byPlan = new ArrayList<>();
    for (String plan : plans) {
      String was = PolicyWords.capacity(capacity(before, old, plan));
      String is = PolicyWords.capacity(capacity(after, now, plan));
      if (!was.equals(is)) {
        byPlan.add(new Difference(what, Optional.of(plan), Optional.of(was), Optional.of(is)));
      }
    }
    if (plans.isEmpty()) {
      limitText(what, PolicyWords.capacity(old.capacity()), PolicyWords.capacity(now.capacity()));
    }
    found.addAll(byPlan);
  }

  private static Capacity capacity(QuotaPolicy policy, LimitPolicy limit, String plan) {
    return policy
        .planCapacities()
        .getOrDefault(plan, Map.of())
        .getOrDefault(limit.name(), limit.capacity());
  }

  private void models() {
    Map<String, String> was = before.modelCosts();
    Map<String, String> is = after.modelCosts();
    for (String model :
        new TreeMap<>(
                PolicyDiff.union(was.keySet(), is.keySet()).stream()
                    .collect(Collectors.toMap(name -> name, name -> name)))
            .keySet()) {
      if (!Objects.equals(was.get(model), is.get(model))) {
        found.add(
            new Difference(
                before.name() + ", model " + model,
                Optional.empty(),
                Optional.ofNullable(was.get(model)),
                Optional.ofNullable(is.get(model))));
      }
    }
  }

  /** Adds changed base capacities. If every plan overrides one, no other line shows it. */
  private void capacitiesOfUnknownPlans() {
    for (LimitPolicy old : before.limits()) {
      byName(after).values().stream()
          .filter(now -> now.name().equals(old.name()) && !now.capacity().equals(old.capacity()))
          .forEach(
              now ->
                  limitText(
                      before.name() + "." + old.name(),
                      PolicyWords.capacity(old.capacity()),
                      PolicyWords.capacity(now.capacity())));
    }
  }
}
