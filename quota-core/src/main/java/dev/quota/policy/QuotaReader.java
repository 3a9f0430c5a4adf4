package dev.quota.policy;

import dev.quota.Action;
import dev.quota.LimitKind;
import dev.quota.LimitPolicy;
import dev.quota.QuotaPolicy;
import dev.quota.WhenExhausted;
import dev.quota.internal.LimitPhrase;
import dev.quota.policy.YamlNode.Mapping;
import dev.quota.policy.YamlNode.Pair;
import dev.quota.policy.YamlNode.Scalar;
import dev.quota.spi.Capacity;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;

/** Reads one quota. */
final class QuotaReader {

  static final List<String> KEYS =
      List.of(
          "label",
          "unit",
          "scope",
          "limits",
          "plans",
          "warn-at",
          "primary",
          "when-exhausted",
          "degraded-label",
          "show",
          "cost",
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

  /** Reads; where parts of the file were passed over, such as aliases, no quota can be made. */
  QuotaReader(PlanNames plans, boolean wholeFile, Mistakes mistakes) {
    this.plans = plans;
    this.wholeFile = wholeFile;
    this.mistakes = mistakes;
    this.limits = new LimitsReader(mistakes);
  }

  /** Returns the quota, if nothing in it is wrong. */
  Optional<QuotaPolicy> read(Pair pair) {
    int before = mistakes.count();
    // The rest of a quota with a malformed name is checked under another.
    QuotaPolicy.Builder quota =
        mistakes
            .read(pair.key(), QuotaPolicy::builder)
            .orElseGet(() -> QuotaPolicy.builder("unnamed"));
    pair.value()
        .asMapping("a quota must be a mapping with the key `limits`", mistakes)
        .map(mapping -> new Section(mapping, KEYS, mistakes))
        .ifPresent(section -> read(section, pair.key().at(), quota));
    return wholeFile && mistakes.count() == before
        ? mistakes.attempt(pair.key().at(), quota::build)
        : Optional.empty();
  }

  private void read(Section section, Position name, QuotaPolicy.Builder quota) {
    section.read("label", quota::label);
    section.node("unit").flatMap(new UnitReader(mistakes)::read).ifPresent(quota::unit);
    new ScopeReader(mistakes).read(section).ifPresent(quota::scope);
    readLimits(section, name, quota);
    section.node("plans").ifPresent(node -> planCapacities(node, quota));
    section.node("warn-at").ifPresent(node -> warnAt(node, quota));
    section.scalar("primary").filter(limits::check).ifPresent(it -> quota.primary(it.text()));
    whenExhausted(section, quota);
    section
        .word("show", Show.values(), Show::text)
        .ifPresent(show -> quota.showExact(show == Show.EXACT));
    section.scalar("cost").ifPresent(text -> cost(text, quota));
    section.node("actions").ifPresent(node -> actions(node, quota));
    section.read("owner", quota::owner);
    section.scalar("review-by").ifPresent(text -> reviewBy(text, quota));
  }

  private void readLimits(Section section, Position name, QuotaPolicy.Builder quota) {
    if (section.has("limits")) {
      section.node("limits").ifPresent(limits::read);
    } else {
      mistakes.add(name, "the key `limits` is missing, such as `limits: 50 per calendar day`");
    }
    limits.limits().forEach(quota::limit);
  }

  private void warnAt(YamlNode node, QuotaPolicy.Builder quota) {
    List<LimitPolicy> warned =
        limits.limits().stream()
            .filter(limit -> limit.warnAt().isEmpty())
            .filter(limit -> limit.window().kind() == LimitKind.BUDGET)
            .toList();
    quota.warnAt(new ThresholdsReader(mistakes).read(node, warned));
  }

  private void whenExhausted(Section section, QuotaPolicy.Builder quota) {
    Optional<WhenExhausted> behaviour =
        section.word("when-exhausted", WhenExhausted.values(), WhenExhausted::text);
    behaviour.ifPresent(quota::whenExhausted);
    section.read("degraded-label", quota::degradedLabel);
    boolean isWrong = section.has("when-exhausted") && behaviour.isEmpty();
    if (section.has("degraded-label")
        && !isWrong
        && behaviour.filter(WhenExhausted.DEGRADE::equals).isEmpty()) {
      mistakes.add(
          section.placeOf("degraded-label"),
          "`degraded-label` is allowed only together with `when-exhausted: degrade`");
    }
  }

  private void planCapacities(YamlNode node, QuotaPolicy.Builder quota) {
    node.asMapping("`plans` must be a mapping such as {pro: {daily: 500}}", mistakes)
        .ifPresent(mapping -> mapping.pairs().forEach(pair -> capacities(pair, quota)));
  }

  private void capacities(Pair plan, QuotaPolicy.Builder quota) {
    boolean known = plans.check(plan.key(), mistakes);
    Optional<Mapping> byLimit =
        plan.value()
            .asMapping(
                "a plan must be a mapping of limits to capacities such as {daily: 500}", mistakes);
    for (Pair pair : byLimit.map(Mapping::pairs).orElse(List.of())) {
      limits.check(pair.key());
      pair.value()
          .asScalar("a plan's capacity must be a number or unlimited", mistakes)
          .flatMap(text -> mistakes.read(text, words -> capacity(pair.key(), words)))
          .filter(capacity -> known)
          .ifPresent(
              capacity -> quota.planCapacity(plan.key().text(), pair.key().text(), capacity));
    }
  }

  private Capacity capacity(Scalar limit, String words) {
    Capacity capacity = LimitPhrase.parseCapacity(words);
    limits.limit(limit.text()).ifPresent(whole -> LimitsReader.checkExact(whole, capacity));
    return capacity;
  }

  private void cost(Scalar text, QuotaPolicy.Builder quota) {
    if (text.text().matches("-?\\d{1,18}")) {
      mistakes.read(text, digits -> quota.usualCost(Long.parseLong(digits)));
    } else if (text.text().matches(".*[A-Za-z(*/+].*")) {
      mistakes.add(
          text.at(),
          "cost must be a whole number such as 1; costs that are computed are not supported yet,"
              + " was "
              + text.kind());
    } else {
      mistakes.add(text.at(), "cost must be a whole number such as 1, was " + text.kind());
    }
  }

  private void actions(YamlNode node, QuotaPolicy.Builder quota) {
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

  private void reviewBy(Scalar text, QuotaPolicy.Builder quota) {
    try {
      quota.reviewBy(LocalDate.parse(text.text()));
    } catch (DateTimeException e) {
      mistakes.add(text.at(), "review-by must be a date such as 2027-06-30, was " + text.kind());
    }
  }
}
