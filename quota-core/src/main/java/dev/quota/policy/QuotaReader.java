package dev.quota.policy;

import dev.quota.internal.yaml.Mistakes;
import dev.quota.internal.yaml.Position;
import dev.quota.internal.yaml.YamlNode;
import dev.quota.internal.yaml.YamlNode.Mapping;
import dev.quota.internal.yaml.YamlNode.Pair;
import dev.quota.internal.yaml.YamlNode.Scalar;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Reads one quota. */
final class QuotaReader {

  static final List<String> KEYS =
      List.of(
          "label",
          "labels",
          "unit",
          "scope",
          "mode",
          "limits",
          "plans",
          "warn-at",
          "primary",
          "when-exhausted",
          "degraded-label",
          "degraded-labels",
          "degraded-model",
          "degrade-to",
          "grace",
          "overuse",
          "reservation",
          "on-store-failure",
          "show",
          "cost",
          "models",
          "usage-names",
          "unpriced",
          "estimate",
          "actions",
          "owner",
          "review-by");

  /** How numbers of shared limits are shown. */
  private enum Show {
    EXACT("exact"),
    ROUNDED("rounded");

    private final String text;

    Show(String text) {
      this.text = text;
    }

    String text() {
      return text;
    }
  }

  private final PlanNames plans;
  private final boolean wholeFile;
  private final Mistakes mistakes;
  private final LimitsReader limits;

  /** Creates the reader. If parts of the file were ignored, such as aliases, no quota is built. */
  QuotaReader(PlanNames plans, boolean wholeFile, Mistakes mistakes) {
    this.plans = plans;
    this.wholeFile = wholeFile;
    this.mistakes = mistakes;
    this.limits = new LimitsReader(mistakes);
  }

  /** Returns the quota, if it has no mistakes. */
  Optional<QuotaPolicy> read(Pair pair) {
    int before = mistakes.count();
    // The rest of a quota with a malformed name is checked with another name.
    Optional<QuotaPolicyBuilder> named = mistakes.read(pair.key(), QuotaPolicy::builder);
    QuotaPolicyBuilder quota = named.isPresent() ? named.get() : QuotaPolicy.builder("unnamed");
    Optional<Mapping> mapping =
        pair.value().asMapping("a quota must be a mapping with the key `limits`", mistakes);
    if (mapping.isPresent()) {
      read(new Section(mapping.get(), KEYS, mistakes), pair.key().at(), quota);
    }
    return wholeFile && mistakes.count() == before
        ? mistakes.attempt(pair.key().at(), quota::build)
        : Optional.empty();
  }

  private void read(Section section, Position name, QuotaPolicyBuilder quota) {
    section.read("label", quota::label);
    if (section.has("labels")) {
      quota.labels(labels(section, "labels"));
    }
    readCounting(section, quota);
    readLimits(section, name, quota);
    Optional<YamlNode> capacities = section.node("plans");
    if (capacities.isPresent()) {
      planCapacities(capacities.get(), quota);
    }
    Optional<YamlNode> thresholds = section.node("warn-at");
    if (thresholds.isPresent()) {
      warnAt(thresholds.get(), quota);
    }
    readRare(section, quota);
  }

  /** Reads what is counted, whose count it is, and whether it is enforced. */
  private void readCounting(Section section, QuotaPolicyBuilder quota) {
    Optional<YamlNode> unitNode = section.node("unit");
    if (unitNode.isPresent()) {
      Optional<Unit> unit = new UnitReader(mistakes).read(unitNode.get());
      if (unit.isPresent()) {
        quota.unit(unit.get());
      }
    }
    Optional<Scope> scope = section.word("scope", Scope.values(), Scope::text);
    if (scope.isPresent()) {
      quota.scope(scope.get());
    }
    Optional<Mode> mode = section.word("mode", Mode.values(), Mode::text);
    if (mode.isPresent()) {
      quota.mode(mode.get());
    }
  }

  private Map<Locale, String> labels(Section section, String key) {
    return new LabelsReader(mistakes)
        .read(section, key, text -> new Plan("any", text, List.of()).label());
  }

  /** Reads keys that few quotas have. Absent keys change nothing. */
  private void readRare(Section section, QuotaPolicyBuilder quota) {
    if (section.has("primary")) {
      section.scalar("primary").filter(limits::check).ifPresent(it -> quota.primary(it.text()));
    }
    if (section.has("when-exhausted")
        || section.has("degraded-label")
        || section.has("degraded-labels")
        || section.has("degraded-model")
        || section.has("degrade-to")) {
      whenExhausted(section, quota);
    }
    if (section.has("grace")) {
      grace(section, quota);
    }
    if (ReservationReader.QUOTA_KEYS.stream().anyMatch(section::has)) {
      new ReservationReader(section, quota, mistakes).read(countsUnits());
    }
    if (CostReader.KEYS.stream().anyMatch(section::has)) {
      new CostReader(section, quota, mistakes).read();
    }
    readSettings(section, quota);
  }

