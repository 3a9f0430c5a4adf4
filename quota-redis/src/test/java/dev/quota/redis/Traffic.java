package dev.quota.redis;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntConsumer;

/**
 * Callers that ask again and again, each on a thread of its own, until the test has seen enough.
 */
final class Traffic implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /**
   * Where every call is answered in microseconds, callers without a pause would measure only how
   * they take the processor from each other.
   */
  private static final long PAUSE_NANOS = Duration.ofMillis(1).toNanos();

  private final List<Thread> threads = new ArrayList<>();
  private final Stalls stalls = Stalls.watch();
  private final AtomicLong calls = new AtomicLong();
  private final AtomicReference<Throwable> defect = new AtomicReference<>();
  private volatile boolean stopped;

  private Traffic() {}

  /**
   * Starts callers.
   *
   * @param callers how many
   * @param call what each does, given its number; what it throws fails the test
   */
  static Traffic start(int callers, IntConsumer call) {
    Traffic traffic = new Traffic();
    for (int i = 0; i < callers; i++) {
      int caller = i;
      Thread thread = new Thread(() -> traffic.ask(caller, call), "caller-" + i);
      thread.setDaemon(true);
      traffic.threads.add(thread);
    }
    traffic.threads.forEach(Thread::start);
    return traffic;
  }

  private void ask(int caller, IntConsumer call) {
    try {
      while (!stopped) {
        call.accept(caller);
        calls.incrementAndGet();
        LockSupport.parkNanos(PAUSE_NANOS);
      }
    } catch (RuntimeException | Error e) {
      defect.compareAndSet(null, e);
    }
  }

  /** Waits until this many calls more are over. */
  void await(long more) {
    long enough = calls.get() + more;
    Eventually.within(
        PATIENCE,
        () -> more + " calls more, not just " + (calls.get() - enough + more),
        () -> calls.get() >= enough || defect.get() != null);
  }

  /** Returns when the machine let nobody run since the start. */
  Stalls stalls() {
    return stalls;
  }

  /** Waits for the callers to end. */
  void stop() {
    close();
    Eventually.within(
        PATIENCE, "all callers end", () -> threads.stream().noneMatch(Thread::isAlive));
    if (defect.get() != null) {
      throw new AssertionError("a caller failed", defect.get());
    }
  }

  @Override
  public void close() {
    stopped = true;
    stalls.close();
  }
}
