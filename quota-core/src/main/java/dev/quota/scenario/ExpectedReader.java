package dev.quota.scenario;

import dev.quota.Level;
import dev.quota.internal.yaml.Mistakes;
import dev.quota.internal.yaml.Position;
import dev.quota.internal.yaml.YamlNode;
import dev.quota.internal.yaml.YamlNode.Mapping;
import dev.quota.internal.yaml.YamlNode.Scalar;
import dev.quota.scenario.ScenarioStep.Expected;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/** Reads the expectations of a step. Not thread-safe. */
final class ExpectedReader {

  static final List<String> KEYS =
      List.of(
          "result",
          "quota",
          "level",
          "remaining",
          "used",
          "limit",
          "code",
          "wait",
          "resets",
          "sentence",
          "shadow");

  /** What can be expected of the shadow: what a state says. */
  private static final List<String> SHADOW_KEYS =
      KEYS.stream().filter(key -> !List.of("quota", "shadow").contains(key)).toList();

  private static final List<String> RESULTS = List.of("allowed", "degraded", "refused");

  private final ZoneId zone;
  private final Locale language;
  private final Mistakes mistakes;
  private final List<Expected> found = new ArrayList<>();

  ExpectedReader(ZoneId zone, Locale language, Mistakes mistakes) {
    this.zone = zone;
    this.language = language;
    this.mistakes = mistakes;
  }

  /** Returns the expectations. A charge without an expected result must be allowed. */
  List<Expected> read(Keys step, boolean charged, Position at) {
    Optional<YamlNode> node = step.node("expect");
    if (node.isEmpty()) {
      if (charged) {
        found.add(new Expected(at.line(), "result", "allowed", Outcome::result));
      } else {
        mistakes.add(at, "a step that checks must have the key `expect`");
      }
    } else if (node.get() instanceof Scalar scalar) {
      mistakes
          .read(scalar, text -> word("result", text, RESULTS))
          .ifPresent(result -> result(scalar.at().line(), result));
    } else {
      node.get()
          .asMapping("`expect` must be a result, or a mapping of expectations", mistakes)
          .ifPresent(mapping -> all(new Keys(mapping, KEYS, mistakes), mapping));
    }
    return List.copyOf(found);
  }

  private void result(int line, String result) {
    found.add(new Expected(line, "result", result, Outcome::result));
  }

  private void all(Keys keys, Mapping mapping) {
    Optional<String> quota = keys.text("quota");
    keys.read("result", text -> word("result", text, RESULTS))
        .ifPresent(text -> result(keys.lineOf("result"), text));
    List<String> levels = Arrays.stream(Level.values()).map(Level::text).toList();
    one(keys, "level", text -> word("level", text, levels), outcome -> outcome.level(quota));
    byLimit(keys, "remaining", limit -> outcome -> outcome.remaining(quota, limit));
    byLimit(keys, "used", limit -> outcome -> outcome.used(quota, limit));
    one(keys, "limit", text -> text, outcome -> outcome.limit(quota));
    one(keys, "code", text -> text, outcome -> outcome.code(quota));
    one(keys, "wait", ExpectedReader::waitTime, outcome -> outcome.waitTime(quota));
    one(keys, "resets", this::resets, outcome -> outcome.resets(quota, keys.text("limit"), zone));
    sentences(keys, quota);
    shadow(keys, quota);
    if (found.isEmpty()) {
      mistakes.add(mapping.at(), "`expect` must expect something");
    }
  }

  private String resets(String text) {
    return text.equals(Outcome.NONE)
        ? text
        : new Moments(zone).parse(text).atZone(zone).toLocalDateTime().toString();
  }

  /** Reads what limits in shadow mode would have said, had they been enforced. */
  private void shadow(Keys keys, Optional<String> quota) {
    Optional<YamlNode> node = keys.node("shadow");
    if (node.isEmpty()) {
      return;
    }
    ExpectedReader reader = new ExpectedReader(zone, language, mistakes);
    if (node.get() instanceof Scalar scalar) {
      mistakes
          .read(scalar, text -> word("shadow", text, RESULTS))
          .ifPresent(result -> reader.result(scalar.at().line(), result));
    } else {
      node.get()
          .asMapping("`shadow` must be a result, or a mapping of expectations", mistakes)
          .ifPresent(mapping -> reader.all(new Keys(mapping, SHADOW_KEYS, mistakes), mapping));
    }
    reader.found.forEach(each -> found.add(ofShadow(each, quota)));
  }

  private static Expected ofShadow(Expected expected, Optional<String> quota) {
    return new Expected(
        expected.line(),
        "shadow: " + expected.what(),
        expected.value(),
        expected.what().equals("result")
            ? outcome -> outcome.shadowResult(quota)
            : outcome -> expected.actual().apply(outcome.shadow(quota)));
  }

  private void one(
      Keys keys, String key, Function<String, String> value, Function<Outcome, String> actual) {
    keys.read(key, value)
        .ifPresent(text -> found.add(new Expected(keys.lineOf(key), key, text, actual)));
  }

  private static String word(String what, String text, List<String> allowed) {
    if (!allowed.contains(text)) {
      throw new IllegalArgumentException(
          what + " must be one of " + String.join(", ", allowed) + ", was \"" + text + "\"");
    }
    return text;
  }

  private static String number(String text) {
    return text.equals("unlimited") ? text : Long.toString(StepReader.units(text));
  }

  private static String waitTime(String text) {
    return text.equals("never") || text.equals("none")
        ? text
        : DurationWords.print(DurationWords.parse(text));
  }

  /** Reads a number about the meter, or a mapping with numbers by the names of limits. */
  private void byLimit(
      Keys keys, String key, Function<Optional<String>, Function<Outcome, String>> actual) {
    Optional<YamlNode> node = keys.node(key);
    if (node.isPresent() && node.get() instanceof Mapping mapping) {
      mapping
          .pairs()
          .forEach(
              pair ->
                  value(pair.value(), ExpectedReader::number)
                      .ifPresent(
                          number ->
                              found.add(
                                  new Expected(
                                      pair.key().at().line(),
                                      key + " of " + pair.key().text(),
                                      number,
                                      actual.apply(Optional.of(pair.key().text()))))));
    } else {
      one(keys, key, ExpectedReader::number, actual.apply(Optional.empty()));
    }
  }

  private Optional<String> value(YamlNode node, Function<String, String> reader) {
    Optional<Scalar> scalar = node.asScalar("expected a single value", mistakes);
    return scalar.isPresent() ? mistakes.read(scalar.get(), reader) : Optional.empty();
  }

  /** Reads a text in the language of the scenario, or a mapping with texts by language. */
  private void sentences(Keys keys, Optional<String> quota) {
    Optional<YamlNode> node = keys.node("sentence");
    if (node.isPresent() && node.get() instanceof Mapping mapping) {
      mapping
          .pairs()
          .forEach(
              pair -> {
                Optional<Locale> tag = mistakes.read(pair.key(), ScenariosReader::language);
                Optional<String> text = value(pair.value(), it -> it);
                if (tag.isPresent() && text.isPresent()) {
                  sentence(pair.key().at().line(), tag.get(), text.get(), quota);
                }
              });
    } else {
      keys.text("sentence")
          .ifPresent(text -> sentence(keys.lineOf("sentence"), language, text, quota));
    }
  }

  private void sentence(int line, Locale tag, String text, Optional<String> quota) {
    found.add(
        new Expected(
            line,
            "sentence in " + tag.toLanguageTag(),
            text,
            outcome -> outcome.sentence(quota, tag)));
  }
}
