package dev.quota.spi;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** Lets threads start at one moment. */
final class Race {

  /** One thread of a race. */
  @FunctionalInterface
  interface Runner {
    void run(int thread);
  }

  private Race() {}

  /** Runs all to their end, and fails if one of them does. */
  static void run(int threads, Runner runner) throws Exception {
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
