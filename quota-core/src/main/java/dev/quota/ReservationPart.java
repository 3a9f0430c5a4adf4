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
 * of an agent. Each worker may use its part and no more, and returns what it left. A part can be
 * split further. Thread-safe.
 *
 * <pre>{@code
 * ReservationPart whole = ReservationPart.whole(reservation);
 * try (ReservationPart research = whole.split(4_000).orElseThrow()) {
 *   boolean mayGoOn = research.used(1_200);
 * }
 * whole.settle(); // to what all of them used
 * }</pre>
 *
 * <p>The parts of a reservation are in this process only. Nothing is asked of the store to split
 * it. The reservation hears the sum of all parts ({@link AsyncReservation#used}), so it is charged
 * right also if the process ends in the middle.
 */
public final class ReservationPart implements AutoCloseable {

  private final AsyncReservation reservation;
  private final @Nullable ReservationPart parent;
  private final long units;

  /** Guards all parts of the reservation. It is not held while the reservation is called. */
  private final Object lock;

  private final Set<ReservationPart> open = new HashSet<>();

  /** What the work of this part itself used. */
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
   * Returns all that a reservation holds at the moment, to be split.
   *
   * @param reservation an allowed reservation. From now on, only its parts say what is used, and
   *     only {@link #settle} settles it
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
   * Gives some units away to a worker.
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
   * Returns how much this part was given.
   *
   * @return units
   */
  public long units() {
    return units;
  }

  /**
   * Returns how much can still be used or given away.
   *
   * @return units, zero or more
   */
  public long free() {
    synchronized (lock) {
      return closed ? 0 : freeUnits();
    }
  }

  /**
   * Returns what was used so far, parts of this part included.
   *
   * @return units; more than {@link #units} if a worker used more than it was given
   */
  public long used() {
    synchronized (lock) {
      return total;
    }
  }

  /**
   * Says how much the work of this part itself has used so far. Never waits. What is said after the
   * part was closed counts as well, until the whole is settled.
   *
   * @param soFar units in total since the work began, not since the last call, and without what
   *     parts of this part used; less than before changes nothing
   * @return true if the work may go on; false if the part is used up or closed
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
    tell();
    return mayGoOn;
  }

  /**
   * Returns what is left of this part to where it came from. Parts of it that are open are closed
   * first. A part whose worker never said what it used counts as used up, because nobody knows; a
   * worker that did not begin says {@code used(0)}. Does nothing if it is closed already.
   *
   * <p>To close the whole charges nothing: {@link #settle} does, or the reservation itself.
   */
  @Override
  public void close() {
    boolean changed;
    synchronized (lock) {
      changed = !closed;
      closeAll();
    }
    if (changed && !reservation.isOver()) {
      tell();
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
   * Closes all parts and settles the reservation to what they used.
   *
   * @return completes with the result, as {@link AsyncReservation#settle(long)}. Where nothing was
   *     said and nothing was split, all that is held is charged
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

  private void tell() {
    ReservationPart whole = this;
    while (whole.parent != null) {
      whole = whole.parent;
    }
    // The total only grows, so it does not matter which of two threads tells its own first.
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

  /** Returns what is not free to others because of this part. */
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
