package dev.quota.models.internal;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What one place of an answer says, by name. The names of nested members are joined by points, as
 * in {@code prompttokensdetails.cachedtokens}; the elements of an array have their index there.
 * Names have neither capitals nor {@code _} and {@code -}, because services write the same name as
 * {@code prompt_tokens}, {@code promptTokens} and {@code PromptTokens}. Null is not kept. Not
 * thread-safe.
 */
final class Figures {

  private static final int DEEPEST = 6;
  private static final int MOST = 2_000;
  private static final int LONGEST_NAME = 100;

  private final Map<String, Figure> byName = new HashMap<>();

  /** Returns the one form of a name. */
  static String plain(String name) {
    if (name.length() > LONGEST_NAME) {
      return "";
    }
    if (isPlain(name)) {
      return name;
    }
    StringBuilder plain = new StringBuilder(name.length());
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (c != '_' && c != '-') {
        plain.append(c);
      }
    }
    return plain.toString().toLowerCase(Locale.ROOT);
  }

  private static boolean isPlain(String name) {
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (c == '_' || c == '-' || (c >= 'A' && c <= 'Z') || c > 'z') {
        return false;
      }
    }
    return true;
  }

  /** Reads a value and what it contains; the parser stands at its first token. */
  void read(String name, JsonParser json) throws IOException {
    read(plain(name), name, json, 0);
  }

  /** Reads the members of the object that the parser stands at. */
  void readMembers(JsonParser json) throws IOException {
    members("", "", json, 0);
  }

  private void read(String key, String name, JsonParser json, int depth) throws IOException {
    if (json.currentToken() == JsonToken.VALUE_NULL) {
      return;
    }
    if (byName.size() >= MOST || depth > DEEPEST || key.length() > DEEPEST * LONGEST_NAME) {
      json.skipChildren();
      return;
    }
    byName.put(key, Figure.read(name, json));
    if (json.currentToken() == JsonToken.START_OBJECT) {
      members(key + ".", name + ".", json, depth);
    } else if (json.currentToken() == JsonToken.START_ARRAY) {
      elements(key + ".", name + ".", json, depth);
    }
  }

  private void members(String key, String name, JsonParser json, int depth) throws IOException {
    for (String member = json.nextFieldName(); member != null; member = json.nextFieldName()) {
      json.nextToken();
      read(key + plain(member), name + member, json, depth + 1);
    }
  }

  /** Reads the objects of an array; numbers in it are no figures but tokens or embeddings. */
  private void elements(String key, String name, JsonParser json, int depth) throws IOException {
    int index = 0;
    while (json.nextToken() != JsonToken.END_ARRAY) {
      if (json.currentToken() == JsonToken.START_OBJECT) {
        read(key + index, name + index, json, depth + 1);
        index++;
      } else {
        json.skipChildren();
      }
    }
  }

  boolean isEmpty() {
    return byName.isEmpty();
  }

  Optional<Figure> figure(String name) {
    return Optional.ofNullable(byName.get(name));
  }

  /** Whether one of these names is there, with whatever value. */
  boolean says(String... names) {
    for (String name : names) {
      if (byName.containsKey(name)) {
        return true;
      }
    }
    return false;
  }

  /** Whether a number above zero has one of these names. */
  boolean counts(String... names) {
    for (String name : names) {
      if (orZero(name) > 0) {
        return true;
      }
    }
    return false;
  }

  /** Returns a number; 0 if it is not there or cannot be one. */
  long orZero(String name) {
    Figure figure = byName.get(name);
    return figure == null ? 0 : figure.number().orElse(0);
  }

  String text(String name) {
    Figure figure = byName.get(name);
    return figure == null ? "" : figure.text();
  }

  void put(String name, Figure figure) {
    byName.put(name, figure);
  }

  void remove(String name) {
    byName.remove(name);
  }

  /** Forgets a member with all that is in it. */
  void removeAll(String name) {
    byName.keySet().removeIf(it -> it.equals(name) || it.startsWith(name + "."));
  }

  /**
   * Takes over what a later event of the same call says. Its numbers are totals so far, so they
   * replace the earlier ones; a zero does not, because services send zeros for what they do not say
   * again.
   */
  void replaceBy(Figures later) {
    later.byName.forEach(
        (name, figure) -> {
          boolean isZero = figure.number().isPresent() && figure.number().getAsLong() == 0;
          if (!isZero || !byName.containsKey(name)) {
            byName.put(name, figure);
          }
        });
  }
}
