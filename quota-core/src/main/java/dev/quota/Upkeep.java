package dev.quota;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Looks after what is open: renews it before its store forgets it, and tries again what its store
 * did not answer. One thread does so, from the first open work on. Safe for use by several threads.
 */
final class Upkeep implements AutoCloseable {

  private static final System.Logger LOG = System.getLogger(Upkeep.class.getName());
  private static final Duration TICK = Duration.ofSeconds(1);

  /** Work that somebody has to come back to. */
  interface Open {

    /** Returns after how long it must be looked after again. */
    Duration interval();

    /** Does what is due; returns false if it needs nothing any more. */
    boolean attend();
  }

  private static final class Visit {

    final Open open;
    final long intervalNanos;
    private long lastNanos;

    Visit(Open open) {
      this.open = open;
      this.intervalNanos = open.interval().toNanos();
      this.lastNanos = System.nanoTime();
    }

    boolean isDue(long nowNanos) {
      return nowNanos - lastNanos >= intervalNanos;
    }

    boolean attend(long nowNanos) {
      lastNanos = nowNanos;
      return open.attend();
    }
  }

  private final Set<Visit> visits = ConcurrentHashMap.newKeySet();
  private volatile @Nullable ScheduledExecutorService thread;
  private volatile boolean closed;

  /** Looks after something until it needs nothing any more, or the visit ends. */
  Runnable add(Open open) {
    Visit visit = new Visit(open);
    visits.add(visit);
    start();
    return () -> visits.remove(visit);
  }

  private void start() {
    if (thread == null && !closed) {
      synchronized (this) {
        if (thread == null && !closed) {
          thread = Executors.newSingleThreadScheduledExecutor(Upkeep::daemon);
          var unused =
              thread.scheduleWithFixedDelay(
                  this::attendDue, TICK.toMillis(), TICK.toMillis(), TimeUnit.MILLISECONDS);
        }
      }
    }
  }

  private static Thread daemon(Runnable task) {
    Thread thread = new Thread(task, "quota-upkeep");
    thread.setDaemon(true);
    return thread;
  }

  private void attendDue() {
    for (Visit visit : visits) {
      if (closed) {
        return;
      }
      long nowNanos = System.nanoTime();
      if (visit.isDue(nowNanos)) {
        attend(visit, nowNanos);
      }
    }
  }

  /** Looks after everything now, due or not. */
  void attendAll() {
    for (Visit visit : visits) {
      attend(visit, System.nanoTime());
    }
  }

  private void attend(Visit visit, long nowNanos) {
    try {
      if (!visit.attend(nowNanos)) {
        visits.remove(visit);
      }
    } catch (RuntimeException e) {
      // The others still have to be looked after.
      LOG.log(
          System.Logger.Level.WARNING,
          "Open work could not be looked after; it is tried again.",
          e);
    }
  }

  /** Returns how much is open. */
  int size() {
    return visits.size();
  }

  /** Stops. What is open expires in its store. */
  @Override
  public void close() {
    closed = true;
    visits.clear();
    synchronized (this) {
      if (thread != null) {
        thread.shutdownNow();
      }
    }
  }
}
