package dev.quota.tool.replay;

import dev.quota.store.QuotaClock;

/** Shows the time of the row that is charged. One thread moves it. */
final class RowClock implements QuotaClock {

  private volatile long millis;

  void set(long epochMillis) {
    millis = epochMillis;
  }

  @Override
  public long millis() {
    return millis;
  }

  /** Returns the same: in a log, time passes as its rows say. */
  @Override
  public long elapsedMillis() {
    return millis;
  }
}
