package dev.quota.policy;

import dev.quota.policy.YamlNode.Mapping;
import dev.quota.policy.YamlNode.Pair;
import dev.quota.policy.YamlNode.Scalar;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** A mapping whose keys are those of the grammar. Other keys are mistakes from the start. */
final class Section {

  /** What later versions bring. */
  static final Set<String> NOT_YET =
      Set.of("grace", "on-store-failure", "degrade-to", "weights", "hops", "idempotency");

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
      } else if (NOT_YET.contains(key)) {
        mistakes.add(pair.key().at(), "the key `" + key + "` is not supported yet");
      } else {
        mistakes.add(pair.key().at(), Words.unknown("key", key, allowed));
      }
    }
  }

  /** Returns the place of a key that is there, otherwise that of the section. */
  Position placeOf(String key) {
    return Optional.ofNullable(pairs.get(key)).map(pair -> pair.key().at()).orElse(at);
  }

  boolean has(String key) {
    return pairs.containsKey(key);
  }

  /** Returns a key's value. */
  Optional<YamlNode> node(String key) {
    return Optional.ofNullable(pairs.get(key)).map(Pair::value);
  }

  /** Returns a key's single value. */
  Optional<Scalar> scalar(String key) {
    return node(key)
        .flatMap(node -> node.asScalar("`" + key + "` must be a single value", mistakes));
  }

  /** Returns a key's single value; a missing key is a mistake at that place. */
  Optional<Scalar> required(String key, Position missingAt, String example) {
    if (!has(key)) {
      mistakes.add(missingAt, "the key `" + key + "` is missing, such as `" + example + "`");
    }
    return scalar(key);
  }

  /** Returns what is read from a key's single value. */
  <T> Optional<T> read(String key, Function<String, T> reader) {
    return scalar(key).flatMap(scalar -> mistakes.read(scalar, reader));
  }

  /** Returns the constant that a key's single value names. */
  <E> Optional<E> word(String key, E[] constants, Function<E, String> text) {
    return scalar(key)
        .flatMap(
            scalar -> {
              Optional<E> named =
                  Arrays.stream(constants)
                      .filter(constant -> text.apply(constant).equals(scalar.text()))
                      .findFirst();
              if (named.isEmpty()) {
                List<String> allowed = Arrays.stream(constants).map(text).toList();
                mistakes.add(scalar.at(), Words.unknown(key, scalar.text(), allowed));
              }
              return named;
            });
  }
}
