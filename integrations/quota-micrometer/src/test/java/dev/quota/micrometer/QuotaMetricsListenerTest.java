package dev.quota.micrometer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quota.Decision;
import dev.quota.GrantRequest;
import dev.quota.Quotas;
import dev.quota.QuotasBuilder;
import dev.quota.Reservation;
import dev.quota.Subject;
import dev.quota.policy.Policies;
import dev.quota.policy.PolicyFile;
import dev.quota.spi.FailingStore;
import dev.quota.spi.Race;
import dev.quota.store.ManualClock;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.StringReader;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class QuotaMetricsListenerTest {

  private static final Policies POLICIES =
      policies(
          """
          version: 1
          plans: {free: {label: Free}, pro: {label: Pro}}
          quotas:
            chat:
              unit: {name: message, label: messages}
              limits: {daily: 10 per calendar day}
              plans: {pro: {daily: unlimited}}
              warn-at: [80%, 1 left]
              on-store-failure: allow
            image: {limits: {daily: 2 per calendar day}, when-exhausted: degrade}
            search: {limits: {daily: 1 per calendar day}, when-exhausted: observe}
            video: {limits: {daily: 1 per calendar day}, on-store-failure: deny}
            huge: {limits: {daily: 1000000000000 per calendar day}}
            tried: {limits: {daily: 4 per calendar day}, mode: shadow, warn-at: 50%}
          """);

  private final ManualClock clock = ManualClock.at("2026-11-23T12:00:00Z");
  private final FailingStore store = new FailingStore(clock);
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final Quotas quotas = engine().listener(new QuotaMetricsListener(registry)).build();
  private final Subject alice = Subject.user("alice@example.org");

  static Policies policies(String yaml) {
    return PolicyFile.read("policies", new StringReader(yaml));
  }

  private QuotasBuilder engine() {
    return Quotas.builder().policies(POLICIES).clock(clock).store(store);
  }

  private double decisions(String quota, String plan, String outcome, String code) {
    return registry
        .get("quota.decisions")
        .tags("quota", quota, "plan", plan, "outcome", outcome, "code", code)
        .counter()
        .count();
  }

  private double units(String meter, String quota) {
    return registry.get(meter).tags("quota", quota, "plan", "free").summary().totalAmount();
  }

  @Test
  void countsWhatWasAllowedAndWhatWasNot() {
    quotas.charge(alice, "chat", 3);
    quotas.charge(alice, "chat", 5);
    quotas.charge(alice, "chat", 3);
    quotas.charge(alice, "chat", 11);

    assertThat(decisions("chat", "free", "allowed", "quota.ok")).isEqualTo(1);
    assertThat(decisions("chat", "free", "allowed", "quota.warning")).isEqualTo(1);
    assertThat(decisions("chat", "free", "denied", "quota.not_enough.calendar")).isEqualTo(1);
    assertThat(decisions("chat", "free", "never_fits", "quota.never_fits")).isEqualTo(1);
    assertThat(units("quota.charged", "chat")).isEqualTo(8);
    assertThat(registry.get("quota.charged").summary().count()).isEqualTo(2);
  }

  @Test
  void saysThePlanThatDecidedAndNotTheOneThatWasNamed() {
    Subject.Builder bob = Subject.builder(Subject.Kind.USER, "bob");
    quotas.charge(bob.plan("pro").build(), "chat", 1);
    for (int i = 0; i < 100; i++) {
      quotas.charge(bob.plan("<script>\n" + i).build(), "chat", 0);
      quotas.charge(bob.plan("forged-" + i).build(), "huge", 1);
    }

    assertThat(decisions("chat", "pro", "allowed", "quota.unlimited")).isEqualTo(1);
    assertThat(decisions("huge", "free", "allowed", "quota.ok")).isEqualTo(100);
    assertThat(values("plan")).containsExactly("free", "pro");
  }

  @Test
  void tellsDegradedFromObserved() {
    quotas.charge(alice, "image", 2);
    quotas.charge(alice, "image", 1);
    quotas.charge(alice, "search", 1);
    quotas.charge(alice, "search", 1);

    assertThat(decisions("image", "free", "degraded", "quota.degraded")).isEqualTo(1);
    assertThat(registry.get("quota.decisions").tags("outcome", "observed").counter().count())
        .isEqualTo(1);
  }

  @Test
  void tellsWhatAShadowWouldHaveRefused() {
    quotas.charge(alice, "tried", 3);
    quotas.charge(alice, "tried", 3);
    quotas.charge(alice, "tried", 5);

    assertThat(decisions("tried", "free", "allowed", "quota.unlimited")).isEqualTo(3);
    for (String code : List.of("quota.not_enough.calendar", "quota.never_fits")) {
      assertThat(
              registry
                  .get("quota.shadow.refusals")
                  .tags("quota", "tried", "plan", "free", "code", code)
                  .counter()
                  .count())
          .isEqualTo(1);
    }
    assertThat(
            registry
                .get("quota.shadow.thresholds.crossed")
                .tags("quota", "tried", "plan", "free", "limit", "daily", "threshold", "50")
                .counter()
                .count())
        .isEqualTo(1);
    assertThat(registry.find("quota.thresholds.crossed").counters()).isEmpty();
  }

  @Test
  void countsThresholdsOnce() {
    for (int i = 0; i < 10; i++) {
      quotas.charge(alice, "chat", 1);
    }

    for (String threshold : List.of("80", "left-1")) {
      assertThat(
              registry
                  .get("quota.thresholds.crossed")
                  .tags("quota", "chat", "plan", "free", "limit", "daily", "threshold", threshold)
                  .counter()
                  .count())
          .isEqualTo(1);
    }
  }

  @Test
  void countsReservationsFromEstimateToSettlement() {
    Reservation reservation = quotas.reserve(alice, "chat", 4);
    reservation.settle(6);
    quotas.reserve(alice, "huge", 900_000_000_000L).close();

    assertThat(units("quota.reserved", "chat")).isEqualTo(4);
    assertThat(units("quota.settled", "chat")).isEqualTo(6);
    assertThat(units("quota.settled", "huge")).isEqualTo(9e11);
    assertThat(decisions("chat", "free", "allowed", "quota.ok")).isEqualTo(1);
  }

  @Test
  void countsRefundsGrantsAndResets() {
    quotas.refund(((Decision.Allowed) quotas.charge(alice, "chat", 4)).receipt());
    quotas.grant(
        GrantRequest.builder(alice, "chat", 7)
            .reason("sorry, alice@example.org")
            .operationId("ticket-1")
            .expiresAt(clock.instant().plusSeconds(3600))
            .build());
    quotas.reset(alice, "chat", "because alice@example.org asked");

    assertThat(units("quota.refunded", "chat")).isEqualTo(4);
    assertThat(units("quota.granted", "chat")).isEqualTo(7);
    assertThat(registry.get("quota.resets").counter().count()).isEqualTo(1);
  }

  @Test
  void countsDecisionsWithoutTheStore() {
    store.goAway();
    quotas.charge(alice, "chat", 1);
    quotas.charge(alice, "video", 1);

    assertThat(decisions("chat", "free", "uncounted", "quota.unavailable")).isEqualTo(1);
    assertThat(decisions("video", "free", "unavailable", "quota.unavailable")).isEqualTo(1);
    assertThat(
            registry
                .get("quota.store.failures")
                .tags("quota", "video", "plan", "free", "applied", "no")
                .counter()
                .count())
        .isEqualTo(1);
  }

  @Test
  void noTagNamesAPerson() {
    countsRefundsGrantsAndResets();
    quotas.charge(Subject.address("203.0.113.9"), "chat", 11);

    for (Meter meter : registry.getMeters()) {
      assertThat(meter.getId().toString())
          .doesNotContain("alice", "203.0.113.9", alice.toString(), "sorry", "because");
    }
  }

  @Test
  void countsPairsBeyondTheBoundTogether() {
    SimpleMeterRegistry small = new SimpleMeterRegistry();
    StringBuilder yaml = new StringBuilder("version: 1\nplans: {free: {label: Free}}\nquotas:\n");
    for (int i = 0; i < 50; i++) {
      yaml.append("  q")
          .append(i)
          .append(": {limits: {daily: 2 per calendar day}, warn-at: [50%]}\n");
    }
    try (Quotas many =
        Quotas.builder()
            .policies(policies(yaml.toString()))
            .clock(clock)
            .listener(new QuotaMetricsListener(small, Tags.of("engine", "many"), 3))
            .build()) {
      for (int i = 0; i < 50; i++) {
        many.charge(alice, "q" + i, 1);
      }
    }

    assertThat(small.find("quota.charged").summaries()).hasSize(4);
    assertThat(
            small.get("quota.charged").tags("quota", "other", "engine", "many").summary().count())
        .isEqualTo(47);
    assertThat(
            small
                .get("quota.thresholds.crossed")
                .tags("quota", "other", "plan", "other", "limit", "other", "threshold", "other")
                .counter()
                .count())
        .isEqualTo(47);
  }

  @Test
  void losesNothingWhenManyThreadsDecide() throws Exception {
    SimpleMeterRegistry busy = new SimpleMeterRegistry();
    try (Quotas many = engine().listener(new QuotaMetricsListener(busy, Tags.empty(), 1)).build()) {
      Race.run(
          16,
          thread -> {
            for (int i = 0; i < 500; i++) {
              many.charge(Subject.user("user" + thread), i % 2 == 0 ? "huge" : "search", 1);
            }
          });
    }

    double all = 0;
    for (var counter : busy.get("quota.decisions").counters()) {
      all += counter.count();
    }
    assertThat(all).isEqualTo(8_000);
    assertThat(busy.get("quota.charged").summaries().stream().map(s -> s.getId().getTag("quota")))
        .hasSize(2)
        .contains("other");
  }

  private Set<String> values(String tag) {
    Set<String> values = new TreeSet<>();
    for (Meter meter : registry.getMeters()) {
      String value = meter.getId().getTag(tag);
      if (value != null) {
        values.add(value);
      }
    }
    return values;
  }
}
