package dev.quota;

import dev.quota.policy.LimitWindow;
import dev.quota.policy.Window;
import dev.quota.spi.Hold;
import dev.quota.spi.LimitSpec;
import dev.quota.spi.QuotaStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What one operation holds and must be renewed, and for how long at most. It knows nothing of the
 * handle that its owner has, so that a handle which was dropped can be noticed. Safe for use by
 * several threads.
 */
final class Lease {

  /** Who hears what became of it. Must not refer to a handle. */
  interface Owner {

    /** Its store is about to be asked to remember it for longer. */
    default void asking() {}

    /** Its store remembers it from the last time on that it was asked. */
    default void renewed() {}

    /** Everything was forgotten by its store, or is over. */
    void gone();

    /** A permit has reached its ceiling and is not renewed any more. */
    void lapsed(String limit, Duration maxDuration);

    /** Nothing at all is renewed any more, although the work is not over. */
    default void lapsed() {}
  }

  /** One permit, and for how long it is renewed. */
  private record Permit(LimitSpec limit, Duration maxDuration) {}

  /** One hold, and those of its permits that are still renewed. */
  private static final class Part {

    final Hold hold;
    final List<Permit> permits;

    Part(Hold hold, List<Permit> permits) {
      this.hold = hold;
      this.permits = permits;
    }

    /** Returns what a store must know to renew it: nothing of limits that hold no permit. */
    Hold renewed() {
      List<LimitSpec> limits = permits.stream().map(Permit::limit).toList();
      return new Hold(
          hold.key(), limits, limits.stream().map(it -> 0L).toList(), 0, hold.operation());
    }
  }

  private final QuotaStore store;
  private final Duration interval;
  private final Duration ceiling;
  private final Owner owner;
  private final List<Part> parts = new ArrayList<>();
  private long beganNanos;
  private long number;

  private Lease(QuotaStore store, Duration interval, Duration ceiling, Owner owner) {
    this.store = store;
    this.interval = interval;
    this.ceiling = ceiling;
    this.owner = owner;
  }

  /** Returns the lease of a charge, which is renewed for as long as one of its permits is. */
  static Lease ofCharge(Request request, QuotaStore store, List<Hold> holds, Owner owner) {
    return of(request, store, holds, Optional.empty(), owner);
  }

  /**
   * Returns the lease of a reservation.
   *
   * @param ceiling how long what it reserves is renewed, whatever becomes of its permits
   */
  static Lease ofReservation(
      Request request, QuotaStore store, List<Hold> holds, Duration ceiling, Owner owner) {
    return of(request, store, holds, Optional.of(ceiling), owner);
  }

  private static Lease of(
      Request request,
      QuotaStore store,
      List<Hold> holds,
      Optional<Duration> ceiling,
      Owner owner) {
    Duration shortest = holds.get(0).operation().orElseThrow().keep();
    Duration longest = Duration.ZERO;
    List<Part> parts = new ArrayList<>();
    for (Hold hold : holds) {
      List<Permit> permits = new ArrayList<>();
      for (LimitSpec limit : hold.limits()) {
        if (limit.window() instanceof Window.Concurrent) {
          LimitWindow.Concurrent terms = request.permitTerms(hold.key().quota(), limit.name());
          permits.add(new Permit(limit, terms.maxDuration()));
          shortest = least(shortest, terms.lease());
          longest = most(longest, terms.maxDuration());
        }
      }
      parts.add(new Part(hold, permits));
    }
    Lease lease = new Lease(store, shortest.dividedBy(3), ceiling.orElse(longest), owner);
    lease.parts.addAll(parts);
    return lease;
  }

  private static Duration least(Duration a, Duration b) {
    return a.compareTo(b) < 0 ? a : b;
  }

  private static Duration most(Duration a, Duration b) {
    return a.compareTo(b) > 0 ? a : b;
  }

  /** Returns the store that must hear of it. */
  QuotaStore store() {
    return store;
  }

  /** Returns how often it is renewed. */
  Duration interval() {
    return interval;
  }

  /**
   * Notes when it was taken.
   *
   * @param newNumber how many were taken before it
   */
  synchronized void begin(long nowNanos, long newNumber) {
    beganNanos = nowNanos;
    number = newNumber;
  }

  /** Returns how many leases were taken before this one. */
  synchronized long number() {
    return number;
  }

  synchronized long ageNanos(long nowNanos) {
    return nowNanos - beganNanos;
  }

  /** Returns what is to be renewed now; nothing once everything has reached its ceiling. */
  List<Hold> due(long nowNanos) {
    List<Permit> lapsed = new ArrayList<>();
    List<Hold> due = new ArrayList<>();
    boolean ends;
    synchronized (this) {
      Duration age = Duration.ofNanos(ageNanos(nowNanos));
      for (Part part : parts) {
        part.permits.stream()
            .filter(permit -> age.compareTo(permit.maxDuration()) >= 0)
            .forEach(lapsed::add);
        part.permits.removeAll(lapsed);
      }
      ends = !parts.isEmpty() && age.compareTo(ceiling) >= 0;
      if (ends) {
        parts.clear();
      }
      parts.forEach(part -> due.add(part.renewed()));
    }
    lapsed.forEach(permit -> owner.lapsed(permit.limit().name(), permit.maxDuration()));
    if (ends) {
      owner.lapsed();
    }
    return due;
  }

  /** Notes that a store is about to be asked to renew it. */
  void asking() {
    owner.asking();
  }

  /** Notes that a store renewed it. */
  void renewed() {
    owner.renewed();
  }

  /** Notes that a store knows nothing of a hold any more. */
  void gone(Hold hold) {
    boolean last;
    synchronized (this) {
      last = parts.removeIf(part -> part.hold.key().equals(hold.key())) && parts.isEmpty();
    }
    if (last) {
      owner.gone();
    }
  }

  /** Returns whether nothing is left to be renewed. */
  synchronized boolean isOver() {
    return parts.isEmpty();
  }
}
