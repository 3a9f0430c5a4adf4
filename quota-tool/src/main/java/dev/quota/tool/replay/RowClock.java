package dev.quota.tool.replay;

import dev.quota.store.QuotaClock;

/** A clock that shows the time of the row that is charged. Only one thread sets it. */
final class RowClock implements QuotaClock {

  private volatile long millis;

  void set(long epochMillis) {
    millis = epochMillis;
  }

  @Override
  public long millis() {
    return millis;
  }

  /** Returns the same time, because only rows move this clock. */
  @Override
  public long elapsedMillis() {
    return millis;
  }
}
