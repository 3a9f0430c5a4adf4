package dev.quota;

import dev.quota.spi.QuotaClock;
import dev.quota.spi.QuotaStoreException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/**
 * Tells the log that a store works and had no room for some commands: at most a line a minute, with
 * how many there were and without a stack trace. Safe for use by several threads.
 */
final class OverloadLog {

  private static final System.Logger LOG = System.getLogger(Quotas.class.getName());
  private static final long INTERVAL_MILLIS = Duration.ofMinutes(1).toMillis();

  private final QuotaClock clock;
  private final LongAdder refused = new LongAdder();
  private final AtomicLong silentUntilMillis = new AtomicLong(Long.MIN_VALUE);

  OverloadLog(QuotaClock clock) {
    this.clock = clock;
  }

  void refused(QuotaStoreException failure) {
    refused.increment();
    long now = clock.millis();
    long until = silentUntilMillis.get();
    if ((now >= until || until - now > INTERVAL_MILLIS)
        && silentUntilMillis.compareAndSet(until, now + INTERVAL_MILLIS)) {
      LOG.log(
          System.Logger.Level.WARNING,
          "The quota store has no room for some calls, which are decided as the on-store-failure of"
              + " their quotas says; calls since the last such line: {0}. {1}.",
          refused.sumThenReset(),
          failure.getMessage());
    }
  }
}
