package dev.quota;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quota.policy.QuotaPolicy;
import dev.quota.spi.FailingStore;
import dev.quota.store.ManualClock;
import dev.quota.store.QuotaStoreException;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class OutageLogTest {

  private static final Logger LOG = Logger.getLogger(Quotas.class.getName());

  private final ManualClock clock = ManualClock.at("2026-11-23T14:59:30Z");
  private final List<String> lines = new ArrayList<>();
  private final Handler handler =
      new Handler() {
        @Override
        public void publish(LogRecord record) {
          lines.add(record.getLevel() + " " + record.getMessage());
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
      };
  private final OutageLog log = new OutageLog(clock);

  @BeforeEach
  void listen() {
    LOG.addHandler(handler);
    LOG.setUseParentHandlers(false);
  }

  @AfterEach
  void stopListening() {
    LOG.removeHandler(handler);
    LOG.setUseParentHandlers(true);
  }

  private void fail(int times) {
    for (int i = 0; i < times; i++) {
      log.failed(new QuotaStoreException("no connection", QuotaStoreException.Applied.NO, null));
    }
  }

  private static String away(int calls) {
    return "WARNING The quota store cannot answer; calls that failed so far: "
        + calls
        + ". Each quota is decided as its on-store-failure says.";
  }

  private static String back(int calls) {
    return "INFO The quota store answers again; calls that failed: " + calls + ".";
  }

  @Test
  void tellsTheBeginningAndTheEnd() {
    log.answered();
    fail(1_000);
    log.answered();
    log.answered();

    assertThat(lines).containsExactly(away(1), back(1_000));
  }

  @Test
  void tellsOnceAMinuteThatItLasts() {
    fail(10);
    clock.advance(OutageLog.INTERVAL.minusMillis(1));
    fail(10);
    assertThat(lines).hasSize(1);
    clock.advanceMillis(1);
    fail(10);

    assertThat(lines).containsExactly(away(1), away(21));
  }

  @Test
  void aStoreThatFailsEveryOtherCallDoesNotFillTheLog() {
    for (int i = 0; i < 1_000; i++) {
      fail(1);
      log.answered();
      clock.advanceMillis(100);
    }

    assertThat(lines).hasSizeLessThanOrEqualTo(4);
  }

  @Test
  void theEngineTellsNoUserId() {
    FailingStore store = new FailingStore(clock);
    Quotas quotas =
        Quotas.builder()
            .policy(QuotaPolicy.builder("chat").limit("daily", "5 per calendar day").build())
            .clock(clock)
            .store(store)
            .build();
    Subject subject = Subject.user("very-secret-name");
    store.goAway();
    Decision decision = quotas.charge(subject, "chat", 1);
    quotas.states(subject);
    store.comeBack();
    quotas.states(subject);

    assertThat(lines).containsExactly(away(1), back(2)).noneMatch(it -> it.contains("secret"));
    assertThat(decision.toString()).doesNotContain("secret");
  }
}
