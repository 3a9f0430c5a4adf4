package dev.quota;

import dev.quota.spi.QuotaClock;
import dev.quota.spi.QuotaStoreException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/**
 * Tells the log that looks at states were refused to spare the store: a line a minute at most,
 * without a stack trace. Safe for use by several threads.
 */
final class ShedLog {

  private static final System.Logger LOG = System.getLogger(Quotas.class.getName());

  private final QuotaClock clock;
  private final LongAdder shed = new LongAdder();
  private final AtomicLong silentUntilMillis = new AtomicLong(Long.MIN_VALUE);

  ShedLog(QuotaClock clock) {
    this.clock = clock;
  }

  void shed(QuotaStoreException failure) {
    shed.increment();
    long nowMillis = clock.millis();
    long until = silentUntilMillis.get();
    if (nowMillis >= until
        && silentUntilMillis.compareAndSet(until, nowMillis + OutageLog.INTERVAL.toMillis())) {
      LOG.log(
          System.Logger.Level.WARNING,
          "Looks at states that were not sent to the quota store: {0}. Charges are decided as"
              + " always. The last reason: {1}.",
          String.valueOf(shed.sumThenReset()),
          failure.getMessage());
    }
  }
}
