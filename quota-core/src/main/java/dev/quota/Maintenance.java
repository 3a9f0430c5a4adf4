package dev.quota;

import java.time.Duration;
import java.util.Comparator;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Maintains open work: renews it before its store forgets it, sends again what its store did not
 * answer, and ends leaked work. One thread renews and never waits. Another thread does the rest.
 * Both start with the first open work. Thread-safe.
 */
final class Maintenance implements AutoCloseable {

  private static final System.Logger LOG = System.getLogger(Maintenance.class.getName());
  private static final Duration TICK = Duration.ofSeconds(1);

  /** Work that must be visited again. */
  interface Open {

    /** Returns the interval between visits. */
    Duration interval();

    /** Does what is due. Returns false if no more visits are needed. */
    boolean attend();
  }

  private static final class Visit {

    final Open open;
    final long number;
    final long intervalNanos;
    private long lastNanos;

    Visit(Open open, long number, long nowNanos) {
      this.open = open;
      this.number = number;
      this.intervalNanos = open.interval().toNanos();
      this.lastNanos = nowNanos;
    }

    boolean isDue(long nowNanos) {
      return nowNanos - lastNanos >= intervalNanos;
    }

    boolean attend(long nowNanos) {
      lastNanos = nowNanos;
      return open.attend();
    }
  }

  /** The one with the oldest visit comes first. */
  private final Set<Visit> visits =
      new ConcurrentSkipListSet<>(Comparator.comparingLong((Visit visit) -> visit.number));

  private final AtomicLong numbers = new AtomicLong();
  private final LongSupplier nanoTime;
  private final Renewals renewals;
  private final Handles handles = new Handles();
  private final PermitWarnings warnings = new PermitWarnings();
  private final CallerSample callers = new CallerSample();
  private volatile @Nullable ScheduledExecutorService thread;
  private volatile boolean closed;

  /**
   * Creates a maintenance without open work.
   *
   * @param sending sends renewals
   * @param nanoTime elapsed time
   */
  Maintenance(Renewals.Sending sending, LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    renewals = new Renewals(sending, nanoTime);
  }

  /**
   * Renews a lease from now on, until it reaches its longest duration or the returned action runs.
   */
  Runnable renew(Lease lease) {
    return renewals.add(lease);
  }

  /** Ends the work of a handle if it is garbage collected before the returned action runs. */
  Runnable watch(Object handle, Handles.Held held) {
    start();
    return handles.watch(handle, held);
  }

  /** Returns the place from which this thread called the library, for warnings of leaked work. */
  Caller caller() {
    return callers.here();
  }

  /** Returns the states behind the handles in use. */
  Iterable<Handles.Held> open() {
    return handles.open();
  }

  /** Returns how many reservations are open. */
  int openReservations() {
    return handles.count(held -> held instanceof QueuedReservation);
  }

  /** Returns how many charges hold permits. */
  int openPermits() {
    return handles.count(held -> held instanceof Permits);
  }

  /** Warns of work that was never ended, once for each place. */
  void warn(Caller place, String message) {
    warnings.warn("dropped", place, message);
  }

  /** Warns of a permit that is not renewed any more, once for each place. */
  void warnOfCeiling(Caller place, String limit, Duration maxDuration) {
    warnings.warn(
        "permit",
        place,
        "A permit of limit "
            + limit
            + " has been held for its max-duration of "
            + maxDuration.toSeconds()
            + " s and is not renewed any more. It comes free after the lease; the work goes on."
            + " Close the receipt or the reservation when the work is over, or give the limit a"
            + " longer max-duration. It was taken at "
            + place
            + ", of which this is the only warning.");
  }

  /** Warns of a reservation that is not renewed any more, once for each place. */
  void warnOfReservation(Caller place, String quota, Duration ceiling) {
    warnings.warn(
        "reservation",
        place,
        "A reservation of quota "
            + quota
            + " has been open for "
            + ceiling.toHours()
            + " hours and is not renewed any more. Its estimate stays charged; the work goes on."
            + " Settle or close it when the work is over. It was made at "
            + place
            + ", of which this is the only warning.");
  }

  /** Visits open work until it needs no more visits, or the returned action runs. */
  Runnable add(Open open) {
    if (closed) {
      return () -> {};
    }
    Visit visit = new Visit(open, numbers.getAndIncrement(), nanoTime.getAsLong());
    visits.add(visit);
    start();
    return () -> visits.remove(visit);
  }

  private void start() {
    if (thread == null && !closed) {
      synchronized (this) {
        if (thread == null && !closed) {
          thread = Executors.newSingleThreadScheduledExecutor(Maintenance::daemon);
          var unused =
              thread.scheduleWithFixedDelay(
                  this::attendDue, TICK.toMillis(), TICK.toMillis(), TimeUnit.MILLISECONDS);
        }
      }
    }
  }

  private static Thread daemon(Runnable task) {
    Thread thread = new Thread(task, "quota-maintenance");
    thread.setDaemon(true);
    return thread;
  }

  private void attendDue() {
    endDropped();
    for (Visit visit : visits) {
      if (closed) {
        return;
      }
      long nowNanos = nanoTime.getAsLong();
      if (visit.isDue(nowNanos)) {
        attend(visit, nowNanos);
      }
    }
  }

  private void endDropped() {
    try {
      handles.endDropped();
    } catch (RuntimeException e) {
      LOG.log(System.Logger.Level.WARNING, "Work that was dropped could not be ended.", e);
    }
  }

  /** Renews what is due, as its thread does regularly. */
  void renewDue() {
    renewals.renewDue();
  }

  /** Visits everything now, due or not. */
  void attendAll() {
    renewals.renewAll();
    endDropped();
    for (Visit visit : visits) {
      attend(visit, nanoTime.getAsLong());
    }
  }

  private void attend(Visit visit, long nowNanos) {
    try {
      if (!visit.attend(nowNanos)) {
        visits.remove(visit);
      }
    } catch (RuntimeException e) {
      // The others must still be visited.
      LOG.log(
          System.Logger.Level.WARNING,
          "Open work could not be looked after; it is tried again.",
          e);
    }
  }

  /** Returns how much is open. */
  int size() {
    return visits.size() + renewals.size();
  }

  /** Stops. What is open expires in its store. */
  @Override
  public void close() {
    closed = true;
    renewals.close();
    visits.clear();
    synchronized (this) {
      if (thread != null) {
        thread.shutdownNow();
      }
    }
  }
}
