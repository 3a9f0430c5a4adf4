package dev.quota.redis;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The threads that run at one moment, to find out later which ones were left behind. */
final class RunningThreads {

  /** Threads that the JVM, JUnit and Surefire start on their own. */
  private static final Pattern OF_THE_HOUSE =
      Pattern.compile(
          "process reaper.*|ForkJoinPool\\.commonPool-.*|CompletableFutureDelayScheduler"
              + "|Common-Cleaner|Attach Listener|junit-.*|surefire-.*|Keep-Alive-Timer");

  private final Set<Thread> threads;

  private RunningThreads(Set<Thread> threads) {
    this.threads = threads;
  }

  static RunningThreads now() {
    return new RunningThreads(
        Thread.getAllStackTraces().keySet().stream()
            .filter(thread -> !OF_THE_HOUSE.matcher(thread.getName()).matches())
            .collect(Collectors.toUnmodifiableSet()));
  }

  /** Returns the names of those that did not run at the earlier moment. */
  List<String> since(RunningThreads before) {
    return threads.stream()
        .filter(thread -> !before.threads.contains(thread))
        .map(Thread::getName)
        .sorted()
        .toList();
  }

  /**
   * Asserts that all threads since this moment end.
   *
   * @param patience how long they may take
   */
  void assertNoMore(Duration patience) {
    Eventually.within(
        patience,
        () -> "these threads end: " + now().since(this),
        () -> now().since(this).isEmpty());
  }
}
