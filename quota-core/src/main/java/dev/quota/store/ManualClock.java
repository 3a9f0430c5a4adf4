package dev.quota.store;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A clock for tests, which only moves when a test moves it. Thread-safe.
 *
 * <pre>{@code
 * ManualClock clock = ManualClock.at("2026-11-23T14:59:30Z");
 * clock.advance(Duration.ofMinutes(1));
 * }</pre>
 */
public final class ManualClock implements QuotaClock {

  private final AtomicLong millis;
  private final AtomicLong jumped = new AtomicLong();

  /**
   * Creates a clock.
   *
   * @param start its first time, cut to whole milliseconds
   */
  public ManualClock(Instant start) {
    millis = new AtomicLong(start.toEpochMilli());
  }

  /**
   * Returns a clock.
   *
   * @param start its first time, such as {@code "2026-11-23T14:59:30Z"}
   * @return the clock
   */
  public static ManualClock at(String start) {
    return new ManualClock(Instant.parse(start));
  }

  @Override
  public long millis() {
    return millis.get();
  }

  /** Returns the elapsed time, which does not include jumps. */
  @Override
  public long elapsedMillis() {
    return millis.get() - jumped.get();
  }

  /**
   * Moves the wall clock without elapsed time, like a correction of a clock.
   *
   * @param step how far; negative to move it back
   */
  public void jump(Duration step) {
    millis.addAndGet(step.toMillis());
    jumped.addAndGet(step.toMillis());
  }

  /**
   * Lets time elapse without moving the wall clock.
   *
   * @param step how much
   */
  public void pass(Duration step) {
    jumped.addAndGet(-step.toMillis());
  }

  /**
   * Returns the wall clock's time.
   *
   * @return whole milliseconds
   */
  public Instant instant() {
    return Instant.ofEpochMilli(millis());
  }

  /**
   * Moves the wall clock and the elapsed time.
   *
   * @param step how far; negative to move it back
   */
  public void advance(Duration step) {
    millis.addAndGet(step.toMillis());
  }

  /**
   * Moves the wall clock and the elapsed time.
   *
   * @param stepMillis how far in milliseconds; negative to move it back
   */
  public void advanceMillis(long stepMillis) {
    millis.addAndGet(stepMillis);
  }

  /**
   * Sets the clock.
   *
   * @param epochMillis milliseconds since the epoch
   */
  public void set(long epochMillis) {
    millis.set(epochMillis);
  }

  /**
   * Sets the clock.
   *
   * @param instant the moment, cut to whole milliseconds
   */
  public void set(Instant instant) {
    set(instant.toEpochMilli());
  }
}
