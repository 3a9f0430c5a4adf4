package dev.quota.servlet;

import dev.quota.Decision;
import dev.quota.Reservation;
import dev.quota.Settlement;
import dev.quota.UsageReport;
import java.util.Optional;

/**
 * A reservation that belongs to a request: what becomes of it, if the endpoint does not say, is
 * decided when the request ends and it is known whether it failed. That is why closing it, as a
 * try-with-resources statement does also while an exception flies, does nothing.
 */
final class ExchangeReservation implements Reservation {

  private final Reservation reservation;

  ExchangeReservation(Reservation reservation) {
    this.reservation = reservation;
  }

  /** Ends it as the end of its request says, unless the endpoint ended it. */
  void end(RequestEnd how) {
    if (reservation.isOver()) {
      return;
    }
    switch (how) {
      case DELIVERED -> reservation.close();
      case CUT_SHORT -> {
        Settlement unused = reservation.settleAsUsed();
      }
      case FAILED -> {
        boolean unused = reservation.giveBack();
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
  public String id() {
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
    return reservation.used(soFar);
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
  public boolean giveBack() {
    return reservation.giveBack();
  }

  @Override
  public boolean isOver() {
    return reservation.isOver();
  }
}
