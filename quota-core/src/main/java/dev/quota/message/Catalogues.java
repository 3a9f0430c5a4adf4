package dev.quota.message;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The texts of all languages. English and the application's files are read at the start, so that
 * mistakes show there. The library's other languages are read at their first use. Thread-safe.
 */
final class Catalogues {

  /** The shipped languages, the default first. */
  static final List<Locale> SHIPPED =
      List.of(
          Locale.ENGLISH,
          Locale.GERMAN,
          Locale.FRENCH,
          Locale.forLanguageTag("es"),
          Locale.forLanguageTag("pl"),
          Locale.forLanguageTag("ar"),
          Locale.JAPANESE,
          Locale.CHINESE);

  private static final System.Logger LOG = System.getLogger(Catalogues.class.getName());
  private static final String ENGLISH = "en";

  private final BundleFiles files;
  private final Map<String, Vocabulary> learned = new HashMap<>();
  private final Bundle english;
  private boolean knowsEnglish;
  private final CommonUnits commonUnits;
  private final Map<String, Bundle> overrides = new LinkedHashMap<>();

  /**
   * Reads English, and the application's files of some languages.
   *
   * @throws IllegalArgumentException if a file is malformed (the message lists every mistake), or
   *     if the plural rule of a language is not known
   */
  Catalogues(Optional<ClassLoader> application, Collection<Locale> locales) {
    files = new BundleFiles(application);
    List<String> mistakes = new ArrayList<>();
    english = shipped(ENGLISH, PluralRules.of(Locale.ENGLISH).orElseThrow(), mistakes);
    learned.values().forEach(Vocabulary::closed);
    knowsEnglish = true;
    commonUnits = CommonUnits.of(english.templates());
    override(Locale.ENGLISH, mistakes);
    locales.forEach(locale -> override(locale, mistakes));
    refuse(mistakes);
  }

  private static void refuse(List<String> mistakes) {
    if (!mistakes.isEmpty()) {
      throw new IllegalArgumentException(
          "message bundles have " + mistakes.size() + " mistakes:\n" + String.join("\n", mistakes));
    }
  }

  private static PluralRule rule(Locale locale) {
    return PluralRules.of(locale)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "locale must have a plural rule that is known, was " + locale.toLanguageTag()));
  }

  /** Returns the tags of a locale, the most general first: {@code zh, zh-Hant}. */
  static List<String> widestFirst(Locale locale) {
    List<String> tags = new ArrayList<>();
    String tag = locale.toLanguageTag();
    for (int end = tag.indexOf('-'); end > 0; end = tag.indexOf('-', end + 1)) {
      tags.add(tag.substring(0, end));
    }
    tags.add(tag);
    return tags;
  }

  private void override(Locale locale, List<String> mistakes) {
    PluralRule rule = rule(locale);
    for (String tag : widestFirst(locale)) {
      if (!overrides.containsKey(tag)) {
        Bundle bundle = new Bundle();
        String file = BundleFiles.overridesName(tag);
        files
            .overrides(tag, mistakes)
            .forEach(
                (key, source) -> {
                  if (english.templates().containsKey(Bundle.generalKey(key).orElse(key))) {
                    parse(file, key, source, rule, bundle, mistakes);
                  } else {
                    mistakes.add(file + ", key " + key + ": there is no text of that key");
                  }
                });
        overrides.put(tag, bundle);
      }
    }
  }

  private Bundle shipped(String tag, PluralRule rule, List<String> mistakes) {
    Bundle bundle = new Bundle();
    String file = BundleFiles.shippedName(tag);
    BundleFiles.shipped(tag, mistakes)
        .forEach((key, source) -> parse(file, key, source, rule, bundle, mistakes));
    return bundle;
  }

  private void parse(
      String file,
      String key,
      String source,
      PluralRule rule,
      Bundle bundle,
      List<String> mistakes) {
    try {
      Vocabulary words = vocabulary(Bundle.generalKey(key).orElse(key));
      bundle.put(key, TemplateParser.parse(source, rule, words));
    } catch (TemplateException e) {
      mistakes.add(file + ", key " + key + ", character " + (e.offset() + 1) + ": " + e.problem());
    }
  }

  private Vocabulary vocabulary(String key) throws TemplateException {
    Optional<Vocabulary> declared = Vocabulary.of(key);
    if (declared.isPresent()) {
      return declared.get();
    }
    if (knowsEnglish && !learned.containsKey(key)) {
      throw new TemplateException("there is no text of that key", 0);
    }
    return learned.computeIfAbsent(key, it -> Vocabulary.learning());
  }

  /**
   * Reads a language.
   *
   * @return the language; English texts replace missing ones, which is logged
   * @throws IllegalArgumentException if the library's own file is malformed
   */
  Language read(Locale locale) {
    PluralRule rule = rule(locale);
    List<String> mistakes = new ArrayList<>();
    Bundle own = new Bundle();
    for (String tag : widestFirst(locale)) {
      own.addAll(tag.equals(ENGLISH) ? english : shipped(tag, rule, mistakes));
      own.addAll(overrides.getOrDefault(tag, new Bundle()));
    }
    refuse(mistakes);
    reportMissing(locale, own);
    Map<String, Template> templates = new HashMap<>(english.templates());
    templates.putAll(overrides.getOrDefault(ENGLISH, new Bundle()).templates());
    templates.putAll(own.templates());
    return new Language(locale, templates, own.byQuota(), commonUnits);
  }

  private void reportMissing(Locale locale, Bundle own) {
    List<String> missing =
        english.templates().keySet().stream()
            .filter(key -> !own.templates().containsKey(key))
            .sorted()
            .toList();
    if (!missing.isEmpty()) {
      LOG.log(
          System.Logger.Level.WARNING,
          "The language {0} has no text for {1} keys, {2} among them; English is shown instead.",
          locale.toLanguageTag(),
          missing.size(),
          missing.subList(0, Math.min(missing.size(), 10)));
    }
  }
}
