package dev.quota;

import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Lets operations run one after the other, in the order in which they came, also where one waits
 * for a store. Nobody holds a lock meanwhile: a thread that waits for its turn is parked, and an
 * operation without a thread is started when its turn has come. Safe for use by several threads.
 */
final class OperationQueue {

  /** How far the operation that has its turn has come. */
  private enum Phase {
    /** Whoever starts it is still about to. */
    STARTING,
    /** It runs, or waits for a store. */
    STARTED,
    /** It was over before whoever started it came back. */
    LEFT
  }

  private final Queue<Runnable> waiting = new ConcurrentLinkedQueue<>();

  /** How many operations have their turn or wait for it. */
  private final AtomicInteger size = new AtomicInteger();

  private final AtomicReference<Phase> phase = new AtomicReference<>(Phase.STARTED);

  /**
   * Starts an operation when its turn comes: at once on this thread, or later on the thread that
   * ends the one before it.
   *
   * @param start must not throw; whoever it starts calls {@link #leave} once
   */
  void enter(Runnable start) {
    waiting.add(start);
    if (size.getAndIncrement() == 0) {
      startNext();
    }
  }

  /** Waits for a turn; the caller calls {@link #leave} once. */
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
      // Whoever started it goes on, so that a long queue takes no stack.
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
