package dev.quota.policy;

import dev.quota.internal.yaml.Mistakes;
import dev.quota.internal.yaml.Position;
import dev.quota.internal.yaml.YamlNode;
import dev.quota.internal.yaml.YamlNode.Mapping;
import dev.quota.internal.yaml.YamlNode.Pair;
import dev.quota.internal.yaml.YamlNode.Scalar;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** A mapping with known keys. Other keys are mistakes. */
final class Section {

  private final Position at;
  private final Map<String, Pair> pairs = new LinkedHashMap<>();
  private final Mistakes mistakes;

  Section(Mapping mapping, List<String> allowed, Mistakes mistakes) {
    this.at = mapping.at();
    this.mistakes = mistakes;
    for (Pair pair : mapping.pairs()) {
      String key = pair.key().text();
      if (allowed.contains(key)) {
        pairs.put(key, pair);
      } else {
        mistakes.add(pair.key().at(), Words.unknown("key", key, allowed));
      }
    }
  }

  /** Returns the place of a key; the place of the section if the key is missing. */
  Position placeOf(String key) {
    Pair pair = pairs.get(key);
    return pair == null ? at : pair.key().at();
  }

  boolean has(String key) {
    return pairs.containsKey(key);
  }

  /** Returns a key's value. */
  Optional<YamlNode> node(String key) {
    Pair pair = pairs.get(key);
    return pair == null ? Optional.empty() : Optional.of(pair.value());
  }

  /** Returns a key's single value. */
  Optional<Scalar> scalar(String key) {
    Pair pair = pairs.get(key);
    return pair == null
        ? Optional.empty()
        : pair.value().asScalar("`" + key + "` must be a single value", mistakes);
  }

  /** Returns a key's single value. If the key is missing, adds a mistake at the given place. */
  Optional<Scalar> required(String key, Position missingAt, String example) {
    require(key, missingAt, example);
    return scalar(key);
  }

  /** Adds a mistake at the given place if a key is missing. */
  void require(String key, Position missingAt, String example) {
    if (!has(key)) {
      mistakes.add(missingAt, "the key `" + key + "` is missing, such as `" + example + "`");
    }
  }

  /** Returns what is read from a key's single value. */
  <T> Optional<T> read(String key, Function<String, T> reader) {
    Optional<Scalar> scalar = scalar(key);
    return scalar.isPresent() ? mistakes.read(scalar.get(), reader) : Optional.empty();
  }

  /** Returns the constant that a key's single value names. */
  <E> Optional<E> word(String key, E[] constants, Function<E, String> text) {
    Optional<Scalar> scalar = scalar(key);
    if (scalar.isEmpty()) {
      return Optional.empty();
    }
    String word = scalar.get().text();
    List<String> allowed = new ArrayList<>();
    for (E constant : constants) {
      if (text.apply(constant).equals(word)) {
        return Optional.of(constant);
      }
      allowed.add(text.apply(constant));
    }
    mistakes.add(scalar.get().at(), Words.unknown(key, word, allowed));
    return Optional.empty();
  }
}
