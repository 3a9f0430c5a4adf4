package dev.quota.spring.webflux;

import dev.quota.http.QuotaHttpBuilder;

/**
 * Changes {@link QuotaHttpBuilder} before the build. All beans of this type are called, in their
 * order.
 */
@FunctionalInterface
public interface QuotaHttpCustomizer {

  /**
   * Changes it.
   *
   * @param builder the builder, with the settings of properties and beans
   */
  void customize(QuotaHttpBuilder builder);
}
