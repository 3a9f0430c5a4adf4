package dev.quota.redis;

import dev.quota.store.QuotaStoreException;
import dev.quota.store.QuotaStoreException.Applied;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Calls Redis about policies and waits for a bounded time. A client that is not connected yet can
 * block its caller for much longer. Thread-safe.
 */
final class PublishedCalls implements AutoCloseable {

  /**
   * Longer than the timeout of the store's client, so that the client's error is reported first.
   */
  private static final Duration PATIENCE = Duration.ofSeconds(4);

  private static final int MOST_THREADS = 32;
  private static final long IDLE_SECONDS = 10;

  private final ExecutorService threads =
      new ThreadPoolExecutor(
          0,
          MOST_THREADS,
          IDLE_SECONDS,
          TimeUnit.SECONDS,
          new SynchronousQueue<>(),
          new DefaultThreadFactory("quota-published", true));

  /**
   * Calls Redis.
   *
   * @throws QuotaStoreException if it does not answer, or answers with an error
   */
  <T> T call(Callable<T> command) {
    Future<T> reply;
    try {
      reply = threads.submit(command);
    } catch (RejectedExecutionException e) {
      // Earlier calls still wait.
      throw RedisFailure.NO_CONNECTION.exception(e);
    }
    try {
      return reply.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw RedisFailure.NO_ANSWER.exception(e);
    } catch (TimeoutException e) {
      throw RedisFailure.NO_ANSWER.exception(e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof QuotaStoreException known) {
        throw known;
      }
      throw RedisFailure.of(e).exception(e);
    }
  }

  /**
   * Calls Redis, to read only. A failure says that nothing was changed, also where nobody knows
   * whether Redis got the call.
   *
   * @throws QuotaStoreException if it does not answer, or answers with an error
   */
  <T> T read(Callable<T> command) {
    try {
      return call(command);
    } catch (QuotaStoreException e) {
      throw e.applied() == Applied.NO ? e : RedisFailure.again(e, Applied.NO);
    }
  }

  @Override
  public void close() {
    threads.shutdown();
  }
}
