package dev.quota.http.answer;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A few header fields, each name once. Case is ignored. It uses one array instead of a map, because
 * each charged request has some. Not thread-safe.
 */
public final class HeaderFields implements BiConsumer<String, String> {

  /** Room for the three fields of the default dialect. */
  private String[] namesAndValues = new String[6];

  private int length;

  /** Creates an empty list. */
  public HeaderFields() {}

  /**
   * Sets a field, and replaces one with the same name.
   *
   * @param name the name
   * @param value the value
   */
  public void put(String name, String value) {
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

  /**
   * Does what {@link #put} does.
   *
   * @param name the name
   * @param value the value
   */
  @Override
  public void accept(String name, String value) {
    put(name, value);
  }

  /**
   * Removes a field, if it is there.
   *
   * @param name the name
   */
  public void remove(String name) {
    int index = indexOf(name);
    if (index >= 0) {
      length -= 2;
      namesAndValues[index] = namesAndValues[length];
      namesAndValues[index + 1] = namesAndValues[length + 1];
    }
  }

  /**
   * Returns whether there is no field.
   *
   * @return true if there is none
   */
  public boolean isEmpty() {
    return length == 0;
  }

  /**
   * Returns the name of the first field. There must be one.
   *
   * @return the name
   */
  public String firstName() {
    return namesAndValues[0];
  }

  /**
   * Returns whether a field is there.
   *
   * @param name the name
   * @return true if it is
   */
  public boolean contains(String name) {
    return indexOf(name) >= 0;
  }

  /**
   * Returns the value of a field.
   *
   * @param name the name
   * @return the value; null if the field is not there
   */
  public @Nullable String get(String name) {
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

  /**
   * Runs an action for each field, in the order in which they were set.
   *
   * @param action gets a name and its value
   */
  public void forEach(BiConsumer<String, String> action) {
    for (int i = 0; i < length; i += 2) {
      action.accept(namesAndValues[i], namesAndValues[i + 1]);
    }
  }

  /**
   * Returns the names.
   *
   * @return the names, in order
   */
  public List<String> names() {
    List<String> names = new ArrayList<>();
    forEach((name, value) -> names.add(name));
    return names;
  }
}
