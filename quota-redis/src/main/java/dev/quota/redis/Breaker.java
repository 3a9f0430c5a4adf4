package dev.quota.redis;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Keeps calls away from a Redis that does not answer. Safe for use by several threads; never
 * blocks.
 *
 * <p>It is <em>closed</em> while Redis answers in time, and <em>open</em> while calls are kept
 * away. A number of failures in a row opens it. Calls that time out open it only if Redis stays
 * silent: a process that was not scheduled misses replies too, and that says nothing about Redis.
 * So after the last of those failures the breaker waits a little longer for any reply, in time in
 * which this process demonstrably ran when it should.
 *
 * <p>It is <em>half-open</em> while Redis answers, but later than its callers wait: a few calls may
 * pass, and the first reply in time closes it. Every reply is a sign of life, however late it is.
 */
final class Breaker {

  /** Why calls are kept away. */
  record Outage(String reason, long sinceNanos) {}

  static final long TICK_MILLIS = 10;

  /** A tick that runs later than this shows that this process lacks a processor. */
  static final long LATE_TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

  /** How many ticks on time must be silent before it counts. */
  static final int SILENT_TICKS = 20;

  private static final long LASTING_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** How many ticks at most, late ones with them: a busy process finds outages too. */
  static final int MOST_TICKS = 100;

  /** Runs what it is given on the JDK's one thread for delays: it must be short. */
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
   * Makes an open breaker.
   *
   * @param nextTick runs a task when this process has run for a little longer
   */
  Breaker(int failuresBeforeOpen, Runnable onOutage, String reason, Executor nextTick) {
    this.failuresBeforeOpen = failuresBeforeOpen;
    this.onOutage = onOutage;
    this.nextTick = nextTick;
    this.outage = new Outage(reason, System.nanoTime());
  }

  /** Returns the outage that keeps calls away, or null if they may pass. */
  @Nullable Outage outage() {
    return outage;
  }

  /** Returns whether Redis answers, but later than callers wait, so that few calls may pass. */
  boolean isHalfOpen() {
    return halfOpen;
  }

  /** Returns whether it has been half-open for longer than a busy moment of this process takes. */
  boolean isLastinglyHalfOpen() {
    return halfOpen && System.nanoTime() - halfOpenSinceNanos > LASTING_NANOS;
  }

  /** Returns whether any reply came since a moment, by {@link System#nanoTime}. */
  boolean hasRepliedSince(long nanos) {
    return lastReplyNanos - nanos >= 0;
  }

  /** Notes a reply that came while its caller waited. */
  void succeeded() {
    noteReply();
    if (lateReplies.get() != 0) {
      lateReplies.set(0);
    }
    if (halfOpen || outage != null) {
      close();
    }
  }

  /** Notes a reply that came after its caller gave up. */
  void answeredLate() {
    alive();
    if (lateReplies.incrementAndGet() >= failuresBeforeOpen && !halfOpen) {
      halfOpenSinceNanos = System.nanoTime();
      halfOpen = true;
      onOutage.run();
    }
  }

  /** Notes a reply that says only that Redis lives; of an open breaker it makes a half-open one. */
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

  /** Notes a failure in which Redis itself, or the network, said that there is no help. */
  void failed(String reason) {
    if (failures.incrementAndGet() >= failuresBeforeOpen) {
      open(reason);
    }
  }

  /** Notes that something was not answered in time: by Redis, or because this process was late. */
  void timedOut(String reason) {
    if (failures.incrementAndGet() >= failuresBeforeOpen
        && outage == null
        && doubting.compareAndSet(false, true)) {
      nextTick(new Doubt(reason, System.nanoTime()));
    }
  }

  /** Silence that may be this process's own fault. Used by one thread after the other. */
  private static final class Doubt {
    private final String reason;
    private final long sinceNanos;
    private int onTime;
    private int all;

    Doubt(String reason, long sinceNanos) {
      this.reason = reason;
      this.sinceNanos = sinceNanos;
    }

    /** Notes a tick, and returns whether the silence is Redis's. */
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

  /** Opens it if nothing is heard for some ticks, each of which begins when the last one ran. */
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

  /** Opens it, or renews the reason why it is open. */
  synchronized void open(String reason) {
    Outage known = outage;
    outage = new Outage(reason, known == null ? System.nanoTime() : known.sinceNanos());
    halfOpen = false;
    if (known == null) {
      onOutage.run();
    }
  }

  /** Lets calls pass again; returns the outage that is over, or null if there was none. */
  synchronized @Nullable Outage close() {
    Outage over = outage;
    failures.set(0);
    lateReplies.set(0);
    halfOpen = false;
    outage = null;
    return over;
  }
}
