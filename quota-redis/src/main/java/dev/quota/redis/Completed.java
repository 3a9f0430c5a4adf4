package dev.quota.redis;

import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** Reads completed futures without waiting. Stateless. */
final class Completed {

  private Completed() {}

  /**
   * Returns the value of a future.
   *
   * @throws IllegalStateException if it is not completed yet
   */
  static <T> T value(CompletableFuture<T> future) {
    requireDone(future);
    return future.join();
  }

  /**
   * Returns the failure of a future.
   *
   * @throws IllegalStateException if it is not completed yet, or has a value
   */
  static Throwable failure(CompletableFuture<?> future) {
    requireDone(future);
    try {
      var unused = future.join();
    } catch (CompletionException | CancellationException e) {
      return RedisFailure.unwrapped(e);
    }
    throw new IllegalStateException("the future has not failed");
  }

  private static void requireDone(CompletableFuture<?> future) {
    if (!future.isDone()) {
      throw new IllegalStateException("the future is not completed yet");
    }
  }
}