  private void readSettings(Section section, QuotaPolicyBuilder quota) {
    if (section.has("on-store-failure")) {
      section
          .word("on-store-failure", OnStoreFailure.values(), OnStoreFailure::text)
          .ifPresent(quota::onStoreFailure);
    }
    if (section.has("show")) {
      section
          .word("show", Show.values(), Show::text)
          .ifPresent(show -> quota.showExact(show == Show.EXACT));
    }
    if (section.has("actions")) {
      section.node("actions").ifPresent(node -> actions(node, quota));
    }
    if (section.has("owner")) {
      section.read("owner", quota::owner);
    }
    if (section.has("review-by")) {
      section.scalar("review-by").ifPresent(text -> reviewBy(text, quota));
    }
  }

  private void readLimits(Section section, Position name, QuotaPolicyBuilder quota) {
    Optional<YamlNode> node = section.node("limits");
    if (node.isPresent()) {
      limits.read(node.get());
    } else {
      mistakes.add(name, "the key `limits` is missing, such as `limits: 50 per calendar day`");
    }
    for (LimitPolicy limit : limits.limits()) {
      quota.limit(limit);
    }
  }

  private void warnAt(YamlNode node, QuotaPolicyBuilder quota) {
    List<LimitPolicy> warned = new ArrayList<>();
    for (LimitPolicy limit : limits.limits()) {
      if (limit.warnAt().isEmpty() && limit.window().kind() == LimitKind.BUDGET) {
        warned.add(limit);
      }
    }
    quota.warnAt(new ThresholdsReader(mistakes).read(node, warned));
  }

  private void whenExhausted(Section section, QuotaPolicyBuilder quota) {
    Optional<WhenExhausted> behaviour =
        section.word("when-exhausted", WhenExhausted.values(), WhenExhausted::text);
    behaviour.ifPresent(quota::whenExhausted);
    section.read("degraded-label", quota::degradedLabel);
    quota.degradedLabels(labels(section, "degraded-labels"));
    section.read("degraded-model", quota::degradedModel);
    section.read("degrade-to", quota::degradeTo);
    boolean isWrong = section.has("when-exhausted") && behaviour.isEmpty();
    boolean degrades = behaviour.filter(WhenExhausted.DEGRADE::equals).isPresent();
    for (String key :
        List.of("degraded-label", "degraded-labels", "degraded-model", "degrade-to")) {
      if (section.has(key) && !isWrong && !degrades) {
        mistakes.add(
            section.placeOf(key),
            "`" + key + "` is allowed only together with `when-exhausted: degrade`");
      }
    }
  }

  private void grace(Section section, QuotaPolicyBuilder quota) {
    section.read("grace", quota::grace);
    if (!countsUnits()) {
      mistakes.add(
          section.placeOf("grace"), "`grace` needs a limit that counts units to go beyond");
    }
  }

  private boolean countsUnits() {
    return limits.limits().isEmpty()
        || limits.limits().stream()
            .anyMatch(limit -> !(limit.window() instanceof LimitWindow.Concurrent));
  }

  private void planCapacities(YamlNode node, QuotaPolicyBuilder quota) {
    Optional<Mapping> byPlan =
        node.asMapping("`plans` must be a mapping such as {pro: {daily: 500}}", mistakes);
    if (byPlan.isPresent()) {
      for (Pair pair : byPlan.get().pairs()) {
        capacities(pair, quota);
      }
    }
  }

  private void capacities(Pair plan, QuotaPolicyBuilder quota) {
    boolean known = plans.check(plan.key(), mistakes);
    Optional<Mapping> byLimit =
        plan.value()
            .asMapping(
                "a plan must be a mapping of limits to capacities such as {daily: 500}", mistakes);
    if (byLimit.isEmpty()) {
      return;
    }
    for (Pair pair : byLimit.get().pairs()) {
      limits.check(pair.key());
      Optional<Scalar> text =
          pair.value().asScalar("a plan's capacity must be a number or unlimited", mistakes);
      Optional<Capacity> capacity =
          text.isPresent()
              ? mistakes.read(text.get(), words -> capacity(pair.key(), words))
              : Optional.empty();
      if (known && capacity.isPresent()) {
        quota.planCapacity(plan.key().text(), pair.key().text(), capacity.get());
      }
    }
  }

  private Capacity capacity(Scalar limit, String words) {
    Capacity capacity = LimitPhrase.parseCapacity(words);
    Optional<LimitPolicy> whole = limits.limit(limit.text());
    if (whole.isPresent()) {
      LimitsReader.checkExact(whole.get(), capacity);
    }
    return capacity;
  }

  private void actions(YamlNode node, QuotaPolicyBuilder quota) {
    Optional<Mapping> byPlan =
        node.asMapping(
            "`actions` of a quota must be a mapping of plans to lists such as {free: [{rel:"
                + " upgrade, label: See plans, href: /plans}]}",
            mistakes);
    for (Pair pair : byPlan.map(Mapping::pairs).orElse(List.of())) {
      boolean known = plans.check(pair.key(), mistakes);
      List<Action> actions = new ActionsReader(mistakes).read(pair.value());
      if (known) {
        quota.actions(pair.key().text(), actions);
      }
    }
  }

  private void reviewBy(Scalar text, QuotaPolicyBuilder quota) {
    try {
      quota.reviewBy(LocalDate.parse(text.text()));
    } catch (DateTimeException e) {
      mistakes.add(text.at(), "review-by must be a date such as 2027-06-30, was " + text.kind());
    }
  }
}
