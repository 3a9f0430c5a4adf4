package dev.quota.http.answer;

import dev.quota.QuotaSnapshot;
import java.util.Objects;
import java.util.function.BiConsumer;

/** Writes the rate limit headers of one specification. Implementations must be thread-safe. */
@FunctionalInterface
public interface HeaderDialect {

  /**
   * Writes the headers for the states of the charged quotas.
   *
   * @param states the states after the decision
   * @param headers receives the name and the value of each header, each name at most once
   */
  void write(QuotaSnapshot states, BiConsumer<String, String> headers);

  /**
   * Returns the default: {@code RateLimit-Policy} and {@code RateLimit} as structured fields of
   * draft-ietf-httpapi-ratelimit-headers-11.
   *
   * @return the dialect
   */
  static HeaderDialect draft11() {
    return new Draft11Dialect();
  }

  /**
   * Returns the older headers that no standard describes: {@code X-RateLimit-Limit}, {@code
   * X-RateLimit-Remaining} and {@code X-RateLimit-Reset} about the binding limit of the binding
   * quota, as plain integers. Reset is in seconds from now, rounded up, the same as {@code t} of
   * {@link #draft11}. A limit that is unlimited, shared and rounded, or not known exactly has none
   * of the three.
   *
   * @return the dialect
   */
  static HeaderDialect legacyX() {
    return new LegacyXDialect();
  }

  /**
   * Returns the dialect that writes no rate limit headers.
   *
   * @return the dialect
   */
  static HeaderDialect off() {
    return (states, headers) -> {};
  }

  /**
   * Returns a dialect that writes the headers of both, while clients change from one to the other:
   * {@code HeaderDialect.draft11().and(HeaderDialect.legacyX())}. If both write the same name, the
   * value of the other one is used.
   *
   * @param other the other dialect
   * @return the dialect
   */
  default HeaderDialect and(HeaderDialect other) {
    Objects.requireNonNull(other, "other");
    return (states, headers) -> {
      write(states, headers);
      other.write(states, headers);
    };
  }
}
