package dev.quota.message;

import java.util.Map;

/**
 * Arguments that a caller passes by name.
 *
 * @param language how numbers are written
 * @param values texts and whole numbers
 */
record GivenWords(Language language, Map<String, ?> values) implements Arguments {

  @Override
  public void append(String name, StringBuilder out) {
    Object value = value(name);
    if (value instanceof Long || value instanceof Integer) {
      language.appendNumber(((Number) value).longValue(), out);
    } else {
      language.appendLabel(value.toString(), out);
    }
  }

  @Override
  public long count(String name) {
    if (value(name) instanceof Number number) {
      return number.longValue();
    }
    throw new IllegalArgumentException("argument " + name + " must be a number");
  }

  @Override
  public String choice(String name) {
    return value(name).toString();
  }

  private Object value(String name) {
    Object value = values.get(name);
    if (value == null) {
      throw new IllegalArgumentException(
          "arguments must have a value for " + name + ", were " + values.keySet());
    }
    return value;
  }
}
