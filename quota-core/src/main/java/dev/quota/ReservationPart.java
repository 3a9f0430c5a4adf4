package dev.quota;

import dev.quota.policy.Capacity;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * A part of a reservation, for work that is divided among several workers, such as the sub-agents
 * of an agent. Each worker may use its part and no more. At its end it returns the rest. A part can
 * be split again. Thread-safe.
 *
 * <pre>{@code
 * ReservationPart whole = ReservationPart.whole(reservation);
 * try (ReservationPart research = whole.split(4_000).orElseThrow()) {
 *   boolean mayGoOn = research.used(1_200);
 * }
 * whole.settle(); // to what all of them used
 * }</pre>
 *
 * <p>The parts of a reservation exist in this process only. A split does not call the store. The
 * sum of all parts is reported to the reservation ({@link AsyncReservation#used}).
 */
public final class ReservationPart implements AutoCloseable {

  private final AsyncReservation reservation;
  private final @Nullable ReservationPart parent;
  private final long units;

  /** Guards all parts of the reservation. It is not held while the reservation is called. */
  private final Object lock;

  private final Set<ReservationPart> open = new HashSet<>();

  /** What the work of this part used, without its parts. */
  private long own;

  /** What this part and its parts used. */
  private long total;

  /** What the parts of this part may use, or used if they are closed. */
  private long given;

  private boolean isKnown;
  private boolean closed;

  private ReservationPart(
      AsyncReservation reservation, @Nullable ReservationPart parent, long units, Object lock) {
    this.reservation = reservation;
    this.parent = parent;
    this.units = units;
    this.lock = lock;
  }

  /**
   * Returns everything that a reservation holds now as one part, to be split.
   *
   * @param reservation an allowed reservation. From now on, report its use with its parts only, and
   *     settle it with {@link #settle} only
   * @return the whole
   * @throws IllegalStateException if the reservation was refused or is over
   */
  public static ReservationPart whole(AsyncReservation reservation) {
    if (!reservation.isAllowed() || reservation.isOver()) {
      throw new IllegalStateException("the reservation must be allowed and not over");
    }
    return new ReservationPart(reservation, null, reservation.held(), new Object());
  }

  /**
   * Gives some units to a worker.
   *
   * @param amount 1 to {@link Capacity#MAX_UNITS}
   * @return the worker's part, which must be closed; empty if less is {@linkplain #free free}
   * @throws IllegalArgumentException if the amount is out of range
   * @throws IllegalStateException if this part is closed
   */
  public Optional<ReservationPart> split(long amount) {
    if (amount < 1 || amount > Capacity.MAX_UNITS) {
      throw new IllegalArgumentException(
          "amount must be between 1 and " + Capacity.MAX_UNITS + ", was " + amount);
    }
    synchronized (lock) {
      requireOpen();
      if (amount > freeUnits()) {
        return Optional.empty();
      }
      ReservationPart part = new ReservationPart(reservation, this, amount, lock);
      open.add(part);
      given += amount;
      isKnown = true;
      return Optional.of(part);
    }
  }

  /**
   * Returns the units that this part was given.
   *
   * @return units
   */
  public long units() {
    return units;
  }

  /**
   * Returns the units that can still be used or given to workers.
   *
   * @return units, zero or more
   */
  public long free() {
    synchronized (lock) {
      return closed ? 0 : freeUnits();
    }
  }

  /**
   * Returns the use so far, including that of its parts.
   *
   * @return units; more than {@link #units} if a worker used more than it was given
   */
  public long used() {
    synchronized (lock) {
      return total;
    }
  }

  /**
   * Reports how much the work of this part has used so far. Never waits. A report after the part
   * was closed is counted too, until the whole is settled.
   *
   * @param soFar units in total since the work began, not since the last call, and without what
   *     parts of this part used; less than before changes nothing
   * @return true if the work may continue; false if the part is used up or closed
   * @throws IllegalArgumentException if it is negative or more than {@link Capacity#MAX_UNITS}
   * @throws IllegalStateException if the reservation is over
   */
  public boolean used(long soFar) {
    if (soFar < 0 || soFar > Capacity.MAX_UNITS) {
      throw new IllegalArgumentException(
          "soFar must be between 0 and " + Capacity.MAX_UNITS + ", was " + soFar);
    }
    boolean mayGoOn;
    synchronized (lock) {
      isKnown = true;
      if (soFar > own) {
        add(soFar - own);
        own = soFar;
      }
      mayGoOn = !closed && own + given < units;
    }
    reportUse();
    return mayGoOn;
  }

  /**
   * Returns the rest of this part to the part from which it was split. Open parts of it are closed
   * first. If a worker never reported its use, its whole part counts as used. A worker that did not
   * begin must report {@code used(0)}. A second call has no effect.
   *
   * <p>Closing the whole charges nothing. Call {@link #settle} for that.
   */
  @Override
  public void close() {
    boolean changed;
    synchronized (lock) {
      changed = !closed;
      closeAll();
    }
    if (changed && !reservation.isOver()) {
      reportUse();
    }
  }

  private void closeAll() {
    if (closed) {
      return;
    }
    List.copyOf(open).forEach(ReservationPart::closeAll);
    if (parent != null && !isKnown) {
      own = units;
      add(units);
    }
    long before = claim();
    closed = true;
    if (parent != null) {
      parent.given += claim() - before;
      parent.open.remove(this);
    }
  }

  /**
   * Closes all parts and settles the reservation to their use.
   *
   * @return completes with the result, as {@link AsyncReservation#settle(long)}. If nothing was
   *     reported and nothing was split, everything that is held is charged
   * @throws IllegalStateException if this is a part of another part, or the reservation was
   *     refunded or closed
   */
  public CompletionStage<Settlement> settle() {
    if (parent != null) {
      throw new IllegalStateException("only the whole can be settled; close its parts");
    }
    long sum;
    boolean isSaid;
    synchronized (lock) {
      closeAll();
      sum = Math.min(total, Capacity.MAX_UNITS);
      isSaid = isKnown;
    }
    return isSaid ? reservation.settle(sum) : reservation.settleAsUsed();
  }

  private void reportUse() {
    ReservationPart whole = this;
    while (whole.parent != null) {
      whole = whole.parent;
    }
    // The total only grows, so the order of reports from two threads does not matter.
    var unused = reservation.used(Math.min(whole.used(), Capacity.MAX_UNITS));
  }

  /** Adds what was used to this part, and to what it is a part of. */
  private void add(long more) {
    for (ReservationPart part = this; part != null; part = part.parent) {
      long before = part.claim();
      part.total += more;
      if (part.parent != null) {
        part.parent.given += part.claim() - before;
      }
    }
  }

  /** Returns the units that others cannot use because of this part. */
  private long claim() {
    return closed ? total : Math.max(units, total);
  }

  private long freeUnits() {
    return Math.max(0, units - own - given);
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("the part is closed");
    }
  }
}
