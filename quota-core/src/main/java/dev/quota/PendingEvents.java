package dev.quota;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Events that are published after an operation has ended its turn, because a listener may use the
 * reservation of the event. Thread-safe.
 */
final class PendingEvents {

  private final Queue<Runnable> events = new ConcurrentLinkedQueue<>();

  void add(Runnable event) {
    events.add(event);
  }

  /** Publishes the pending events, each once and in order. */
  void publish() {
    Runnable next = events.poll();
    while (next != null) {
      next.run();
      next = events.poll();
    }
  }
}
