package dev.quota.demo;

import dev.quota.store.QuotaClock;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A clock that can be put ahead, so that a limit per minute need not be waited for in front of an
 * audience. It never goes back. Thread-safe.
 */
final class DemoClock implements QuotaClock {

  private final QuotaClock base;
  private final AtomicLong aheadMillis = new AtomicLong();

  DemoClock(QuotaClock base) {
    this.base = base;
  }

  @Override
  public long millis() {
    return base.millis() + aheadMillis.get();
  }

  /** Moves the clock forward by a time of zero or more. */
  void skip(Duration time) {
    aheadMillis.addAndGet(Math.max(0, time.toMillis()));
  }
}
