package dev.quota;

import dev.quota.store.QuotaClock;
import dev.quota.store.QuotaStoreException;
import java.time.Duration;
import java.util.concurrent.atomic.LongAdder;

/**
 * Logs an outage: when it begins, from time to time while it lasts, and when it is over. It writes
 * at most one line a minute, and one for the end of an outage whose beginning was logged. So a
 * store that fails every second call does not fill the log. Thread-safe.
 */
final class OutageLog {

  static final Duration INTERVAL = Duration.ofMinutes(1);

  private static final System.Logger LOG = System.getLogger(Quotas.class.getName());

  private final QuotaClock clock;
  private final LongAdder failures = new LongAdder();
  private volatile boolean failing;
  private volatile long silentUntilMillis = Long.MIN_VALUE;
  private boolean told;

  OutageLog(QuotaClock clock) {
    this.clock = clock;
  }

  void failed(QuotaStoreException failure) {
    failures.increment();
    if (!failing || clock.millis() >= silentUntilMillis) {
      log(failure);
    }
  }

  private synchronized void log(QuotaStoreException failure) {
    failing = true;
    long nowMillis = clock.millis();
    if (nowMillis >= silentUntilMillis) {
      silentUntilMillis = nowMillis + INTERVAL.toMillis();
      told = true;
      LOG.log(
          System.Logger.Level.WARNING,
          "The quota store cannot answer; calls that failed so far: "
              + failures.sum()
              + ". Each quota is decided as its on-store-failure says.",
          failure);
    }
  }

  void answered() {
    if (failing) {
      over();
    }
  }

  private synchronized void over() {
    if (!failing) {
      return;
    }
    failing = false;
    if (told) {
      told = false;
      LOG.log(
          System.Logger.Level.INFO,
          "The quota store answers again; calls that failed: " + failures.sumThenReset() + ".");
    }
  }
}
