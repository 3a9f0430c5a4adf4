package dev.quota.spring;

import dev.quota.QuotasBuilder;

/** Changes the engine before it is built. All beans of this type are called, in their order. */
@FunctionalInterface
public interface QuotasCustomizer {

  /**
   * Changes the engine.
   *
   * @param builder the builder, with the policies, the store and the listeners
   */
  void customize(QuotasBuilder builder);
}
