package dev.quota.models.internal;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The values of one place of an answer, by name. The names of nested members are joined by points,
 * as in {@code prompttokensdetails.cachedtokens}. Elements of an array have their index as the
 * name. Names are in lower case and without {@code _} and {@code -}, because services write the
 * same name as {@code prompt_tokens}, {@code promptTokens} or {@code PromptTokens}. Null values are
 * ignored. Not thread-safe.
 */
final class Figures {

  private static final int DEEPEST = 6;
  private static final int MOST = 2_000;

  /** Longer names mean nothing. */
  static final int LONGEST_NAME = 100;

  private final Map<String, Figure> byName = new HashMap<>();

  /** Returns the normalised form of a name. */
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

  /** Reads a value and its children. The parser must be at its first token. */
  void read(String name, JsonParser json) throws IOException {
    read(plain(name), name, json, 0);
  }

  /** Reads the members of the parser's present object. */
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

  /**
   * Reads the objects of an array. Plain numbers in it are ignored, because they are tokens or
   * embeddings.
   */
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

  /** Returns the value around a nested name. */
  Optional<Figure> around(String name) {
    String parent = Parents.of(name);
    return parent.isEmpty() ? Optional.empty() : figure(parent);
  }

  /** Returns whether one of these names is there, with any value. */
  boolean says(String... names) {
    for (String name : names) {
      if (byName.containsKey(name)) {
        return true;
      }
    }
    return false;
  }

  /** Returns whether a number above zero has one of these names. */
  boolean counts(String... names) {
    for (String name : names) {
      if (orZero(name) > 0) {
        return true;
      }
    }
    return false;
  }

  /** Returns the names of all numbers, as the provider writes them. */
  List<String> numbers() {
    return byName.values().stream().filter(Figure::isNumeric).map(Figure::name).sorted().toList();
  }

  /** Returns a number; 0 if it is missing or invalid. */
  long orZero(String name) {
    Figure figure = byName.get(name);
    return figure == null ? 0 : figure.number().orElse(0);
  }

  String text(String name) {
    Figure figure = byName.get(name);
    return figure == null ? "" : figure.text();
  }

  /** Puts a number that arrived as text, such as the value of a header. */
  void putText(String name, String text) {
    OptionalLong number =
        text.matches("[0-9]{1,16}") ? OptionalLong.of(Long.parseLong(text)) : OptionalLong.empty();
    byName.put(plain(name), Figure.of(name, number.orElse(-1), text));
  }

  void put(String name, Figure figure) {
    byName.put(name, figure);
  }

  void remove(String name) {
    byName.remove(name);
  }

  /** Removes a member and its children. */
  void removeAll(String name) {
    byName.keySet().removeIf(it -> it.equals(name) || it.startsWith(name + "."));
  }

  /**
   * Merges a later event of the same call. Its numbers are totals, so they replace the earlier
   * ones. A zero does not, because services send zeros for numbers that they do not repeat.
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
