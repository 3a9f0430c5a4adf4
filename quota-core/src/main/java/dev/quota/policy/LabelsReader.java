package dev.quota.policy;

import dev.quota.internal.text.Shown;
import dev.quota.internal.yaml.Mistakes;
import dev.quota.internal.yaml.YamlNode;
import dev.quota.internal.yaml.YamlNode.Mapping;
import dev.quota.internal.yaml.YamlNode.Pair;
import dev.quota.internal.yaml.YamlNode.Scalar;
import java.util.IllformedLocaleException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** Reads the labels of something in other languages. */
final class LabelsReader {

  private static final Set<String> LANGUAGES = Set.of(Locale.getISOLanguages());

  private static final int LONGEST_TAG = 35;

  private final Mistakes mistakes;

  LabelsReader(Mistakes mistakes) {
    this.mistakes = mistakes;
  }

  /**
   * Returns the labels of a key, by language.
   *
   * @param checked returns a valid label, and throws for others
   */
  Map<Locale, String> read(Section section, String key, Function<String, String> checked) {
    Map<Locale, String> labels = new LinkedHashMap<>();
    Optional<YamlNode> node = section.node(key);
    if (node.isEmpty()) {
      return labels;
    }
    Optional<Mapping> byLanguage =
        node.get()
            .asMapping("`" + key + "` must be a mapping such as {de: Chatnachrichten}", mistakes);
    for (Pair pair : byLanguage.map(Mapping::pairs).orElseGet(List::of)) {
      Optional<Locale> language = language(pair.key());
      Optional<String> label =
          pair.value()
              .asScalar("a label must be a single value", mistakes)
              .flatMap(text -> mistakes.read(text, checked));
      if (language.isPresent() && label.isPresent()) {
        labels.put(language.get(), label.get());
      }
    }
    return labels;
  }

  /** Returns the language that a key names. */
  Optional<Locale> language(Scalar tag) {
    try {
      if (tag.text().length() > LONGEST_TAG) {
        throw new IllformedLocaleException("too long");
      }
      Locale locale = new Locale.Builder().setLanguageTag(tag.text()).build();
      if (LANGUAGES.contains(locale.getLanguage())) {
        return Optional.of(locale);
      }
    } catch (IllformedLocaleException e) {
      // Reported below, like an unknown language.
    }
    mistakes.add(
        tag.at(), "language must be a tag such as de or zh-Hant, was " + Shown.text(tag.text()));
    return Optional.empty();
  }
}
