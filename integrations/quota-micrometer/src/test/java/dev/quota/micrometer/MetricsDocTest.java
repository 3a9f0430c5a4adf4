package dev.quota.micrometer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quota.Decision;
import dev.quota.GrantRequest;
import dev.quota.Quotas;
import dev.quota.Subject;
import dev.quota.policy.Mode;
import dev.quota.policy.Overuse;
import dev.quota.policy.QuotaPolicy;
import dev.quota.spi.FailingStore;
import dev.quota.store.ManualClock;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Keeps docs/metrics.md true: its table, the enum and what is registered are the same. */
class MetricsDocTest {

  private static final Path PAGE = Path.of("../../docs/metrics.md");

  private static String row(String name, String prometheus, String type, List<String> tags) {
    List<String> quoted = tags.stream().map(tag -> "`" + tag + "`").toList();
    return String.join(
            " | ", "`" + name + "`", "`" + prometheus + "`", type, String.join(", ", quoted))
        .strip();
  }

  @Test
  void theTableListsEveryMeterWithItsTypeAndTags() throws IOException {
    List<String> expected = new ArrayList<>();
    for (QuotaMeter meter : QuotaMeter.values()) {
      expected.add(row(meter.id(), prometheus(meter), meter.typeName(), meter.tags()));
    }
    List<String> rows =
        Pattern.compile("(?m)^\\| (`quota\\.[^|]+\\|[^|]+\\|[^|]+\\|[^|]*)\\|")
            .matcher(Files.readString(PAGE))
            .results()
            .map(match -> match.group(1).strip())
            .toList();
    assertThat(rows).containsExactlyElementsOf(expected);
  }

  private static String prometheus(QuotaMeter meter) {
    String name = meter.id().replace('.', '_');
    String unit = meter.baseUnit().map(text -> "_" + text).orElse("");
    return name + unit + (meter.type() == Meter.Type.COUNTER ? "_total" : "");
  }

  @Test
  void everyMeterIsRegisteredAsTheTableSays() {
    SimpleMeterRegistry registry = new SimpleMeterRegistry();
    play(registry);
    for (QuotaMeter meter : QuotaMeter.values()) {
      for (Meter registered : registry.get(meter.id()).meters()) {
        assertThat(registered.getId().getType()).isEqualTo(meter.type());
        assertThat(new TreeSet<>(registered.getId().getTags().stream().map(Tag::getKey).toList()))
            .as(meter.id())
            .isEqualTo(new TreeSet<>(meter.tags()));
        if (!(registered instanceof Timer)) {
          assertThat(registered.getId().getBaseUnit()).isEqualTo(meter.baseUnit().orElse(null));
        }
      }
    }
    assertThat(registry.getMeters().stream().map(meter -> meter.getId().getName()).distinct())
        .containsExactlyInAnyOrderElementsOf(
            Arrays.stream(QuotaMeter.values()).map(QuotaMeter::id).toList());
  }

  @Test
  void prometheusHasTheNamesOfTheTable() {
    PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    play(registry);
    String scrape = registry.scrape();
    for (QuotaMeter meter : QuotaMeter.values()) {
      String name = prometheus(meter);
      boolean many =
          meter.type() == Meter.Type.TIMER || meter.type() == Meter.Type.DISTRIBUTION_SUMMARY;
      assertThat(scrape).containsPattern("(?m)^" + name + (many ? "_sum" : "") + "[ {]");
    }
    assertThat(scrape)
        .contains("quota_decisions_total{code=\"quota.ok\",outcome=\"allowed\",plan=\"none\"");
  }

  @Test
  void itRunsOnTheVersionThatWasAskedFor() {
    String expected = System.getProperty("quota.micrometer.expected", "");
    assertThat(MeterRegistry.class.getProtectionDomain().getCodeSource().getLocation().toString())
        .contains("micrometer-core-" + expected);
  }

  /** Lets everything happen that has a meter. */
  private static void play(MeterRegistry registry) {
    ManualClock clock = ManualClock.at("2026-11-23T12:00:00Z");
    FailingStore store = new FailingStore(clock);
    Subject alice = Subject.user("alice");
    try (Quotas quotas =
        Quotas.builder()
            .policy(
                QuotaPolicy.builder("chat")
                    .limit("daily", "50 per calendar day")
                    .warnAt("50%")
                    .overuse(Overuse.FORGIVE)
                    .build())
            .policy(
                QuotaPolicy.builder("tried")
                    .limit("daily", "1 per calendar day")
                    .warnAt("50%")
                    .mode(Mode.SHADOW)
                    .build())
            .clock(clock)
            .store(new TimedQuotaStore(store, registry))
            .listener(new QuotaMetricsListener(registry))
            .build()) {
      new QuotaMetrics(quotas).bindTo(registry);
      new UsageMetrics().bindTo(registry);
      Decision.Allowed charged = (Decision.Allowed) quotas.charge(alice, "chat", 10);
      quotas.refund(charged.receipt());
      quotas.reserve(alice, "chat", 30).settle(80);
      quotas.grant(
          GrantRequest.builder(alice, "chat", 7)
              .reason("a test")
              .operationId("ticket-1")
              .expiresAt(clock.instant().plusSeconds(3600))
              .build());
      quotas.reset(alice, "chat", "a test");
      quotas.charge(alice, "tried", 1);
      quotas.charge(alice, "tried", 1);
      store.goAway();
      quotas.charge(alice, "chat", 1);
    }
  }
}
