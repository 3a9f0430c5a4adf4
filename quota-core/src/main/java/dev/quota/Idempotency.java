package dev.quota;

import dev.quota.internal.text.Digests;
import dev.quota.policy.Window;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

/**
 * Makes a charge only once, however often it is repeated and on any node. Use it only if a repeated
 * request gets the stored answer of the first. Otherwise clients can use it to get around the
 * quota.
 *
 * @param key identifies the charge among those of its subject, such as an endpoint and the client's
 *     {@code Idempotency-Key}: 1 to 16,384 characters
 * @param window for how long it is remembered, in whole milliseconds from 1 minute up to {@link
 *     Window#MAX_PERIOD}
 */
public record Idempotency(String key, Duration window) {

  private static final int LONGEST_KEY = 16_384;
  private static final Duration SHORTEST_WINDOW = Duration.ofMinutes(1);

  /**
   * Checks the range.
   *
   * @param key the component
   * @param window the component
   * @throws IllegalArgumentException if the key is empty or too long, or the window out of range
   */
  public Idempotency {
    Objects.requireNonNull(window, "window");
    if (key.isEmpty() || key.length() > LONGEST_KEY) {
      throw new IllegalArgumentException(
          "key must have 1 to " + LONGEST_KEY + " characters, had " + key.length());
    }
    if (window.compareTo(SHORTEST_WINDOW) < 0 || window.compareTo(Window.MAX_PERIOD) > 0) {
      throw new IllegalArgumentException(
          "window must be between "
              + SHORTEST_WINDOW
              + " and "
              + Window.MAX_PERIOD
              + ", was "
              + window);
    }
    window = Duration.ofMillis(window.toMillis());
  }

  /** Returns the id of the operation, which reveals neither the subject nor the key. */
  String id(Subject subject, List<Charge> charges) {
    StringBuilder text = new StringBuilder();
    append(subject.kind().text(), text);
    append(subject.id(), text);
    charges.stream().map(Charge::quota).distinct().sorted().forEach(quota -> append(quota, text));
    append(key, text);
    return "once-" + Digests.digest(text.toString());
  }

  private static void append(String part, StringBuilder text) {
    // The length before each part makes the text unambiguous.
    text.append(part.length()).append(':').append(part);
  }
}
