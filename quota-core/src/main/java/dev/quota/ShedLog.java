package dev.quota;

import dev.quota.store.QuotaClock;
import dev.quota.store.QuotaStoreException;

/**
 * Tells the log that looks at states were refused to spare the store: a line a minute at most,
 * without a stack trace. Safe for use by several threads.
 */
final class ShedLog {

  private static final System.Logger LOG = System.getLogger(Quotas.class.getName());

  private final LogInterval interval;

  ShedLog(QuotaClock clock) {
    interval = new LogInterval(clock);
  }

  void shed(QuotaStoreException failure) {
    interval
        .next()
        .ifPresent(
            count ->
                LOG.log(
                    System.Logger.Level.WARNING,
                    "Looks at states that were not sent to the quota store: {0}. Charges are decided as"
                        + " always. The last reason: {1}.",
                    String.valueOf(count),
                    failure.getMessage()));
  }
}
