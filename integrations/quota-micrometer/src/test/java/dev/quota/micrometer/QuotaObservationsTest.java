package dev.quota.micrometer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quota.Decision;
import dev.quota.Quotas;
import dev.quota.Settlement;
import dev.quota.Subject;
import dev.quota.policy.QuotaPolicy;
import dev.quota.spi.LaterStore;
import dev.quota.store.ManualClock;
import dev.quota.usage.UsageReport;
import io.micrometer.common.KeyValue;
import io.micrometer.core.instrument.observation.DefaultMeterObservationHandler;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class QuotaObservationsTest {

  private static final Subject ALICE = Subject.user("alice-secret");

  private final ManualClock clock = ManualClock.at("2026-11-23T12:00:00Z");
  private final LaterStore store = new LaterStore(clock);
  private final ObservationRegistry registry = ObservationRegistry.create();
  private final List<Observation.Context> started = new ArrayList<>();
  private final List<Observation.Context> stopped = new ArrayList<>();
  private final Quotas quotas =
      Quotas.builder()
          .store(store)
          .clock(clock)
          .policy(QuotaPolicy.builder("chat").limit("daily", "10 per calendar day").build())
          .observer(new QuotaObservations(registry))
          .build();

  @BeforeEach
  void listen() {
    store.mayBlock(true);
    registry
        .observationConfig()
        .observationHandler(
            new ObservationHandler<Observation.Context>() {
              @Override
              public void onStart(Observation.Context context) {
                started.add(context);
              }

              @Override
              public void onStop(Observation.Context context) {
                stopped.add(context);
              }

              @Override
              public boolean supportsContext(Observation.Context context) {
                return true;
              }
            });
  }

  @AfterEach
  void close() {
    store.answerAll();
    quotas.close();
    assertThat(registry.getCurrentObservation()).as("a scope was left open").isNull();
    assertThat(started).hasSameSizeAs(stopped);
    assertThat(stopped).allSatisfy(it -> assertThat(it.toString()).doesNotContain("secret"));
  }

  private static Map<String, String> map(Iterable<KeyValue> values) {
    List<KeyValue> all = new ArrayList<>();
    values.forEach(all::add);
    return all.stream().collect(Collectors.toMap(KeyValue::getKey, KeyValue::getValue));
  }

  @Test
  void observesADecisionBelowTheCurrentObservation() {
    Observation request = Observation.start("request", registry);
    request.scoped(() -> assertThat(quotas.charge(ALICE, "chat", 4).isAllowed()).isTrue());
    request.stop();
    Observation.Context decision = stopped.get(0);
    assertThat(decision.getName()).isEqualTo("quota.operation");
    assertThat(decision.getContextualName()).isEqualTo("quota charge");
    assertThat(decision.getParentObservation()).isSameAs(request);
    assertThat(map(decision.getLowCardinalityKeyValues()))
        .containsOnly(
            Map.entry("operation", "charge"),
            Map.entry("quota", "chat"),
            Map.entry("plan", "none"),
            Map.entry("outcome", "allowed"),
            Map.entry("code", "quota.ok"));
    assertThat(decision.getHighCardinalityKeyValues()).isEmpty();
  }

  @Test
  void observesRefusalsAndReservations() {
    assertThat(quotas.charge(ALICE, "chat", 11).isAllowed()).isFalse();
    Settlement settled = quotas.reserve(ALICE, "chat", 6).settle(2);
    assertThat(settled.charged()).isEqualTo(2);
    assertThat(stopped)
        .extracting(it -> map(it.getLowCardinalityKeyValues()).get("operation"))
        .containsExactly("charge", "reserve", "settle");
    assertThat(stopped)
        .extracting(it -> map(it.getLowCardinalityKeyValues()).get("outcome"))
        .containsExactly("never_fits", "allowed", "settled");
  }

  @Test
  void tellsTokensByTheNamesOfOpenTelemetry() {
    Settlement unused =
        quotas
            .reserve(ALICE, "chat", 10)
            .settle(
                UsageReport.builder()
                    .model("small-1")
                    .inputTokens(3)
                    .cachedInputTokens(2)
                    .outputTokens(4)
                    .build());
    assertThat(map(stopped.get(1).getHighCardinalityKeyValues()))
        .containsOnly(
            Map.entry("gen_ai.usage.input_tokens", "5"),
            Map.entry("gen_ai.usage.cache_read.input_tokens", "2"),
            Map.entry("gen_ai.usage.output_tokens", "4"),
            Map.entry("gen_ai.response.model", "small-1"));
    assertThat(map(stopped.get(1).getLowCardinalityKeyValues()))
        .doesNotContainKey("gen_ai.response.model");
  }

  @Test
  void ofAnAsynchronousDecisionTheScopeEndsWithTheCall() {
    store.mayBlock(false);
    CompletionStage<Decision> charged = quotas.async().charge(ALICE, "chat", 1);
    assertThat(registry.getCurrentObservation()).isNull();
    assertThat(started).hasSize(1);
    assertThat(stopped).isEmpty();
    store.answerAll();
    assertThat(charged).isCompleted();
    assertThat(stopped).hasSize(1);
  }

  @Test
  void aDecisionThatFailsIsAnError() {
    store.mayBlock(false);
    CompletionStage<Decision> charged = quotas.async().charge(ALICE, "chat", 1);
    IllegalStateException failure = new IllegalStateException("odd");
    store.failOne(failure);
    assertThat(charged).isCompletedExceptionally();
    assertThat(stopped.get(0).getError()).isSameAs(failure);
    assertThat(map(stopped.get(0).getLowCardinalityKeyValues())).containsEntry("outcome", "none");
  }

  @Test
  void aConventionOfTheApplicationReplacesOurs() {
    registry
        .observationConfig()
        .observationConvention(
            new QuotaObservationConvention() {
              @Override
              public String getName() {
                return "my.quotas";
              }
            });
    assertThat(quotas.charge(ALICE, "chat", 1).isAllowed()).isTrue();
    assertThat(stopped.get(0).getName()).isEqualTo("my.quotas");
  }

  @Test
  void timersHaveTheSameTagsWhateverHappens() {
    SimpleMeterRegistry meters = new SimpleMeterRegistry();
    registry.observationConfig().observationHandler(new DefaultMeterObservationHandler(meters));
    assertThat(quotas.charge(ALICE, "chat", 1).isAllowed()).isTrue();
    Settlement unused = quotas.reserve(ALICE, "chat", 2).settle(1);
    assertThat(meters.get("quota.operation").timers())
        .allSatisfy(
            timer ->
                assertThat(timer.getId().getTags())
                    .extracting(tag -> tag.getKey())
                    .containsExactlyInAnyOrder(
                        "operation", "quota", "plan", "outcome", "code", "error"));
  }
}
