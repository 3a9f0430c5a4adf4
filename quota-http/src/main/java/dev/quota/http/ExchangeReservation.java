package dev.quota.http;

import dev.quota.ForwardingReservation;
import dev.quota.Reservation;
import dev.quota.Settlement;
import dev.quota.http.internal.call.Eventual;
import dev.quota.http.request.RequestEnd;
import dev.quota.usage.UsageReport;

/** A reservation of a request, for endpoints that wait. Thread-safe. */
final class ExchangeReservation extends ForwardingReservation<Reservation>
    implements Reservation, Owned<Reservation> {

  private static final System.Logger LOG = System.getLogger(ExchangeReservation.class.getName());

  private final Runnable touched;
  private final Runnable refunded;

  /**
   * Binds a reservation to its request.
   *
   * @param touched runs when the work uses the reservation
   * @param refunded runs when the reservation is refunded, so that headers must not show it any
   *     more
   */
  ExchangeReservation(Reservation reservation, Runnable touched, Runnable refunded) {
    super(reservation);
    this.touched = touched;
    this.refunded = refunded;
  }

  @Override
  public Reservation handle() {
    return this;
  }

  @Override
  public Eventual<Boolean> end(RequestEnd how) {
    try {
      endOpen(how);
    } catch (IllegalStateException e) {
      if (!reservation().isOver()) {
        throw e;
      }
      LOG.log(System.Logger.Level.DEBUG, "The endpoint ended a reservation with its request.", e);
    }
    return Eventual.done(true);
  }

  @Override
  public Eventual<Boolean> endAsync(RequestEnd how) {
    return async().end(how);
  }

  @Override
  public AsyncExchangeReservation async() {
    return new AsyncExchangeReservation(reservation().async(), touched, refunded);
  }

  private void endOpen(RequestEnd how) {
    if (reservation().isOver()) {
      return;
    }
    switch (how) {
      case DELIVERED -> reservation().close();
      case CUT_SHORT -> {
        Settlement unused = reservation().settleAsUsed();
      }
      case FAILED -> {
        boolean unused = refund();
      }
    }
  }

  @Override
  public void close() {
    // The end of the request ends it, because the request may still fail.
  }

  @Override
  public boolean used(long soFar) {
    touched.run();
    return reservation().used(soFar);
  }

  @Override
  public Settlement settle(long actual) {
    return reservation().settle(actual);
  }

  @Override
  public Settlement settle(UsageReport report) {
    return reservation().settle(report);
  }

  @Override
  public Settlement settleAsUsed() {
    return reservation().settleAsUsed();
  }

  @Override
  public boolean refund() {
    boolean gaveBack = reservation().refund();
    if (gaveBack) {
      refunded.run();
    }
    return gaveBack;
  }
}
