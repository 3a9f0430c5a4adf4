package dev.quota.servlet;

import dev.quota.QuotaSnapshot;
import java.util.function.BiConsumer;

/**
 * Writes the rate limit headers of one specification, or of none. Implementations must be safe for
 * use by several threads.
 */
@FunctionalInterface
public interface HeaderDialect {

  /**
   * Writes the headers for the states of the charged quotas.
   *
   * @param states the states after the decision
   * @param headers takes the name and the value of each header, each name at most once
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
   * Returns the dialect that writes no rate limit headers.
   *
   * @return the dialect
   */
  static HeaderDialect off() {
    return (states, headers) -> {};
  }
}
