package dev.quota.redis;

import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinWorkerThread;
import java.util.concurrent.TimeUnit;

/**
 * The threads on which stages complete, if the application gives none.
 *
 * <p>The common pool is not used, because on one or two processors {@link
 * java.util.concurrent.CompletableFuture} starts a new thread for each task instead.
 */
final class CompletionThreads {

  private static final int LEAST = 2;
  private static final int MOST = 256;
  private static final long IDLE_SECONDS = 5;

  private CompletionThreads() {}

  /**
   * Makes one thread for each processor, and at least two. They are daemons and end when they are
   * idle, so they need not be closed.
   */
  static Executor create() {
    int threads = Math.max(LEAST, Runtime.getRuntime().availableProcessors());
    ClassLoader classes = Thread.currentThread().getContextClassLoader();
    return new ForkJoinPool(
        threads,
        pool -> named(ForkJoinPool.defaultForkJoinWorkerThreadFactory.newThread(pool), classes),
        null,
        true,
        0,
        MOST,
        1,
        null,
        IDLE_SECONDS,
        TimeUnit.SECONDS);
  }

  /** The class loader of the application, because its code runs on these threads. */
  private static ForkJoinWorkerThread named(ForkJoinWorkerThread thread, ClassLoader classes) {
    thread.setName("quota-redis-" + thread.getPoolIndex());
    thread.setContextClassLoader(classes);
    return thread;
  }
}
