package dev.quota.storetests;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** Starts threads at the same time. */
public final class Race {

  /** One thread of a race. */
  @FunctionalInterface
  public interface Runner {
    /**
     * Runs.
     *
     * @param thread its number, from 0
     * @throws Exception if it fails, and with it the race
     */
    void run(int thread) throws Exception;
  }

  private Race() {}

  /**
   * Runs all threads and waits for their end.
   *
   * @param threads how many
   * @param runner what each does
   * @throws Exception if one of them fails
   */
  public static void run(int threads, Runner runner) throws Exception {
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try {
      CountDownLatch start = new CountDownLatch(threads);
      List<Future<?>> runs = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        int thread = i;
        runs.add(
            pool.submit(
                () -> {
                  start.countDown();
                  start.await();
                  runner.run(thread);
                  return null;
                }));
      }
      for (Future<?> run : runs) {
        run.get(60, TimeUnit.SECONDS);
      }
    } finally {
      pool.shutdownNow();
    }
  }
}
