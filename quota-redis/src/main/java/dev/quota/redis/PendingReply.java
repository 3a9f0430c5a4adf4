package dev.quota.redis;

import dev.quota.spi.StoreReply;
import dev.quota.store.QuotaStoreException;
import dev.quota.store.QuotaStoreException.Applied;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * A command in flight, for one caller.
 *
 * @param future completes with the bytes from Redis, or with a {@link QuotaStoreException}
 * @param reading turns them into the caller's reply, on the caller's thread
 * @param leaving stops waiting, and returns whether the command may have been applied
 * @param giveUpNanos until when to wait, by {@link System#nanoTime}
 * @param <T> the type of the result from Redis
 */
record PendingReply<T>(
    CompletableFuture<T> future,
    Function<T, StoreReply> reading,
    Supplier<Applied> leaving,
    long giveUpNanos) {

  /** A thread that wakes up later than this was short of processor time. */
  private static final long LATE_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

  /**
   * The longest extra wait. Replies that arrived during a pause of the process are read soon after
   * it.
   */
  private static final long MOST_LATE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private static final String TOO_LATE = "Redis did not answer within the time budget";

  /** Waits for the reply. */
  StoreReply await() {
    try {
      return reading.apply(result());
    } catch (TimeoutException e) {
      throw new QuotaStoreException(TOO_LATE, leave(), null);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new QuotaStoreException(
          "the thread was interrupted while it waited for Redis", leave(), e);
    } catch (ExecutionException e) {
      throw failure(RedisFailure.unwrapped(e));
    }
  }

  /**
   * Waits until the deadline. A thread that wakes up late waits again for as long as it was late,
   * because the threads that read replies were short of processor time too.
   */
  private T result() throws InterruptedException, ExecutionException, TimeoutException {
    try {
      return future.get(giveUpNanos - System.nanoTime(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      long lateNanos = System.nanoTime() - giveUpNanos;
      if (lateNanos < LATE_NANOS) {
        throw e;
      }
      return future.get(Math.min(lateNanos, MOST_LATE_NANOS), TimeUnit.NANOSECONDS);
    }
  }

  /** Returns the reply as a stage that completes on one of the executor's threads. */
  CompletionStage<StoreReply> later(Executor executor) {
    return future
        .orTimeout(giveUpNanos - System.nanoTime(), TimeUnit.NANOSECONDS)
        .handleAsync(
            (result, failure) -> {
              if (failure == null) {
                return reading.apply(result);
              }
              Throwable cause = RedisFailure.unwrapped(failure);
              throw cause instanceof TimeoutException
                  ? new QuotaStoreException(TOO_LATE, leave(), null)
                  : failure(cause);
            },
            executor);
  }

  /** Stops waiting. Otherwise a pending call in a batch that is never sent would never complete. */
  private Applied leave() {
    Applied applied = leaving.get();
    future.cancel(false);
    return applied;
  }

  /**
   * Returns an exception for this caller, because the calls of a batch share one from another
   * thread.
   */
  private static QuotaStoreException failure(Throwable cause) {
    return cause instanceof QuotaStoreException shared
        ? RedisFailure.again(shared, shared.applied())
        : RedisFailure.of(cause).exception(cause);
  }
}
