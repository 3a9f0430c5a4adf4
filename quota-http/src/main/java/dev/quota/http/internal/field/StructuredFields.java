package dev.quota.http.internal.field;

/**
 * Writes HTTP structured fields (RFC 9651): lists of strings with parameters, and dictionaries of
 * tokens. Not thread-safe.
 */
public final class StructuredFields {

  /** Integers have at most 15 digits (RFC 9651, section 3.3.1). */
  private static final long MAX_INTEGER = 999_999_999_999_999L;

  private final StringBuilder field;

  /** Starts a field with an initial size, in characters. */
  public StructuredFields(int usualLength) {
    field = new StringBuilder(usualLength);
  }

  /** Starts a member of a list. */
  public StructuredFields string(String value) {
    separate();
    quote(value);
    return this;
  }

  /** Adds an integer parameter, cut to the range of integers in fields. */
  public StructuredFields parameter(String key, long value) {
    field.append(';').append(key).append('=');
    field.append(clamped(value));
    return this;
  }

  /** Returns the nearest integer that a field can hold. */
  public static long clamped(long value) {
    return Math.max(-MAX_INTEGER, Math.min(MAX_INTEGER, value));
  }

  /** Adds a string parameter. */
  public StructuredFields parameter(String key, String value) {
    field.append(';').append(key).append('=');
    quote(value);
    return this;
  }

  private void separate() {
    if (!field.isEmpty()) {
      field.append(", ");
    }
  }

  /** Writes a string. A question mark replaces characters that are not allowed. */
  private void quote(String value) {
    field.append('"');
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c == '"' || c == '\\') {
        field.append('\\').append(c);
      } else {
        field.append(c >= 0x20 && c < 0x7f ? c : '?');
      }
    }
    field.append('"');
  }

  public boolean isEmpty() {
    return field.isEmpty();
  }

  /** Returns the field and starts the next one. */
  public String take() {
    String written = field.toString();
    field.setLength(0);
    return written;
  }

  @Override
  public String toString() {
    return field.toString();
  }
}
