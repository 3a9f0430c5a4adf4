package dev.quota.http;

import dev.quota.Decision;
import dev.quota.Reservation;
import dev.quota.Settlement;
import dev.quota.usage.UsageReport;
import java.util.Optional;

/**
 * A reservation that belongs to a request: what becomes of it, if the endpoint does not say, is
 * decided when the request ends and it is known whether it failed. That is why closing it, as a
 * try-with-resources statement does also while an exception flies, does nothing.
 */
final class ExchangeReservation implements Reservation {

  private static final System.Logger LOG = System.getLogger(ExchangeReservation.class.getName());

  private final Reservation reservation;
  private final Runnable touched;
  private final Runnable refunded;

  /**
   * Binds a reservation to its request.
   *
   * @param touched hears that the work is alive
   * @param refunded hears that nothing is held any more that headers may speak of
   */
  ExchangeReservation(Reservation reservation, Runnable touched, Runnable refunded) {
    this.reservation = reservation;
    this.touched = touched;
    this.refunded = refunded;
  }

  /** Ends it as the end of its request says, unless the endpoint ended it. */
  void end(RequestEnd how) {
    try {
      endOpen(how);
    } catch (IllegalStateException e) {
      if (!reservation.isOver()) {
        throw e;
      }
      LOG.log(System.Logger.Level.DEBUG, "The endpoint ended a reservation with its request.", e);
    }
  }

  private void endOpen(RequestEnd how) {
    if (reservation.isOver()) {
      return;
    }
    switch (how) {
      case DELIVERED -> reservation.close();
      case CUT_SHORT -> {
        Settlement unused = reservation.settleAsUsed();
      }
      case FAILED -> {
        boolean unused = refund();
      }
    }
  }

  @Override
  public void close() {
    // Not yet: the request may still fail.
  }

  @Override
  public Decision decision() {
    return reservation.decision();
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
  public boolean used(long soFar) {
    touched.run();
    return reservation.used(soFar);
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
  public Settlement settle(long actual) {
    return reservation.settle(actual);
  }

  @Override
  public Settlement settle(UsageReport report) {
    return reservation.settle(report);
  }

  @Override
  public Settlement settleAsUsed() {
    return reservation.settleAsUsed();
  }

  @Override
  public boolean refund() {
    boolean gaveBack = reservation.refund();
    if (gaveBack) {
      refunded.run();
    }
    return gaveBack;
  }

  @Override
  public boolean isOver() {
    return reservation.isOver();
  }
}
