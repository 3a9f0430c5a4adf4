package dev.quota.policy;

import dev.quota.internal.text.Shown;
import dev.quota.internal.yaml.Mistakes;
import dev.quota.internal.yaml.Position;
import dev.quota.internal.yaml.YamlNode;
import dev.quota.internal.yaml.YamlNode.Mapping;
import dev.quota.internal.yaml.YamlNode.Pair;
import dev.quota.internal.yaml.YamlNode.Scalar;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads a whole policy file. */
final class PoliciesReader {

  static final List<String> KEYS =
      List.of(
          "version", "default-plan", "default-zone", "plans", "quotas", "overrides", "scenarios");

  static final List<String> PLAN_KEYS = List.of("label", "labels", "actions");

  private final Mistakes mistakes;
  private final Policies.Builder policies = Policies.builder();
  private final PlanNames plans = new PlanNames();
  private final boolean wholeFile;

  PoliciesReader(Mistakes mistakes) {
    this.mistakes = mistakes;
    this.wholeFile = mistakes.count() == 0;
  }

  /** Returns the policies, if the file has no mistakes. */
  Optional<Policies> read(YamlNode root) {
    Optional<Mapping> file =
        root.asMapping("a policy file must be a mapping with the key `version`", mistakes);
    return file.isPresent()
        ? read(new Section(file.get(), KEYS, mistakes), file.get().at())
        : Optional.empty();
  }

  private Optional<Policies> read(Section file, Position start) {
    Optional<Scalar> version = file.required("version", start, "version: 1");
    if (version.isPresent()) {
      checkVersion(version.get());
    }
    Optional<YamlNode> plansNode = file.node("plans");
    if (plansNode.isPresent()) {
      readPlans(plansNode.get());
    }
    Optional<Scalar> defaultPlan = file.scalar("default-plan");
    if (defaultPlan.isPresent() && plans.check(defaultPlan.get(), mistakes)) {
      policies.defaultPlan(defaultPlan.get().text());
    }
    Optional<Scalar> zone = file.scalar("default-zone");
    if (zone.isPresent()) {
      zone(zone.get()).ifPresent(policies::defaultZone);
    }
    Optional<YamlNode> quotas = file.node("quotas");
    if (quotas.isPresent()) {
      readQuotas(quotas.get());
    }
    Optional<YamlNode> overrides = file.node("overrides");
    if (overrides.isPresent()) {
      new OverridesReader(policies.quotas(), mistakes).read(overrides.get(), policies);
    }
    return mistakes.count() > 0 ? Optional.empty() : mistakes.attempt(start, policies::build);
  }

  private void checkVersion(Scalar version) {
    if (!version.text().equals("1")) {
      mistakes.add(version.at(), "version must be 1, was " + Shown.text(version.text()));
    }
  }

  private void readPlans(YamlNode node) {
    Optional<Mapping> mapping =
        node.asMapping("`plans` must be a mapping such as {free: {label: Free}}", mistakes);
    if (mapping.isEmpty()) {
      plans.incomplete();
      return;
    }
    for (Pair pair : mapping.get().pairs()) {
      plan(pair);
    }
  }

  private void plan(Pair pair) {
    Optional<Plan> named = mistakes.read(pair.key(), Plan::of);
    plans.add(pair.key(), named.isPresent());
    // The rest of a plan with a malformed name is checked with another name.
    Plan plan = named.isPresent() ? named.get() : Plan.of("unnamed");
    Optional<Plan> complete = named;
    if (!(pair.value() instanceof Scalar scalar && scalar.isEmpty())) {
      Optional<Mapping> mapping =
          pair.value().asMapping("a plan must be a mapping such as {label: Free}", mistakes);
      complete =
          mapping.isPresent()
              ? Optional.of(plan(plan, new Section(mapping.get(), PLAN_KEYS, mistakes)))
              : Optional.empty();
    }
    if (named.isPresent() && complete.isPresent()) {
      policies.plan(complete.get());
    }
  }

  private Plan plan(Plan plan, Section section) {
    Plan labelled =
        section.read("label", label -> new Plan(plan.name(), label, List.of())).orElse(plan);
    Map<Locale, String> labels =
        new LabelsReader(mistakes)
            .read(section, "labels", text -> new Plan(plan.name(), text, List.of()).label());
    List<Action> actions =
        section.node("actions").map(new ActionsReader(mistakes)::read).orElseGet(List::of);
    return new Plan(plan.name(), labelled.label(), actions, labels);
  }

  private Optional<ZoneId> zone(Scalar text) {
    try {
      return Optional.of(ZoneId.of(text.text()));
    } catch (DateTimeException e) {
      String meant =
          Words.closest(text.text(), ZoneId.getAvailableZoneIds())
              .map(zone -> "did you mean `" + zone + "`?")
              .orElse("expected a name such as Europe/Berlin or UTC");
      mistakes.add(text.at(), "unknown time zone " + Shown.text(text.text()) + ", " + meant);
      return Optional.empty();
    }
  }

  private void readQuotas(YamlNode node) {
    Optional<Mapping> quotas = node.asMapping("`quotas` must be a mapping of names", mistakes);
    if (quotas.isEmpty()) {
      return;
    }
    Set<String> names = new LinkedHashSet<>();
    for (Pair pair : quotas.get().pairs()) {
      names.add(pair.key().text());
    }
    Set<String> degrading = new LinkedHashSet<>();
    for (Pair pair : quotas.get().pairs()) {
      if (target(pair).isPresent()) {
        degrading.add(pair.key().text());
      }
    }
    for (Pair pair : quotas.get().pairs()) {
      Optional<Scalar> target = target(pair);
      if (target.isPresent()) {
        checkTarget(pair.key().text(), target.get(), names, degrading);
      }
      Optional<QuotaPolicy> quota = new QuotaReader(plans, wholeFile, mistakes).read(pair);
      if (quota.isPresent()) {
        policies.quota(quota.get());
      }
    }
  }

  /** Returns the quota that another degrades to. */
  private static Optional<Scalar> target(Pair quota) {
    if (quota.value() instanceof Mapping mapping) {
      for (Pair pair : mapping.pairs()) {
        if (pair.key().text().equals("degrade-to") && pair.value() instanceof Scalar target) {
          return Optional.of(target);
        }
      }
    }
    return Optional.empty();
  }

  private void checkTarget(String quota, Scalar target, Set<String> names, Set<String> degrading) {
    if (!names.contains(target.text())) {
      mistakes.add(target.at(), Words.unknown("quota", target.text(), names));
    } else if (degrading.contains(target.text()) && !quota.equals(target.text())) {
      mistakes.add(
          target.at(),
          "quota `" + target.text() + "` degrades to another one itself; one step is allowed");
    }
  }
}
