package dev.quota;

import dev.quota.store.QuotaClock;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/**
 * Counts what happens often, and lets a line of the log be written about it once in a while. Safe
 * for use by several threads.
 */
final class LogInterval {

  private static final long INTERVAL_MILLIS = OutageLog.INTERVAL.toMillis();

  private final QuotaClock clock;
  private final LongAdder happened = new LongAdder();
  private final AtomicLong silentUntilMillis = new AtomicLong(Long.MIN_VALUE);

  LogInterval(QuotaClock clock) {
    this.clock = clock;
  }

  /** Counts one more; returns how many there were since the last line, if it is time for one. */
  OptionalLong next() {
    happened.increment();
    long now = clock.millis();
    long until = silentUntilMillis.get();
    // A clock that was set back must not silence the log for as long.
    return (now >= until || until - now > INTERVAL_MILLIS)
            && silentUntilMillis.compareAndSet(until, now + INTERVAL_MILLIS)
        ? OptionalLong.of(happened.sumThenReset())
        : OptionalLong.empty();
  }
}
