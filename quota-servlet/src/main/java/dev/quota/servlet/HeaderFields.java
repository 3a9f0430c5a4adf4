package dev.quota.servlet;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A few header fields, each name once, whatever its case. Every charged request has some, so that
 * they are one array and no map. Not thread-safe.
 */
final class HeaderFields {

  /** Room for three fields, which is what the default dialect makes of a request. */
  private String[] namesAndValues = new String[6];

  private int length;

  void put(String name, String value) {
    int index = indexOf(name);
    if (index < 0) {
      if (length == namesAndValues.length) {
        namesAndValues = Arrays.copyOf(namesAndValues, 2 * length);
      }
      index = length;
      length += 2;
    }
    namesAndValues[index] = name;
    namesAndValues[index + 1] = value;
  }

  void remove(String name) {
    int index = indexOf(name);
    if (index >= 0) {
      length -= 2;
      namesAndValues[index] = namesAndValues[length];
      namesAndValues[index + 1] = namesAndValues[length + 1];
    }
  }

  boolean isEmpty() {
    return length == 0;
  }

  String firstName() {
    return namesAndValues[0];
  }

  boolean contains(String name) {
    return indexOf(name) >= 0;
  }

  @Nullable String get(String name) {
    int index = indexOf(name);
    return index < 0 ? null : namesAndValues[index + 1];
  }

  private int indexOf(String name) {
    for (int i = 0; i < length; i += 2) {
      if (namesAndValues[i].equalsIgnoreCase(name)) {
        return i;
      }
    }
    return -1;
  }

  void forEach(BiConsumer<String, String> action) {
    for (int i = 0; i < length; i += 2) {
      action.accept(namesAndValues[i], namesAndValues[i + 1]);
    }
  }

  List<String> names() {
    List<String> names = new ArrayList<>();
    forEach((name, value) -> names.add(name));
    return names;
  }
}
