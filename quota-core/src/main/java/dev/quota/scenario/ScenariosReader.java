package dev.quota.scenario;

import dev.quota.internal.text.Shown;
import dev.quota.internal.yaml.Mistakes;
import dev.quota.internal.yaml.Position;
import dev.quota.internal.yaml.YamlNode;
import dev.quota.internal.yaml.YamlNode.Mapping;
import dev.quota.internal.yaml.YamlNode.Pair;
import dev.quota.policy.BillingAnchor;
import dev.quota.policy.Scope;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.IllformedLocaleException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Reads the scenarios of a file. Not thread-safe. */
final class ScenariosReader {

  private static final List<String> FILE_KEYS = List.of("version", "scenarios");
  private static final List<String> KEYS =
      List.of(
          "plan",
          "zone",
          "language",
          "org",
          "team",
          "conversation",
          "billing-anchor",
          "team-billing-anchor",
          "org-billing-anchor",
          "start",
          "steps");
  private static final String USUAL_START = "2026-01-15 12:00";

  private final String file;
  private final Mistakes mistakes;

  ScenariosReader(String file, Mistakes mistakes) {
    this.file = file;
    this.mistakes = mistakes;
  }

  List<Scenario> read(YamlNode root) {
    Optional<Mapping> mapping =
        root.asMapping("a file of scenarios must be a mapping with the key `scenarios`", mistakes);
    if (mapping.isEmpty()) {
      return List.of();
    }
    if (!isPolicyFile(mapping.get())) {
      Keys keys = new Keys(mapping.get(), FILE_KEYS, mistakes);
      requireVersion(keys);
    }
    List<Scenario> all = new ArrayList<>();
    for (Pair pair : mapping.get().pairs()) {
      if (pair.key().text().equals("scenarios")) {
        pair.value()
            .asMapping("`scenarios` must be a mapping of what they are about", mistakes)
            .ifPresent(scenarios -> scenarios.pairs().forEach(one -> scenario(one, all)));
      }
    }
    return List.copyOf(all);
  }

  /** Returns whether this is a policy file, whose keys are checked elsewhere. */
  private static boolean isPolicyFile(Mapping mapping) {
    return mapping.pairs().stream()
        .map(pair -> pair.key().text())
        .anyMatch(List.of("quotas", "plans", "default-plan", "default-zone")::contains);
  }

  private void requireVersion(Keys keys) {
    Optional<String> version = keys.text("version");
    if (version.isEmpty() || !version.get().equals("1")) {
      keys.mistake("version", "version must be 1, such as `version: 1`");
    }
  }

  private void scenario(Pair pair, List<Scenario> all) {
    Optional<Mapping> mapping =
        pair.value().asMapping("a scenario must be a mapping with the key `steps`", mistakes);
    if (mapping.isEmpty()) {
      return;
    }
    Keys keys = new Keys(mapping.get(), KEYS, mistakes);
    Optional<ZoneId> zone = keys.read("zone", ScenariosReader::zone);
    Locale language = keys.read("language", ScenariosReader::language).orElse(Locale.ENGLISH);
    Moments moments = new Moments(zone.orElse(ZoneOffset.UTC));
    Instant start = keys.read("start", moments::parse).orElseGet(() -> moments.parse(USUAL_START));
    Scenario.Given given =
        new Scenario.Given(keys.text("plan"), zone, language, groups(keys), anchors(keys), start);
    if (!keys.has("steps")) {
      mistakes.add(pair.key().at(), "the key `steps` is missing");
    }
    List<ScenarioStep> steps = new ArrayList<>();
    keys.node("steps")
        .flatMap(node -> node.asSequence("`steps` must be a list", mistakes))
        .ifPresent(
            list -> {
              requireSteps(list.items(), list.at());
              StepReader reader = new StepReader(moments, language, start, mistakes);
              list.items().forEach(item -> reader.read(item).ifPresent(steps::add));
            });
    all.add(new Scenario(file, pair.key().at().line(), pair.key().text(), given, steps));
  }

  /** Reports a scenario without steps, which would always pass. */
  private void requireSteps(List<YamlNode> items, Position at) {
    if (items.isEmpty()) {
      mistakes.add(at, "`steps` must have at least one step");
    }
  }

  private static Map<Scope, String> groups(Keys keys) {
    Map<Scope, String> groups = new EnumMap<>(Scope.class);
    for (Scope scope : List.of(Scope.ORG, Scope.TEAM, Scope.CONVERSATION)) {
      keys.text(scope.text()).ifPresent(id -> groups.put(scope, id));
    }
    return groups;
  }

  private static Map<Scope, BillingAnchor> anchors(Keys keys) {
    Map<Scope, BillingAnchor> anchors = new EnumMap<>(Scope.class);
    for (Scope scope : List.of(Scope.USER, Scope.TEAM, Scope.ORG)) {
      String key = (scope == Scope.USER ? "" : scope.text() + "-") + "billing-anchor";
      keys.read(key, BillingAnchor::parse).ifPresent(anchor -> anchors.put(scope, anchor));
    }
    return anchors;
  }

  private static ZoneId zone(String text) {
    try {
      return ZoneId.of(text);
    } catch (DateTimeException e) {
      throw new IllegalArgumentException("unknown time zone " + Shown.text(text), e);
    }
  }

  static Locale language(String text) {
    try {
      return new Locale.Builder().setLanguageTag(text).build();
    } catch (IllformedLocaleException e) {
      throw new IllegalArgumentException(
          "language must be a tag such as de or pt-BR, was " + Shown.text(text), e);
    }
  }
}
