package dev.quota.redis;

import dev.quota.store.QuotaStoreException;
import dev.quota.store.QuotaStoreException.Applied;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/**
 * Bounds how many calls wait for Redis at the same time. Reads have a smaller bound and are refused
 * first, so that many reads do not displace charges. Thread-safe; never blocks.
 */
final class CallsInFlight {

  /** A part of the bound on calls. While more than that wait, no read is sent. */
  private static final int BUSY_PART = 2;

  /** A part of the bound on calls: how many may wait for a Redis that answers too late. */
  private static final int HALF_OPEN_PART = 10;

  private static final int LEAST_HALF_OPEN = 8;

  private static final long RECENT_NANOS = TimeUnit.MINUTES.toNanos(1);

  private final int mostCalls;
  private final int mostReads;
  private final AtomicInteger calls = new AtomicInteger();
  private final AtomicInteger reads = new AtomicInteger();
  private final AtomicLong shed = new AtomicLong();
  private volatile long lastShedNanos = System.nanoTime();

  CallsInFlight(int mostCalls, int mostReads) {
    this.mostCalls = mostCalls;
    this.mostReads = mostReads;
  }

  /** Returns how many calls wait that are no reads. */
  int calls() {
    return calls.get();
  }

  /** Returns how many reads were refused so far, if one was refused in the last minute; else 0. */
  long shedReads() {
    return System.nanoTime() - lastShedNanos < RECENT_NANOS ? shed.get() : 0;
  }

  /**
   * Starts a call and counts it until it is answered or given up.
   *
   * @throws QuotaStoreException if too many wait already
   */
  <T> PendingReply<T> call(Supplier<PendingReply<T>> start) {
    if (calls.incrementAndGet() > mostCalls) {
      calls.decrementAndGet();
      throw new QuotaStoreException(
          mostCalls + " calls wait for Redis already; this one was not sent", Applied.NO, null);
    }
    return started(calls, start);
  }

  /**
   * Starts a read and counts it until it is answered or given up.
   *
   * @throws QuotaStoreException that {@linkplain QuotaStoreException#isShed is shed} if too many
   *     wait already
   */
  <T> PendingReply<T> read(Supplier<PendingReply<T>> start) {
    if (reads.incrementAndGet() > mostReads) {
      reads.decrementAndGet();
      throw shed(mostReads + " reads wait for Redis already; this one was not sent");
    }
    if (calls.get() > mostCalls / BUSY_PART) {
      reads.decrementAndGet();
      throw shed("too many calls wait for Redis; this read was not sent");
    }
    return started(reads, start);
  }

  private static <T> PendingReply<T> started(AtomicInteger count, Supplier<PendingReply<T>> start) {
    PendingReply<T> pending;
    try {
      pending = start.get();
    } catch (RuntimeException e) {
      count.decrementAndGet();
      throw e;
    }
    CompletableFuture<T> unused =
        pending.future().whenComplete((result, failure) -> count.decrementAndGet());
    return pending;
  }

  /**
   * Bounds the calls while a master answers too late.
   *
   * @throws QuotaStoreException if more wait already, or if it is a read
   */
  void requireFew(boolean isRead) {
    if (isRead) {
      throw shed("Redis answers too late at the moment; this read was not sent");
    }
    int most = Math.max(LEAST_HALF_OPEN, mostCalls / HALF_OPEN_PART);
    if (calls.get() > most) {
      throw new QuotaStoreException(
          "Redis answers too late at the moment, and "
              + most
              + " calls wait for it already; this one was not sent",
          Applied.NO,
          null);
    }
  }

  private QuotaStoreException shed(String message) {
    lastShedNanos = System.nanoTime();
    shed.incrementAndGet();
    return QuotaStoreException.shed(message);
  }
}
