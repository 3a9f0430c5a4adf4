package dev.quota.benchmarks.redis;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/** Threads that call at the same time. */
final class Crowd {

  private static final int FILLERS = 64;

  private Crowd() {}

  /** Runs each task on a thread of its own and returns their results when all have ended. */
  static <T> List<T> together(List<? extends Callable<T>> tasks) {
    ExecutorService threads = Executors.newFixedThreadPool(tasks.size());
    try {
      List<T> results = new ArrayList<>();
      for (Future<T> future : threads.invokeAll(tasks)) {
        results.add(future.get());
      }
      return results;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while measuring", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    } finally {
      threads.shutdownNow();
    }
  }

  /** Runs something once for each user, on many threads. */
  static void everyone(int users, IntConsumer action) {
    int threads = Math.min(FILLERS, users);
    List<Integer> unused =
        together(
            IntStream.range(0, threads)
                .<Callable<Integer>>mapToObj(
                    first ->
                        () -> {
                          for (int user = first; user < users; user += threads) {
                            action.accept(user);
                          }
                          return first;
                        })
                .toList());
  }
}
