package dev.quota.redis;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A circuit breaker: it stops calls to a Redis that does not answer. Thread-safe; never blocks.
 *
 * <p>It is <em>closed</em> while Redis answers in time, and <em>open</em> while calls are stopped.
 * A number of failures in a row opens it. Timeouts open it only if Redis stays silent, because a
 * process without a processor misses replies too. So after the last of those failures the breaker
 * waits a little longer for any reply. It only counts time in which this process was scheduled
 * normally.
 *
 * <p>It is <em>half-open</em> while Redis answers too late for its callers. Then a few calls may
 * pass, and the first reply in time closes it. Every reply shows that Redis works, even a late one.
 */
final class Breaker {

  /** Why calls are stopped, and since when by {@link System#nanoTime}. */
  record Outage(String reason, long sinceNanos) {}

  static final long TICK_MILLIS = 10;

  /** A tick that is later than this shows that this process is short of processor time. */
  static final long LATE_TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

  /** How many punctual ticks without a reply open the breaker. */
  static final int SILENT_TICKS = 20;

  private static final long LASTING_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** The most ticks, including late ones, so that a busy process detects outages too. */
  static final int MOST_TICKS = 100;

  /** Runs tasks on the JDK's single thread for delays, so they must be short. */
  private static final Executor NEXT_TICK =
      CompletableFuture.delayedExecutor(TICK_MILLIS, TimeUnit.MILLISECONDS, Runnable::run);

  private final int failuresBeforeOpen;
  private final Runnable onOutage;
  private final Executor nextTick;
  private final AtomicInteger failures = new AtomicInteger();
  private final AtomicInteger lateReplies = new AtomicInteger();
  private final AtomicBoolean doubting = new AtomicBoolean();
  private volatile long lastReplyNanos = System.nanoTime();
  private volatile boolean halfOpen;
  private volatile long halfOpenSinceNanos;
  private volatile @Nullable Outage outage;

  Breaker(int failuresBeforeOpen, Runnable onOutage, String reason) {
    this(failuresBeforeOpen, onOutage, reason, NEXT_TICK);
  }

  /**
   * Creates an open breaker.
   *
   * @param nextTick runs a task after one tick
   */
  Breaker(int failuresBeforeOpen, Runnable onOutage, String reason, Executor nextTick) {
    this.failuresBeforeOpen = failuresBeforeOpen;
    this.onOutage = onOutage;
    this.nextTick = nextTick;
    this.outage = new Outage(reason, System.nanoTime());
  }

  /** Returns the outage that stops calls, or null if they may pass. */
  @Nullable Outage outage() {
    return outage;
  }

  /** Returns whether Redis answers too late for callers, so that only a few calls may pass. */
  boolean isHalfOpen() {
    return halfOpen;
  }

  /** Returns whether it has been half-open for longer than a short overload of this process. */
  boolean isLastinglyHalfOpen() {
    return halfOpen && System.nanoTime() - halfOpenSinceNanos > LASTING_NANOS;
  }

  /** Returns whether any reply has arrived since a moment, by {@link System#nanoTime}. */
  boolean hasRepliedSince(long nanos) {
    return lastReplyNanos - nanos >= 0;
  }

  /** Notes a reply that arrived in time. */
  void succeeded() {
    noteReply();
    if (lateReplies.get() != 0) {
      lateReplies.set(0);
    }
    if (halfOpen || outage != null) {
      close();
    }
  }

  /** Notes a reply that arrived after its caller gave up. */
  void answeredLate() {
    alive();
    if (lateReplies.incrementAndGet() >= failuresBeforeOpen && !halfOpen) {
      halfOpenSinceNanos = System.nanoTime();
      halfOpen = true;
      onOutage.run();
    }
  }

  /** Notes a reply that only shows that Redis works. It makes an open breaker half-open. */
  void alive() {
    noteReply();
    if (outage != null) {
      halve();
    }
  }

  private void noteReply() {
    lastReplyNanos = System.nanoTime();
    if (failures.get() != 0) {
      failures.set(0);
    }
  }

  private synchronized void halve() {
    if (outage != null) {
      halfOpenSinceNanos = System.nanoTime();
      halfOpen = true;
      outage = null;
    }
  }

  /** Notes an error of Redis or the network that cannot be this process's fault. */
  void failed(String reason) {
    if (failures.incrementAndGet() >= failuresBeforeOpen) {
      open(reason);
    }
  }

  /** Notes a timeout, which may be the fault of Redis or of this process. */
  void timedOut(String reason) {
    if (failures.incrementAndGet() >= failuresBeforeOpen
        && outage == null
        && doubting.compareAndSet(false, true)) {
      nextTick(new Doubt(reason, System.nanoTime()));
    }
  }

  /** A silence that may be the fault of this process. Used by one thread at a time. */
  private static final class Doubt {
    private final String reason;
    private final long sinceNanos;
    private int onTime;
    private int all;

    Doubt(String reason, long sinceNanos) {
      this.reason = reason;
      this.sinceNanos = sinceNanos;
    }

    /** Notes a tick. Returns whether the silence is the fault of Redis. */
    boolean isSettledBy(long lateNanos) {
      all++;
      if (lateNanos < LATE_TICK_NANOS) {
        onTime++;
      }
      return onTime >= SILENT_TICKS || all >= MOST_TICKS;
    }
  }

  private void nextTick(Doubt doubt) {
    long dueNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(TICK_MILLIS);
    nextTick.execute(() -> tick(doubt, System.nanoTime() - dueNanos));
  }

  /**
   * Opens the breaker if there is no reply for some ticks. Each tick begins when the last one ran.
   */
  private void tick(Doubt doubt, long lateNanos) {
    if (hasRepliedSince(doubt.sinceNanos)) {
      doubting.set(false);
    } else if (doubt.isSettledBy(lateNanos)) {
      open(doubt.reason);
      doubting.set(false);
    } else {
      nextTick(doubt);
    }
  }

  /** Opens it, or updates the reason. */
  synchronized void open(String reason) {
    Outage known = outage;
    outage = new Outage(reason, known == null ? System.nanoTime() : known.sinceNanos());
    halfOpen = false;
    if (known == null) {
      onOutage.run();
    }
  }

  /** Closes it. Returns the outage that is over, or null if there was none. */
  synchronized @Nullable Outage close() {
    Outage over = outage;
    failures.set(0);
    lateReplies.set(0);
    halfOpen = false;
    outage = null;
    return over;
  }
}
