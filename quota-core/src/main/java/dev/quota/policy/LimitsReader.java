package dev.quota.policy;

import dev.quota.internal.yaml.Mistakes;
import dev.quota.internal.yaml.YamlNode;
import dev.quota.internal.yaml.YamlNode.Mapping;
import dev.quota.internal.yaml.YamlNode.Pair;
import dev.quota.internal.yaml.YamlNode.Scalar;
import dev.quota.internal.yaml.YamlNode.Sequence;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads the limits of one quota. */
final class LimitsReader {

  private static final String EXPECTED =
      "`limits` must be a phrase such as 50 per calendar day, a list of phrases, or a mapping such"
          + " as {daily: 50 per calendar day}";

  /** A bound above the number of limits on all scopes together. */
  private static final int MOST = 10 * QuotaPolicy.MAX_LIMITS_PER_SCOPE;

  private final Mistakes mistakes;
  private final Set<String> names = new LinkedHashSet<>();
  private final List<LimitPolicy> limits = new ArrayList<>();
  private boolean allNamed = true;

  LimitsReader(Mistakes mistakes) {
    this.mistakes = mistakes;
  }

  /** Returns the valid limits. */
  List<LimitPolicy> limits() {
    return limits;
  }

  /** Returns the limit with a name, if it is valid. */
  Optional<LimitPolicy> limit(String name) {
    for (LimitPolicy limit : limits) {
      if (limit.name().equals(name)) {
        return Optional.of(limit);
      }
    }
    return Optional.empty();
  }

  /** Returns whether a limit has the name. If no limit can have it, adds a mistake. */
  boolean check(Scalar name) {
    boolean known = names.contains(name.text());
    if (!known && allNamed) {
      mistakes.add(name.at(), Words.unknown("limit", name.text(), names));
    }
    return known;
  }

  void read(YamlNode node) {
    int count =
        node instanceof Mapping mapping
            ? mapping.pairs().size()
            : node instanceof Sequence list ? list.items().size() : 1;
    if (count > MOST) {
      mistakes.add(node.at(), "a quota must have at most " + MOST + " limits, was " + count);
      allNamed = false;
      return;
    }
    if (node instanceof Mapping mapping) {
      for (Pair pair : mapping.pairs()) {
        named(pair);
      }
    } else if (node instanceof Sequence list) {
      for (YamlNode item : list.items()) {
        unnamed(item);
      }
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
    Optional<LimitPhrase> phrase = text.isPresent() ? phrase(text.get()) : Optional.empty();
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
      return;
    }
    Optional<Scalar> text =
        pair.value()
            .asScalar(
                "a limit must be a phrase such as 50 per calendar day, or a mapping with the key"
                    + " `limit`",
                mistakes);
    Optional<LimitPolicy> limit =
        text.isPresent() ? limit(pair.key(), text.get()) : Optional.empty();
    if (limit.isPresent()) {
      limits.add(limit.get());
    }
  }

  private void detailed(Scalar name, Mapping mapping) {
    Section section = new Section(mapping, LimitReader.KEYS, mistakes);
    Optional<Scalar> text = section.required("limit", mapping.at(), "limit: 50 per calendar day");
    Optional<LimitPolicy> phrase = text.isPresent() ? limit(name, text.get()) : Optional.empty();
    // If the phrase is malformed, the rest of the mapping is checked with another one.
    LimitPolicy usual =
        phrase.isPresent() ? phrase.get() : LimitPolicy.of("unnamed", "unlimited per minute");
    LimitPolicy limit = new LimitReader(section, usual, phrase.isPresent(), mistakes).read();
    if (phrase.isPresent()) {
      limits.add(limit);
    }
  }

  private Optional<LimitPolicy> limit(Scalar name, Scalar text) {
    Optional<LimitPhrase> phrase = phrase(text);
    Optional<String> checked =
        mistakes.read(name, key -> LimitPolicy.of(key, "unlimited per minute").name());
    return checked.isPresent() && phrase.isPresent()
        ? Optional.of(phrase.get().named(checked.get()))
        : Optional.empty();
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
    limit.requireCountable(capacity);
  }
}
