package dev.quota.micrometer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quota.Decision;
import dev.quota.Quotas;
import dev.quota.Reservation;
import dev.quota.Subject;
import dev.quota.policy.QuotaPolicy;
import dev.quota.source.PolicySource;
import dev.quota.spi.FailingStore;
import dev.quota.store.ManualClock;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QuotaMetricsTest {

  private final FailingStore store = new FailingStore(ManualClock.at("2026-11-23T12:00:00Z"));
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final Quotas quotas =
      Quotas.builder()
          .policy(QuotaPolicy.builder("chat").limit("daily", "50 per calendar day").build())
          .policy(QuotaPolicy.builder("video").limit("parallel", "3 at once").build())
          .store(store)
          .build();
  private final Subject alice = Subject.user("alice");

  QuotaMetricsTest() {
    new QuotaMetrics(quotas).bindTo(registry);
  }

  @AfterEach
  void close() {
    quotas.close();
  }

  private double value(String gauge) {
    return registry.get(gauge).gauge().value();
  }

  @Test
  void saysWhetherTheStoreIsAvailable() {
    assertThat(value("quota.store.available")).isEqualTo(1);
    store.goAway();
    assertThat(value("quota.store.available")).isZero();
  }

  @Test
  void countsOpenReservations() {
    Reservation first = quotas.reserve(alice, "chat", 10);
    Reservation second = quotas.reserve(alice, "chat", 10);
    Reservation refused = quotas.reserve(alice, "chat", 40);
    assertThat(refused.isAllowed()).isFalse();
    assertThat(value("quota.reservations.open")).isEqualTo(2);
    first.settle(3);
    assertThat(value("quota.reservations.open")).isEqualTo(1);
    second.close();
    assertThat(value("quota.reservations.open")).isZero();
  }

  @Test
  void countsChargesThatHoldPermits() {
    Decision.Allowed first = (Decision.Allowed) quotas.charge(alice, "video", 1);
    Decision.Allowed second = (Decision.Allowed) quotas.charge(alice, "video", 1);
    assertThat(value("quota.permits.open")).isEqualTo(2);
    first.receipt().close();
    second.receipt().close();
    assertThat(value("quota.permits.open")).isZero();
  }

  @Test
  void saysWhetherPoliciesAreCurrentAndHowManyReviewsAreOverdue(@TempDir Path folder)
      throws IOException {
    assertThat(value("quota.policies.current")).isEqualTo(1);
    assertThat(value("quota.policies.overdue")).isZero();
    String chat = "version: 1\nquotas:\n  chat: {limits: 5 per calendar day, review-by: DAY}\n";
    Path file = Files.writeString(folder.resolve("quotas.yaml"), chat.replace("DAY", "2026-11-22"));
    try (Quotas live =
        Quotas.builder()
            .policySource(PolicySource.file(file))
            .clock(ManualClock.at("2026-11-23T12:00:00Z"))
            .build()) {
      new QuotaMetrics(live, Tags.of("engine", "live")).bindTo(registry);
      assertThat(live(registry, "quota.policies.overdue")).isEqualTo(1);
      assertThat(live.policyStatus().detail()).endsWith("Reviews are overdue: chat (2026-11-22).");
      Files.writeString(file, chat.replace("DAY", "2026-11-23"));
      live.reloadPolicies();
      assertThat(live(registry, "quota.policies.overdue")).isZero();
      assertThat(live(registry, "quota.policies.current")).isEqualTo(1);
      Files.writeString(file, chat.replace("DAY", "soon"));
      live.reloadPolicies();
      assertThat(live(registry, "quota.policies.current")).isZero();
    }
  }

  private static double live(SimpleMeterRegistry registry, String gauge) {
    return registry.get(gauge).tag("engine", "live").gauge().value();
  }

  @Test
  void tagsTellEnginesApart() {
    new QuotaMetrics(quotas, Tags.of("engine", "two")).bindTo(registry);
    assertThat(registry.find("quota.store.available").gauges()).hasSize(2);
  }
}
