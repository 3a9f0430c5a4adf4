package dev.quota;

import dev.quota.store.QuotaClock;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/** Counts a frequent problem and limits its log lines to one a minute. Thread-safe. */
final class LogInterval {

  private static final long INTERVAL_MILLIS = OutageLog.INTERVAL.toMillis();

  private final QuotaClock clock;
  private final LongAdder happened = new LongAdder();
  private final AtomicLong silentUntilMillis = new AtomicLong(Long.MIN_VALUE);

  LogInterval(QuotaClock clock) {
    this.clock = clock;
  }

  /** Counts one more. Returns the count since the last line if a line is due. */
  OptionalLong next() {
    happened.increment();
    long now = clock.millis();
    long until = silentUntilMillis.get();
    // A clock that was set back must not stop the log for that long.
    return (now >= until || until - now > INTERVAL_MILLIS)
            && silentUntilMillis.compareAndSet(until, now + INTERVAL_MILLIS)
        ? OptionalLong.of(happened.sumThenReset())
        : OptionalLong.empty();
  }
}
