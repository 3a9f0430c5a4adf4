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
 * What one operation holds, and for how long it is renewed at most. It does not refer to the handle
 * of its owner, so that a leaked handle can be detected. Thread-safe.
 */
final class Lease {

  /** Is notified of changes. It must not refer to a handle. */
  interface Owner {

    /** A renewal is about to be sent. */
    default void asking() {}

    /** The store has renewed it. Its time counts from the last {@link #asking}. */
    default void renewed() {}

    /** The store has forgotten everything, or it is over. */
    void gone();

    /** A permit has reached its longest duration and is not renewed any more. */
    void lapsed(String limit, Duration maxDuration);

    /** Nothing is renewed any more, although the work is not over. */
    default void lapsed() {}
  }

  /** One permit, and for how long it is renewed. */
  private record Permit(LimitSpec limit, Duration maxDuration) {}

  /** One hold, and those of its permits that are still renewed. */
  private static final class Part {

    final Hold hold;

    /** Immutable if it is empty from the start, as it usually is. */
    final List<Permit> permits;

    Part(Hold hold, List<Permit> permits) {
      this.hold = hold;
      this.permits = permits;
    }

    /** Returns what a store must know to renew it, without the limits that hold no permit. */
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
  private final List<Part> parts;
  private long beganNanos;
  private long number;

  private Lease(
      QuotaStore store, List<Part> parts, Duration interval, Duration ceiling, Owner owner) {
    this.store = store;
    this.parts = parts;
    this.interval = interval;
    this.ceiling = ceiling;
    this.owner = owner;
  }

  /** Returns the lease of a charge. It is renewed as long as one of its permits is. */
  static Lease ofCharge(Request request, QuotaStore store, List<Hold> holds, Owner owner) {
    return of(request, store, holds, Optional.empty(), owner);
  }

  /**
   * Returns the lease of a reservation.
   *
   * @param ceiling for how long the reserved units are renewed at most
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
    List<Part> parts = new ArrayList<>(holds.size());
    for (Hold hold : holds) {
      List<Permit> permits = List.of();
      for (LimitSpec limit : hold.limits()) {
        if (limit.window() instanceof Window.Concurrent) {
          LimitWindow.Concurrent terms = request.permitTerms(hold.key().quota(), limit.name());
          permits = permits.isEmpty() ? new ArrayList<>() : permits;
          permits.add(new Permit(limit, terms.maxDuration()));
          shortest = least(shortest, terms.lease());
          longest = most(longest, terms.maxDuration());
        }
      }
      parts.add(new Part(hold, permits));
    }
    // Not dividedBy, which computes with decimals.
    Duration interval = Duration.ofMillis(shortest.toMillis() / 3);
    return new Lease(store, parts, interval, ceiling.orElse(longest), owner);
  }

  private static Duration least(Duration a, Duration b) {
    return a.compareTo(b) < 0 ? a : b;
  }

  private static Duration most(Duration a, Duration b) {
    return a.compareTo(b) > 0 ? a : b;
  }

  /** Returns the store that keeps it. */
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

  /** Returns what must be renewed now; empty if everything has reached its longest duration. */
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
        if (!lapsed.isEmpty()) {
          part.permits.removeAll(lapsed);
        }
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

  /** Notes that a renewal is about to be sent. */
  void asking() {
    owner.asking();
  }

  /** Notes that the store has renewed it. */
  void renewed() {
    owner.renewed();
  }

  /** Notes that the store no longer has a hold. */
  void gone(Hold hold) {
    boolean last;
    synchronized (this) {
      last = parts.removeIf(part -> part.hold.key().equals(hold.key())) && parts.isEmpty();
    }
    if (last) {
      owner.gone();
    }
  }

  /** Returns whether nothing is left to renew. */
  synchronized boolean isOver() {
    return parts.isEmpty();
  }
}
