package dev.quota.servlet;

import dev.quota.Idempotency;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads the {@code Idempotency-Key} of a request (draft-ietf-httpapi-idempotency-key-header): 1 to
 * 255 visible ASCII characters, as a quoted string or as they are, which most clients send.
 */
final class IdempotencyKey {

  static final String FIELD = "Idempotency-Key";

  private static final Pattern VALUE = Pattern.compile("\"([!#-~]{1,255})\"|([!#-~]{1,255})");

  private IdempotencyKey() {}

  static boolean isSent(HttpServletRequest request) {
    return request.getHeader(FIELD) != null;
  }

  /**
   * Returns what makes the charge of a request the same as that of another: method, path and key.
   *
   * @return empty if the header is malformed or there are several
   */
  static Optional<Idempotency> read(HttpServletRequest request, Duration window) {
    List<String> values = Collections.list(request.getHeaders(FIELD));
    Matcher value = VALUE.matcher(values.size() == 1 ? values.get(0) : "");
    if (!value.matches()) {
      return Optional.empty();
    }
    String key = value.group(1) == null ? value.group(2) : value.group(1);
    String path =
        request.getServletPath() + (request.getPathInfo() == null ? "" : request.getPathInfo());
    return Optional.of(new Idempotency(request.getMethod() + " " + path + "\n" + key, window));
  }
}
