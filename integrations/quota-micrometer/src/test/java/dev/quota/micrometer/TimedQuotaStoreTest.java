package dev.quota.micrometer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quota.Decision;
import dev.quota.Quotas;
import dev.quota.Subject;
import dev.quota.policy.QuotaPolicy;
import dev.quota.spi.FailingStore;
import dev.quota.spi.QuotaStore;
import dev.quota.spi.StoreCommand;
import dev.quota.spi.StoreReply;
import dev.quota.store.ManualClock;
import dev.quota.store.StoreHealth;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MockClock;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.config.MeterFilterReply;
import io.micrometer.core.instrument.simple.SimpleConfig;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class TimedQuotaStoreTest {

  private final FailingStore counts = new FailingStore(ManualClock.at("2026-11-23T12:00:00Z"));
  private final MockClock time = new MockClock();
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry(SimpleConfig.DEFAULT, time);
  private final Subject alice = Subject.user("alice");

  private static final QuotaPolicy CHAT =
      QuotaPolicy.builder("chat").limit("daily", "2 per calendar day").build();

  private Quotas engine(QuotaStore store) {
    return Quotas.builder().policy(CHAT).store(new TimedQuotaStore(store, registry)).build();
  }

  private long count(String command, String outcome) {
    return registry
        .get("quota.store.commands")
        .tags("command", command, "outcome", outcome)
        .timer()
        .count();
  }

  @Test
  void timesEachCommandByKindAndOutcome() {
    try (Quotas quotas = engine(counts)) {
      Decision.Allowed first = (Decision.Allowed) quotas.charge(alice, "chat", 1);
      quotas.states(alice);
      quotas.refund(first.receipt());
      quotas.reset(alice, "chat", "a test");
      counts.goAway();
      quotas.charge(alice, "chat", 1);
    }
    assertThat(count("take", "success")).isEqualTo(1);
    assertThat(count("take", "failure")).isEqualTo(1);
    assertThat(count("settle", "success")).isEqualTo(1);
    assertThat(count("reset", "success")).isEqualTo(1);
    assertThat(count("peek", "success")).isPositive();
  }

  @Test
  void measuresUntilTheReplyIsThere() {
    CompletableFuture<StoreReply> reply = new CompletableFuture<>();
    QuotaStore slow = new LateStore(reply);
    Quotas quotas = engine(slow);
    quotas.async().charge(alice, "chat", 1);
    time.add(Duration.ofMillis(250));
    assertThat(registry.find("quota.store.commands").tag("command", "take").timer()).isNull();

    reply.completeExceptionally(dev.quota.store.QuotaStoreException.shed("too many"));

    assertThat(
            registry
                .get("quota.store.commands")
                .tags("command", "take", "outcome", "shed")
                .timer()
                .totalTime(TimeUnit.MILLISECONDS))
        .isEqualTo(250);
  }

  @Test
  void aRegistryThatFailsMakesNoChargeFail() {
    registry
        .config()
        .meterFilter(
            new MeterFilter() {
              @Override
              public MeterFilterReply accept(Meter.Id id) {
                throw new IllegalStateException("a broken filter");
              }
            });
    try (Quotas quotas = engine(counts)) {
      assertThat(quotas.charge(alice, "chat", 2).isAllowed()).isTrue();
      assertThat(quotas.charge(alice, "chat", 1).isAllowed()).isFalse();
    }
  }

  @Test
  void aMistakeOfTheStoreIsAFailureAndPassedOn() {
    Quotas quotas = engine(new LateStore(new CompletableFuture<>()));
    assertThatThrownBy(() -> quotas.charge(alice, "chat", 1))
        .isInstanceOf(IllegalStateException.class);
    assertThat(count("take", "failure")).isEqualTo(1);
  }

  /** Answers later, and to nobody who waits. */
  private record LateStore(CompletableFuture<StoreReply> reply) implements QuotaStore {
    @Override
    public StoreReply execute(StoreCommand command) {
      throw new IllegalStateException("nobody waits here");
    }

    @Override
    public boolean isRemote() {
      return false;
    }

    @Override
    public CompletionStage<StoreReply> executeAsync(StoreCommand command) {
      return reply;
    }

    @Override
    public StoreHealth health() {
      return new StoreHealth("late", true, "Late.");
    }

    @Override
    public void close() {}
  }
}
