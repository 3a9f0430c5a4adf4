package dev.quota.demo;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/** The words of the page in one language, from the same file that its scripts load. */
final class Texts {

  private Texts() {}

  /** Returns the words in one of the languages of the page, by key. */
  static Map<String, String> in(String language) {
    String file = "web/" + path(language);
    try (InputStream in = Objects.requireNonNull(Texts.class.getResourceAsStream(file), file);
        JsonParser json = Json.FACTORY.createParser(in)) {
      Map<String, String> texts = new LinkedHashMap<>();
      json.nextToken();
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        texts.put(json.currentName(), json.nextTextValue());
      }
      return Collections.unmodifiableMap(texts);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns one of them. */
  static String one(String language, String key) {
    return Objects.requireNonNull(in(language).get(key), key);
  }

  /** Returns where the table of a language is, from the root of the page. */
  static String path(String language) {
    return "texts/" + language + ".json";
  }
}
