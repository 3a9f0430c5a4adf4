package dev.quota.spring;

import dev.quota.servlet.QuotaFilterBuilder;

/**
 * Changes the filter before it is built, such as its page. All beans of this type are called, in
 * their order.
 */
@FunctionalInterface
public interface QuotaFilterCustomizer {

  /**
   * Changes the filter.
   *
   * @param builder the builder, with the settings of properties and beans
   */
  void customize(QuotaFilterBuilder builder);
}
