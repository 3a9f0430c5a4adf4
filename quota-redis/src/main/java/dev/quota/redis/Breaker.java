package dev.quota.redis;

import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Keeps calls away from a Redis that does not answer. Safe for use by several threads.
 *
 * <p>A number of failures in a row opens it. No call is sacrificed to find out whether Redis is
 * back: while it is open, the {@link Watch} asks, and closes it.
 */
final class Breaker {

  /** Why calls are kept away. */
  record Outage(String reason, long sinceNanos) {}

  private final int failuresBeforeOpen;
  private final Runnable onOpen;
  private final AtomicInteger failures = new AtomicInteger();
  private volatile @Nullable Outage outage;

  Breaker(int failuresBeforeOpen, Runnable onOpen, String reason) {
    this.failuresBeforeOpen = failuresBeforeOpen;
    this.onOpen = onOpen;
    this.outage = new Outage(reason, System.nanoTime());
  }

  /** Returns the outage that keeps calls away, or null if they may pass. */
  @Nullable Outage outage() {
    return outage;
  }

  void succeeded() {
    if (failures.get() != 0) {
      failures.set(0);
    }
  }

  void failed(String reason) {
    if (failures.incrementAndGet() >= failuresBeforeOpen) {
      open(reason);
    }
  }

  /** Opens it, or renews the reason why it is open. */
  synchronized void open(String reason) {
    Outage known = outage;
    outage = new Outage(reason, known == null ? System.nanoTime() : known.sinceNanos());
    if (known == null) {
      onOpen.run();
    }
  }

  /** Lets calls pass again; returns the outage that is over, or null if there was none. */
  synchronized @Nullable Outage close() {
    Outage over = outage;
    failures.set(0);
    outage = null;
    return over;
  }
}
