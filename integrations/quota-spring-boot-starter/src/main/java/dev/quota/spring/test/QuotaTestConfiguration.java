package dev.quota.spring.test;

import dev.quota.Quotas;
import dev.quota.spring.QuotasCustomizer;
import dev.quota.store.ManualClock;
import dev.quota.test.TestQuotas;
import java.time.Instant;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The beans of a test. */
@Configuration(proxyBeanMethods = false)
class QuotaTestConfiguration {

  /** A Thursday at noon, far from the ends of windows, as in quota-test. */
  private static final Instant START = Instant.parse("2026-01-15T12:00:00Z");

  @Bean
  ManualClock quotaTestClock() {
    return new ManualClock(START);
  }

  @Bean
  QuotasCustomizer quotaTestClockCustomizer(ManualClock clock) {
    return builder -> builder.clock(clock);
  }

  /** The context closes the engine. */
  @Bean(destroyMethod = "")
  TestQuotas testQuotas(Quotas quotas, ManualClock clock) {
    return TestQuotas.of(quotas, clock);
  }
}
