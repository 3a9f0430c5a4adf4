package dev.quota.policy;

import dev.quota.LimitPolicy;
import dev.quota.Scope;
import dev.quota.internal.LimitPhrase;
import dev.quota.policy.YamlNode.Mapping;
import dev.quota.policy.YamlNode.Pair;
import dev.quota.policy.YamlNode.Scalar;
import dev.quota.policy.YamlNode.Sequence;
import dev.quota.spi.Capacity;
import dev.quota.spi.LimitSpec;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads the limits of one quota. */
final class LimitsReader {

  static final List<String> KEYS = List.of("limit", "scope", "warn-at", "label");
  private static final String EXPECTED =
      "`limits` must be a phrase such as 50 per calendar day, a list of phrases, or a mapping such"
          + " as {daily: 50 per calendar day}";

  private final Mistakes mistakes;
  private final Set<String> names = new LinkedHashSet<>();
  private final List<LimitPolicy> limits = new ArrayList<>();
  private boolean allNamed = true;

  LimitsReader(Mistakes mistakes) {
    this.mistakes = mistakes;
  }

  /** Returns the limits that are whole. */
  List<LimitPolicy> limits() {
    return limits;
  }

  /** Returns the limit of that name, if it is whole. */
  Optional<LimitPolicy> limit(String name) {
    return limits.stream().filter(limit -> limit.name().equals(name)).findFirst();
  }

  /** Returns whether a limit has that name; if certainly none has, that is a mistake. */
  boolean check(Scalar name) {
    boolean known = names.contains(name.text());
    if (!known && allNamed) {
      mistakes.add(name.at(), Words.unknown("limit", name.text(), names));
    }
    return known;
  }

  void read(YamlNode node) {
    if (node instanceof Mapping mapping) {
      mapping.pairs().forEach(this::named);
    } else if (node instanceof Sequence list) {
      list.items().forEach(this::unnamed);
    } else {
      node.asScalar(EXPECTED, mistakes).ifPresentOrElse(this::unnamed, () -> allNamed = false);
    }
    boolean isEmpty =
        (node instanceof Mapping mapping && mapping.pairs().isEmpty())
            || (node instanceof Sequence list && list.items().isEmpty());
    if (isEmpty) {
      mistakes.add(node.at(), "a quota must have at least one limit");
    }
  }

  private void unnamed(YamlNode node) {
    int before = mistakes.count();
    Optional<Scalar> text =
        node.asScalar(
            "a list of limits must contain phrases such as 10 per minute; for names, write"
                + " `limits: {daily: 50 per calendar day}`",
            mistakes);
    Optional<LimitPhrase> phrase = text.flatMap(this::phrase);
    if (text.isEmpty() || phrase.isEmpty()) {
      allNamed = false;
      return;
    }
    String name = phrase.get().defaultName();
    if (!names.add(name)) {
      mistakes.add(
          node.at(), "two limits are named " + name + "; give them names, as in `limits: {…}`");
    } else if (mistakes.count() == before) {
      limits.add(phrase.get().named(name));
    }
  }

  private void named(Pair pair) {
    names.add(pair.key().text());
    if (pair.value() instanceof Mapping mapping) {
      detailed(pair.key(), mapping);
    } else {
      pair.value()
          .asScalar(
              "a limit must be a phrase such as 50 per calendar day, or a mapping with the key"
                  + " `limit`",
              mistakes)
          .flatMap(text -> limit(pair.key(), text))
          .ifPresent(limits::add);
    }
  }

  private void detailed(Scalar name, Mapping mapping) {
    Section section = new Section(mapping, KEYS, mistakes);
    Optional<LimitPolicy> read =
        section
            .required("limit", mapping.at(), "limit: 50 per calendar day")
            .flatMap(text -> limit(name, text));
    // What else the mapping says is checked beside a limit that is whole in any case.
    LimitPolicy limit = read.orElseGet(() -> LimitPolicy.of("unnamed", "unlimited per minute"));
    if (limit.scope().isPresent() && section.has("scope")) {
      mistakes.add(section.placeOf("scope"), "the limit's phrase says the scope already");
    }
    Optional<Scope> scope = new ScopeReader(mistakes).read(section);
    LimitPolicy labelled = section.read("label", limit::withLabel).orElse(limit);
    LimitPolicy scoped = scope.map(labelled::withScope).orElse(labelled);
    LimitPolicy complete =
        section
            .node("warn-at")
            .map(node -> new ThresholdsReader(mistakes).read(node, List.of(limit)))
            .map(scoped::withWarnAt)
            .orElse(scoped);
    read.ifPresent(whole -> limits.add(complete));
  }

  private Optional<LimitPolicy> limit(Scalar name, Scalar text) {
    Optional<LimitPhrase> phrase = phrase(text);
    return mistakes
        .read(name, key -> LimitPolicy.of(key, "unlimited per minute").name())
        .flatMap(checked -> phrase.map(whole -> whole.named(checked)));
  }

  private Optional<LimitPhrase> phrase(Scalar text) {
    return mistakes.read(
        text,
        words -> {
          LimitPhrase phrase = LimitPhrase.parse(words);
          checkExact(phrase.named("limit"), phrase.capacity());
          return phrase;
        });
  }

  /** Refuses a capacity that a store cannot count exactly. */
  static void checkExact(LimitPolicy limit, Capacity capacity) {
    new LimitSpec(limit.name(), limit.window().in(ZoneOffset.UTC), capacity);
  }
}
