package dev.quota.scenario;

import dev.quota.internal.text.Shown;
import dev.quota.internal.yaml.Mistakes;
import dev.quota.internal.yaml.Position;
import dev.quota.internal.yaml.YamlNode;
import dev.quota.internal.yaml.YamlNode.Mapping;
import dev.quota.internal.yaml.YamlNode.Pair;
import dev.quota.internal.yaml.YamlNode.Scalar;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** The keys of one mapping of a scenario. Reports keys that are not allowed. Not thread-safe. */
final class Keys {

  private final Position at;
  private final Map<String, Pair> pairs = new LinkedHashMap<>();
  private final Mistakes mistakes;

  Keys(Mapping mapping, List<String> allowed, Mistakes mistakes) {
    this.at = mapping.at();
    this.mistakes = mistakes;
    for (Pair pair : mapping.pairs()) {
      String key = pair.key().text();
      if (allowed.contains(key)) {
        pairs.put(key, pair);
      } else {
        mistakes.add(
            pair.key().at(),
            "unknown key " + Shown.text(key) + "; allowed: " + String.join(", ", allowed));
      }
    }
  }

  boolean has(String key) {
    return pairs.containsKey(key);
  }

  int lineOf(String key) {
    Pair pair = pairs.get(key);
    return pair == null ? at.line() : pair.key().at().line();
  }

  Optional<YamlNode> node(String key) {
    return Optional.ofNullable(pairs.get(key)).map(Pair::value);
  }

  void mistake(String key, String problem) {
    Pair pair = pairs.get(key);
    mistakes.add(pair == null ? at : pair.key().at(), problem);
  }

  /** Reads a single value. Mistakes in it are reported. */
  <T> Optional<T> read(String key, Function<String, T> reader) {
    Optional<YamlNode> node = node(key);
    Optional<Scalar> scalar =
        node.isPresent()
            ? node.get().asScalar("`" + key + "` must be a single value", mistakes)
            : Optional.empty();
    return scalar.isPresent() ? mistakes.read(scalar.get(), reader) : Optional.empty();
  }

  Optional<String> text(String key) {
    return read(key, Keys::requireText);
  }

  private static String requireText(String text) {
    if (text.isBlank()) {
      throw new IllegalArgumentException("expected a text, was empty");
    }
    return text;
  }
}
