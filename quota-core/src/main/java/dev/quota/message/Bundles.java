package dev.quota.message;

import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.net.URL;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;

/**
 * Reads the shipped bundles and those of the application into languages, and collects every mistake
 * on the way. Used by one thread.
 */
final class Bundles {

  private static final System.Logger LOG = System.getLogger(Bundles.class.getName());

  private final Optional<ClassLoader> application;
  private final List<String> mistakes = new ArrayList<>();
  private final Map<String, Vocabulary> byEnglish = new HashMap<>();
  private final Map<String, Template> english = new HashMap<>();

  Bundles(Optional<ClassLoader> application) {
    this.application = application;
  }

  /**
   * Reads languages.
   *
   * @param locales the plural rule of each, English first
   * @return the languages in their order
   * @throws IllegalArgumentException if a bundle is malformed; the message lists every mistake
   */
  List<Language> read(Map<Locale, PluralRule> locales) {
    List<Language> languages = new ArrayList<>();
    locales.forEach((locale, rule) -> languages.add(language(locale, rule)));
    if (!mistakes.isEmpty()) {
      throw new IllegalArgumentException(
          "message bundles have " + mistakes.size() + " mistakes:\n" + String.join("\n", mistakes));
    }
    return languages;
  }

  private Language language(Locale locale, PluralRule rule) {
    boolean first = english.isEmpty();
    Map<String, Template> templates = new HashMap<>(english);
    Map<String, Map<String, Template>> byQuota = new HashMap<>();
    Map<String, Template> own = new HashMap<>();
    String shipped = "messages_" + locale.toLanguageTag() + ".properties";
    shipped(shipped).forEach((key, source) -> put(shipped, key, source, rule, own, byQuota));
    if (first) {
      byEnglish.values().forEach(Vocabulary::closed);
      english.putAll(own);
    }
    String file = "quota-messages_" + locale.toLanguageTag() + ".properties";
    overrides(file).forEach((key, source) -> override(file, key, source, rule, own, byQuota));
    reportMissing(locale, own);
    templates.putAll(own);
    if (first) {
      english.putAll(own);
    }
    return new Language(locale, templates, byQuota);
  }

  private void reportMissing(Locale locale, Map<String, Template> own) {
    List<String> missing =
        english.keySet().stream().filter(key -> !own.containsKey(key)).sorted().toList();
    if (!missing.isEmpty()) {
      LOG.log(
          System.Logger.Level.WARNING,
          "The language {0} has no text for {1} keys, {2} among them; English is shown instead.",
          locale.toLanguageTag(),
          missing.size(),
          missing.subList(0, Math.min(missing.size(), 10)));
    }
  }

  private void override(
      String file,
      String key,
      String source,
      PluralRule rule,
      Map<String, Template> own,
      Map<String, Map<String, Template>> byQuota) {
    if (english.containsKey(key) || quotaKey(key).isPresent()) {
      put(file, key, source, rule, own, byQuota);
    } else {
      mistakes.add(file + ", key " + key + ": there is no text of that key");
    }
  }

  private void put(
      String file,
      String key,
      String source,
      PluralRule rule,
      Map<String, Template> own,
      Map<String, Map<String, Template>> byQuota) {
    Optional<String> general = quotaKey(key);
    try {
      Template template = TemplateParser.parse(source, rule, vocabulary(general.orElse(key)));
      if (general.isPresent()) {
        String quota = key.substring(general.get().length() + 1);
        byQuota.computeIfAbsent(quota, it -> new HashMap<>()).put(general.get(), template);
      } else {
        own.put(key, template);
      }
    } catch (TemplateException e) {
      mistakes.add(file + ", key " + key + ", character " + (e.offset() + 1) + ": " + e.problem());
    }
  }

  private Vocabulary vocabulary(String key) {
    return Vocabulary.of(key)
        .orElseGet(() -> byEnglish.computeIfAbsent(key, it -> Vocabulary.learning()));
  }

  /** Returns the key that {@code quota.warning.title.chat} makes its own for one quota. */
  private static Optional<String> quotaKey(String key) {
    for (MessageCode code : MessageCode.values()) {
      for (String general : List.of(code.titleKey(), code.detailKey())) {
        if (key.startsWith(general + ".") && key.length() > general.length() + 1) {
          return Optional.of(general);
        }
      }
    }
    return Optional.empty();
  }

  private Map<String, String> shipped(String file) {
    try (InputStream in = Bundles.class.getResourceAsStream(file)) {
      return in == null ? Map.of() : texts(file, in);
    } catch (IOException e) {
      mistakes.add(file + ": cannot be read: " + e.getMessage());
      return Map.of();
    }
  }

  /** Returns the application's texts; where several files have a key, the first one counts. */
  private Map<String, String> overrides(String file) {
    Map<String, String> texts = new TreeMap<>();
    if (application.isPresent()) {
      try {
        for (URL url : Collections.list(application.get().getResources(file))) {
          try (InputStream in = url.openStream()) {
            texts(file, in).forEach(texts::putIfAbsent);
          }
        }
      } catch (IOException e) {
        mistakes.add(file + ": cannot be read: " + e.getMessage());
      }
    }
    return texts;
  }

  private Map<String, String> texts(String file, InputStream in) throws IOException {
    Properties properties = new Properties();
    try {
      ByteBuffer bytes = ByteBuffer.wrap(in.readAllBytes());
      String source = StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
      // Editors put a byte order mark before the first line.
      properties.load(new StringReader(source.startsWith("\ufeff") ? source.substring(1) : source));
    } catch (CharacterCodingException e) {
      mistakes.add(file + ": is not UTF-8");
    } catch (IllegalArgumentException e) {
      mistakes.add(file + ": " + e.getMessage());
    }
    Map<String, String> texts = new LinkedHashMap<>();
    for (String key : properties.stringPropertyNames()) {
      texts.put(key, Objects.requireNonNull(properties.getProperty(key)));
    }
    return texts;
  }
}
