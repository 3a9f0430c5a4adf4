package dev.quota;

import dev.quota.store.QuotaClock;
import dev.quota.store.QuotaStoreException;

/**
 * Logs that reads of states were refused to protect the store: at most one line a minute, without a
 * stack trace. Thread-safe.
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
