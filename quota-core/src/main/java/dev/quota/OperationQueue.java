package dev.quota;

import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Runs operations one after the other, in the order of their calls, even while one waits for a
 * store. No lock is held in that time. A thread that waits for its turn is parked. An asynchronous
 * operation is started when its turn comes. Thread-safe.
 */
final class OperationQueue {

  /** The progress of the operation that has its turn. */
  private enum Phase {
    /** Its caller is about to start it. */
    STARTING,
    /** It runs, or waits for a store. */
    STARTED,
    /** It ended before the start returned. */
    LEFT
  }

  private final Queue<Runnable> waiting = new ConcurrentLinkedQueue<>();

  /** How many operations run or wait. */
  private final AtomicInteger size = new AtomicInteger();

  private final AtomicReference<Phase> phase = new AtomicReference<>(Phase.STARTED);

  /**
   * Starts an operation when its turn comes: at once on this thread, or later on the thread that
   * ends the one before it.
   *
   * @param start must not throw; the started operation calls {@link #leave} once
   */
  void enter(Runnable start) {
    waiting.add(start);
    if (size.getAndIncrement() == 0) {
      startNext();
    }
  }

  /** Waits for a turn. The caller then calls {@link #leave} once. */
  void enter() {
    if (size.compareAndSet(0, 1)) {
      phase.set(Phase.STARTED);
      return;
    }
    CompletableFuture<@Nullable Void> turn = new CompletableFuture<>();
    enter(() -> turn.complete(null));
    turn.join();
  }

  /** Ends the operation that has its turn. */
  void leave() {
    if (phase.compareAndSet(Phase.STARTING, Phase.LEFT)) {
      // The caller of the start goes on in its loop, so that a long queue uses no stack.
      return;
    }
    if (size.decrementAndGet() > 0) {
      startNext();
    }
  }

  private void startNext() {
    do {
      phase.set(Phase.STARTING);
      waiting.remove().run();
      if (phase.compareAndSet(Phase.STARTING, Phase.STARTED)) {
        return;
      }
    } while (size.decrementAndGet() > 0);
  }
}
