package dev.quota.policy;

import dev.quota.Plan;
import dev.quota.Policies;
import dev.quota.policy.YamlNode.Mapping;
import dev.quota.policy.YamlNode.Pair;
import dev.quota.policy.YamlNode.Scalar;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;

/** Reads a whole file. */
final class PoliciesReader {

  static final List<String> KEYS =
      List.of("version", "default-plan", "default-zone", "plans", "quotas");

  static final List<String> PLAN_KEYS = List.of("label", "actions");

  private final Mistakes mistakes;
  private final Policies.Builder policies = Policies.builder();
  private final PlanNames plans = new PlanNames();
  private final boolean wholeFile;

  PoliciesReader(Mistakes mistakes) {
    this.mistakes = mistakes;
    this.wholeFile = mistakes.count() == 0;
  }

  /** Returns the policies, if nothing in the file is wrong. */
  Optional<Policies> read(YamlNode root) {
    return root.asMapping("a policy file must be a mapping with the key `version`", mistakes)
        .flatMap(mapping -> read(new Section(mapping, KEYS, mistakes), mapping.at()));
  }

  private Optional<Policies> read(Section file, Position start) {
    file.required("version", start, "version: 1").ifPresent(this::checkVersion);
    file.node("plans").ifPresent(this::readPlans);
    file.scalar("default-plan")
        .filter(plan -> plans.check(plan, mistakes))
        .ifPresent(plan -> policies.defaultPlan(plan.text()));
    file.scalar("default-zone").flatMap(this::zone).ifPresent(policies::defaultZone);
    file.node("quotas")
        .flatMap(node -> node.asMapping("`quotas` must be a mapping of names", mistakes))
        .ifPresent(this::quotas);
    return mistakes.count() > 0 ? Optional.empty() : mistakes.attempt(start, policies::build);
  }

  private void checkVersion(Scalar version) {
    if (!version.text().equals("1")) {
      mistakes.add(version.at(), "version must be 1, was " + Shown.text(version.text()));
    }
  }

  private void readPlans(YamlNode node) {
    node.asMapping("`plans` must be a mapping such as {free: {label: Free}}", mistakes)
        .ifPresentOrElse(mapping -> mapping.pairs().forEach(this::plan), plans::incomplete);
  }

  private void plan(Pair pair) {
    Optional<Plan> named = mistakes.read(pair.key(), Plan::of);
    plans.add(pair.key(), named.isPresent());
    // The rest of a plan with a malformed name is checked under another.
    Plan plan = named.orElseGet(() -> Plan.of("unnamed"));
    if (pair.value() instanceof Scalar scalar && scalar.isEmpty()) {
      named.ifPresent(policies::plan);
      return;
    }
    pair.value()
        .asMapping("a plan must be a mapping such as {label: Free}", mistakes)
        .map(mapping -> new Section(mapping, PLAN_KEYS, mistakes))
        .map(section -> plan(plan, section))
        .filter(complete -> named.isPresent())
        .ifPresent(policies::plan);
  }

  private Plan plan(Plan plan, Section section) {
    Plan labelled =
        section.read("label", label -> new Plan(plan.name(), label, List.of())).orElse(plan);
    return section
        .node("actions")
        .map(node -> new ActionsReader(mistakes).read(node))
        .map(actions -> new Plan(plan.name(), labelled.label(), actions))
        .orElse(labelled);
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

  private void quotas(Mapping quotas) {
    for (Pair pair : quotas.pairs()) {
      new QuotaReader(plans, wholeFile, mistakes).read(pair).ifPresent(policies::quota);
    }
  }
}
