package dev.quota.redis;

import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinWorkerThread;
import java.util.concurrent.TimeUnit;

/**
 * The threads on which stages complete, if the application gives none.
 *
 * <p>The common pool does not serve: on one or two processors {@link
 * java.util.concurrent.CompletableFuture} replaces it by a new thread for each task.
 */
final class CompletionThreads {

  private static final int LEAST = 2;
  private static final int MOST = 256;
  private static final long IDLE_SECONDS = 5;

  private CompletionThreads() {}

  /**
   * Makes as many threads as there are processors, and at least two. They are daemons, and they end
   * when they idle; so nobody has to close them.
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

  /** The class loader of the application: what is chained to a stage is its code. */
  private static ForkJoinWorkerThread named(ForkJoinWorkerThread thread, ClassLoader classes) {
    thread.setName("quota-redis-" + thread.getPoolIndex());
    thread.setContextClassLoader(classes);
    return thread;
  }
}
