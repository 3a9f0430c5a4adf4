package dev.quota;

import java.util.Objects;
import java.util.Optional;

/**
 * A handle of a reservation that answers questions with those of another handle. A subclass
 * implements {@link Reservation} or {@link AsyncReservation}, and does something differently when
 * the reservation is used or ended. As thread-safe as the other handle.
 *
 * <p>Later versions forward new methods of {@link ReservationView} too.
 *
 * @param <R> the kind of the other handle
 */
public abstract class ForwardingReservation<R extends ReservationView> implements ReservationView {

  private final R reservation;

  /**
   * Creates the handle.
   *
   * @param reservation the other handle
   */
  protected ForwardingReservation(R reservation) {
    this.reservation = Objects.requireNonNull(reservation, "reservation");
  }

  /** {@return the other handle} */
  protected final R reservation() {
    return reservation;
  }

  @Override
  public Decision decision() {
    return reservation.decision();
  }

  @Override
  public boolean isAllowed() {
    return reservation.isAllowed();
  }

  @Override
  public boolean isDegraded() {
    return reservation.isDegraded();
  }

  @Override
  public Optional<String> id() {
    return reservation.id();
  }

  @Override
  public String quota() {
    return reservation.quota();
  }

  @Override
  public long held() {
    return reservation.held();
  }

  @Override
  public boolean isInGrace() {
    return reservation.isInGrace();
  }

  @Override
  public Optional<Long> usedSoFar() {
    return reservation.usedSoFar();
  }

  @Override
  public boolean isOver() {
    return reservation.isOver();
  }
}
