package dev.quota;

import dev.quota.spi.Hold;
import dev.quota.spi.Key;
import dev.quota.spi.QuotaStore;
import dev.quota.spi.StoreCommand;
import dev.quota.spi.StoreReply;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Renews leases before their stores forget them, many in one command, and spread over time.
 * Thread-safe.
 *
 * <p>Leases with the same interval share a timer wheel. A wheel has a few slots. One slot is
 * visited at a time, and each slot once per interval. A lease gets a random slot, so that leases
 * that begin together are not renewed together. Adding and removing a lease takes constant time.
 *
 * <p>One thread sends. It does not wait for the reply of a store that answers later.
 */
final class Renewals implements AutoCloseable {

  /** How many holds go into one command. A longer command would delay others. */
  static final int MOST_TOGETHER = 200;

  private static final System.Logger LOG = System.getLogger(Renewals.class.getName());
  private static final int SLOTS = 6;
  private static final Duration SHORTEST_INTERVAL = Duration.ofMillis(200);

  /** Sends a command to a store. */
  interface Sending {
    CompletionStage<StoreReply> send(QuotaStore store, StoreCommand command);
  }

  /** A hold that must be renewed, and its lease. */
  private record Due(Lease lease, Hold hold) {}

  /** The leases of one interval. */
  private final class Wheel {

    final long slotNanos;
    final List<Set<Lease>> slots = new ArrayList<>();
    private long visitedNanos;
    private int next;

    Wheel(Duration interval) {
      slotNanos = interval.toNanos() / SLOTS;
      visitedNanos = nanoTime.getAsLong();
      for (int i = 0; i < SLOTS; i++) {
        slots.add(ConcurrentHashMap.newKeySet());
      }
    }

    Runnable add(Lease lease) {
      Set<Lease> slot = slots.get(ThreadLocalRandom.current().nextInt(SLOTS));
      slot.add(lease);
      return () -> slot.remove(lease);
    }

    /** Renews what is due. No lock is held while stores are asked. */
    void renewDue() {
      long nowNanos = nanoTime.getAsLong();
      renew(visit(nowNanos), nowNanos);
    }

    /** Visits the slots that are due; all of them after a long pause of this process. */
    private synchronized List<Lease> visit(long nowNanos) {
      long times = Math.min(SLOTS, (nowNanos - visitedNanos) / slotNanos);
      visitedNanos = times == SLOTS ? nowNanos : visitedNanos + times * slotNanos;
      List<Lease> due = new ArrayList<>();
      for (long i = 0; i < times; i++) {
        Set<Lease> slot = slots.get(next);
        next = (next + 1) % SLOTS;
        slot.removeIf(Lease::isOver);
        for (Lease lease : slot) {
          // A lease younger than half an interval waits for the next turn, because most work is
          // short.
          if (lease.ageNanos(nowNanos) >= slotNanos * SLOTS / 2) {
            due.add(lease);
          }
        }
      }
      return due;
    }
  }

  private final Sending sending;
  private final LongSupplier nanoTime;
  private final AtomicLong numbers = new AtomicLong();
  private final Map<Duration, Wheel> wheels = new ConcurrentHashMap<>();
  private @Nullable ScheduledExecutorService thread;
  private volatile boolean closed;

  /**
   * Creates renewals without leases.
   *
   * @param nanoTime elapsed time, which does not follow changes of the wall clock
   */
  Renewals(Sending sending, LongSupplier nanoTime) {
    this.sending = sending;
    this.nanoTime = nanoTime;
  }

  /**
   * Renews a lease from now on, until it reaches its longest duration or the returned action runs.
   */
  Runnable add(Lease lease) {
    if (closed) {
      return () -> {};
    }
    lease.begin(nanoTime.getAsLong(), numbers.getAndIncrement());
    Duration interval = lease.interval();
    Duration floored = interval.compareTo(SHORTEST_INTERVAL) < 0 ? SHORTEST_INTERVAL : interval;
    return wheels.computeIfAbsent(floored, this::start).add(lease);
  }

  private synchronized Wheel start(Duration interval) {
    Wheel wheel = new Wheel(interval);
    if (!closed) {
      if (thread == null) {
        thread = Executors.newSingleThreadScheduledExecutor(Renewals::daemon);
      }
      var unused =
          thread.scheduleWithFixedDelay(
              () -> attempt(wheel::renewDue),
              wheel.slotNanos,
              wheel.slotNanos,
              TimeUnit.NANOSECONDS);
    }
    return wheel;
  }

  private static Thread daemon(Runnable task) {
    Thread thread = new Thread(task, "quota-renewals");
    thread.setDaemon(true);
    return thread;
  }

  private static void attempt(Runnable work) {
    try {
      work.run();
    } catch (RuntimeException e) {
      // The others must still be renewed.
      LOG.log(System.Logger.Level.WARNING, "Permits could not be renewed; it is tried again.", e);
    }
  }

  /** Renews what is due, as the thread does regularly. */
  void renewDue() {
    wheels.values().forEach(Wheel::renewDue);
  }

  /** Renews everything now, due or not. */
  void renewAll() {
    List<Lease> all = new ArrayList<>();
    for (Wheel wheel : wheels.values()) {
      wheel.slots.forEach(slot -> slot.removeIf(Lease::isOver));
      wheel.slots.forEach(all::addAll);
    }
    renew(all, nanoTime.getAsLong());
  }

  /**
   * Sends the renewals. The oldest lease comes first, because for some stores the order decides how
   * long the reservations of a dead process count. A slot has no order of its own.
   */
  private void renew(List<Lease> leases, long nowNanos) {
    leases.sort(Comparator.comparingLong(Lease::number));
    Map<QuotaStore, Map<Key, List<Due>>> byStore = new LinkedHashMap<>();
    for (Lease lease : leases) {
      for (Hold hold : lease.due(nowNanos)) {
        byStore
            .computeIfAbsent(lease.store(), store -> new LinkedHashMap<>())
            .computeIfAbsent(hold.key(), key -> new ArrayList<>())
            .add(new Due(lease, hold));
      }
    }
    byStore.forEach(
        (store, byKey) -> {
          // Holds of one key are adjacent, so that a command visits few keys.
          List<Due> all = byKey.values().stream().flatMap(List::stream).toList();
          for (int from = 0; from < all.size() && !closed; from += MOST_TOGETHER) {
            List<Due> some = all.subList(from, Math.min(all.size(), from + MOST_TOGETHER));
            attempt(() -> send(store, some));
          }
        });
  }

  private void send(QuotaStore store, List<Due> some) {
    some.forEach(due -> due.lease().asking());
    CompletionStage<Void> unused =
        sending
            .send(store, new StoreCommand.Renew(some.stream().map(Due::hold).toList()))
            .handle(
                (reply, failure) -> {
                  // Failures are logged elsewhere. The lease lasts until the next turns.
                  for (int i = 0; failure == null && i < some.size(); i++) {
                    if (reply.entries().get(i).gone()) {
                      some.get(i).lease().gone(some.get(i).hold());
                    } else {
                      some.get(i).lease().renewed();
                    }
                  }
                  return null;
                });
  }

  /** Returns how many leases are renewed. */
  int size() {
    int size = 0;
    for (Wheel wheel : wheels.values()) {
      for (Set<Lease> slot : wheel.slots) {
        size += (int) slot.stream().filter(lease -> !lease.isOver()).count();
      }
    }
    return size;
  }

  /** Stops. What is held expires in its store. */
  @Override
  public void close() {
    closed = true;
    synchronized (this) {
      if (thread != null) {
        thread.shutdownNow();
      }
    }
    wheels.clear();
  }
}
