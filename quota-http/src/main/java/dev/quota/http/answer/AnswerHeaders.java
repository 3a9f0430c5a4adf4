package dev.quota.http.answer;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The header fields of an answer that a stack is about to send. An adapter implements it, so that
 * {@link Answer#writeHeaders} and {@link dev.quota.http.ChargeHeaders#writeTo} can decide which
 * fields are added, and which are replaced. Not thread-safe.
 */
public interface AnswerHeaders {

  /**
   * Returns the names of the fields that are set.
   *
   * @return the names, in any case; changes of the fields do not have to appear in it
   */
  Collection<String> names();

  /**
   * Returns the lines of a field.
   *
   * @param name one of {@link #names}, as it is written there
   * @return the lines, in order
   */
  List<String> values(String name);

  /**
   * Sets a field, in the place of all lines with this name.
   *
   * @param name the name
   * @param value the value
   */
  void set(String name, String value);

  /**
   * Adds a line to a field.
   *
   * @param name the name
   * @param value the value
   */
  void add(String name, String value);

  /**
   * Returns all fields as they are now.
   *
   * @return a copy, in which a name is found in any case
   */
  default Map<String, List<String>> copy() {
    Map<String, List<String>> copy = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    for (String name : names()) {
      copy.put(name, List.copyOf(values(name)));
    }
    return copy;
  }

  /**
   * Exposes fields to a page of another origin, if it may read the answer.
   *
   * @param exposed the names of the fields
   */
  default void expose(List<String> exposed) {
    if (!exposed.isEmpty()
        && names().stream().anyMatch("Access-Control-Allow-Origin"::equalsIgnoreCase)) {
      exposed.forEach(name -> add("Access-Control-Expose-Headers", name));
    }
  }
}
