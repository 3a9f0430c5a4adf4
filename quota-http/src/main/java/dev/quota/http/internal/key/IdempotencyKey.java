package dev.quota.http.internal.key;

import dev.quota.http.request.RequestView;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads the {@code Idempotency-Key} of a request (draft-ietf-httpapi-idempotency-key-header): 1 to
 * 255 visible ASCII characters, as a quoted string, or without quotes as most clients send it.
 * Stateless.
 */
final class IdempotencyKey {

  static final String FIELD = "Idempotency-Key";

  private static final int LONGEST = 255 + 2;
  private static final Pattern VALUE = Pattern.compile("\"([!#-~]{1,255})\"|([!#-~]{1,255})");

  private IdempotencyKey() {}

  static boolean isSent(RequestView request) {
    return request.header(FIELD).isPresent();
  }

  /**
   * Returns the key.
   *
   * @return empty if the header is malformed or there are several
   */
  static Optional<String> read(RequestView request) {
    List<String> values = request.headers(FIELD);
    String only = values.size() == 1 ? values.get(0) : "";
    if (only.length() > LONGEST) {
      return Optional.empty();
    }
    Matcher value = VALUE.matcher(only);
    if (!value.matches()) {
      return Optional.empty();
    }
    return Optional.of(value.group(1) == null ? value.group(2) : value.group(1));
  }
}
