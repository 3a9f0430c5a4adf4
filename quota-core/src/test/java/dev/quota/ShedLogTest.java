package dev.quota;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quota.store.ManualClock;
import dev.quota.store.QuotaStoreException;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class ShedLogTest {

  private static final Logger LOG = Logger.getLogger(Quotas.class.getName());

  private final ManualClock clock = ManualClock.at("2026-11-23T14:59:30Z");
  private final List<LogRecord> records = new ArrayList<>();
  private final Handler handler =
      new Handler() {
        @Override
        public void publish(LogRecord record) {
          records.add(record);
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
      };
  private final ShedLog log = new ShedLog(clock);

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

  private List<String> lines() {
    return records.stream().map(new SimpleFormatter()::formatMessage).toList();
  }

  private void shed(int times) {
    for (int i = 0; i < times; i++) {
      log.shed(QuotaStoreException.shed("64 reads wait already"));
    }
  }

  private static String line(String number) {
    return "Looks at states that were not sent to the quota store: "
        + number
        + ". Charges are decided as always. The last reason: 64 reads wait already.";
  }

  @Test
  void hasALineAMinuteWithoutAStackTrace() {
    shed(1_500);
    assertThat(lines()).containsExactly(line("1"));
    clock.advance(OutageLog.INTERVAL.minusMillis(1));
    shed(1);
    assertThat(lines()).hasSize(1);
    clock.advance(OutageLog.INTERVAL);
    shed(1);
    assertThat(lines()).containsExactly(line("1"), line("1501"));
    assertThat(records).allMatch(record -> record.getThrown() == null);
  }
}
