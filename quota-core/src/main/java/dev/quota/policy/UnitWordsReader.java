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
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Reads the words of a unit in other languages, with the plural forms. */
final class UnitWordsReader {

  private static final String OTHER = "other";
  private static final String LABEL = "label";

  private final Mistakes mistakes;

  UnitWordsReader(Mistakes mistakes) {
    this.mistakes = mistakes;
  }

  /** Returns the valid words, by language. */
  Map<Locale, Unit.Words> read(YamlNode node) {
    Map<Locale, Unit.Words> words = new LinkedHashMap<>();
    Optional<Mapping> byLanguage =
        node.asMapping(
            "`labels` of a unit must be a mapping such as {de: {one: Nachricht, other:"
                + " Nachrichten}}",
            mistakes);
    for (Pair pair : byLanguage.map(Mapping::pairs).orElseGet(List::of)) {
      Optional<Locale> language = new LabelsReader(mistakes).language(pair.key());
      Optional<Unit.Words> one = words(pair.value());
      if (language.isPresent() && one.isPresent()) {
        words.put(language.get(), one.get());
      }
    }
    return words;
  }

  private Optional<Unit.Words> words(YamlNode node) {
    if (node instanceof Scalar text && !text.isEmpty()) {
      return mistakes.read(text, word -> new Unit.Words(word, Map.of(OTHER, word)));
    }
    Optional<Mapping> mapping =
        node.asMapping(
            "the words of a language must be one word or a mapping such as {one: Nachricht, other:"
                + " Nachrichten}",
            mistakes);
    return mapping.isPresent() ? forms(mapping.get()) : Optional.empty();
  }

  private Optional<Unit.Words> forms(Mapping mapping) {
    int before = mistakes.count();
    List<String> keys = new ArrayList<>(List.of(LABEL));
    keys.addAll(Unit.Words.CATEGORIES);
    Section section = new Section(mapping, keys, mistakes);
    section.require(OTHER, mapping.at(), "other: Nachrichten");
    Map<String, String> forms = new LinkedHashMap<>();
    for (String category : Unit.Words.CATEGORIES) {
      section
          .read(category, form -> new Unit.Words("word", Map.of(OTHER, form)).form(OTHER))
          .ifPresent(form -> forms.put(category, form));
    }
    Optional<String> label = label(section, mapping.at(), forms);
    return mistakes.count() > before || label.isEmpty()
        ? Optional.empty()
        : Optional.of(new Unit.Words(label.get(), forms));
  }

  /**
   * Returns the word without a number: the label, else the form {@code few}, else {@code other}.
   */
  private Optional<String> label(Section section, Position at, Map<String, String> forms) {
    if (section.has(LABEL)) {
      return section.read(LABEL, word -> new Unit.Words(word, Map.of(OTHER, word)).label());
    }
    Optional<String> form = Optional.ofNullable(forms.getOrDefault("few", forms.get(OTHER)));
    if (form.isPresent() && form.get().contains(Unit.Words.NUMBER)) {
      section.require(LABEL, at, "label: 消息");
      return Optional.empty();
    }
    return form;
  }
}
