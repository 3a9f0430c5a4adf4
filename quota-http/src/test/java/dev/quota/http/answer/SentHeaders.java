package dev.quota.http.answer;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The headers of an answer of a stack that treats names as they are written. */
public final class SentHeaders implements AnswerHeaders {

  private final Map<String, List<String>> lines = new LinkedHashMap<>();

  /** Returns this object with another line. */
  public SentHeaders with(String name, String value) {
    add(name, value);
    return this;
  }

  @Override
  public Collection<String> names() {
    return lines.keySet();
  }

  @Override
  public List<String> values(String name) {
    return lines.getOrDefault(name, List.of());
  }

  @Override
  public void set(String name, String value) {
    lines.keySet().removeIf(name::equalsIgnoreCase);
    add(name, value);
  }

  @Override
  public void add(String name, String value) {
    lines.computeIfAbsent(name, it -> new ArrayList<>()).add(value);
  }

  @Override
  public String toString() {
    return lines.toString();
  }
}
