package dev.quota;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * What listeners hear once an operation has ended its turn: a listener may use the reservation that
 * it hears of. Safe for use by several threads.
 */
final class PendingEvents {

  private final Queue<Runnable> events = new ConcurrentLinkedQueue<>();

  void add(Runnable event) {
    events.add(event);
  }

  /** Tells what is pending, each event once and in order. */
  void tell() {
    Runnable next = events.poll();
    while (next != null) {
      next.run();
      next = events.poll();
    }
  }
}
