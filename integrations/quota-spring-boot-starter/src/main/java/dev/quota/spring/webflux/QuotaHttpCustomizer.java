package dev.quota.spring.webflux;

import dev.quota.http.QuotaHttpBuilder;

/**
 * Changes what answers requests before it is built. All beans of this type are called, in their
 * order.
 */
@FunctionalInterface
public interface QuotaHttpCustomizer {

  /**
   * Changes it.
   *
   * @param builder has everything that properties and beans say already
   */
  void customize(QuotaHttpBuilder builder);
}
