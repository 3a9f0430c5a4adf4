package dev.quota;

import dev.quota.store.QuotaClock;
import dev.quota.store.QuotaStoreException;

/**
 * Logs that a store works but had no room for some commands: at most one line a minute, with their
 * number and without a stack trace. Thread-safe.
 */
final class OverloadLog {

  private static final System.Logger LOG = System.getLogger(Quotas.class.getName());

  private final LogInterval interval;

  OverloadLog(QuotaClock clock) {
    interval = new LogInterval(clock);
  }

  void refused(QuotaStoreException failure) {
    interval
        .next()
        .ifPresent(
            count ->
                LOG.log(
                    System.Logger.Level.WARNING,
                    "The quota store has no room for some calls, which are decided as the on-store-failure of"
                        + " their quotas says; calls since the last such line: {0}. {1}.",
                    count,
                    failure.getMessage()));
  }
}
