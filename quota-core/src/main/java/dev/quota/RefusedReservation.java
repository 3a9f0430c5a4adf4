package dev.quota;

import dev.quota.usage.UsageReport;
import java.util.Optional;

/** A reservation that was not granted: nothing is held, and nothing can be used of it. */
record RefusedReservation(Decision decision, String quota) implements Reservation {

  @Override
  public Optional<String> id() {
    return Optional.empty();
  }

  @Override
  public long held() {
    return 0;
  }

  @Override
  public boolean used(long soFar) {
    throw refused();
  }

  @Override
  public boolean isInGrace() {
    return false;
  }

  @Override
  public Optional<Long> usedSoFar() {
    return Optional.empty();
  }

  @Override
  public Settlement settle(long actual) {
    throw refused();
  }

  @Override
  public Settlement settle(UsageReport report) {
    throw refused();
  }

  @Override
  public Settlement settleAsUsed() {
    throw refused();
  }

  private static IllegalStateException refused() {
    return new IllegalStateException(
        "the reservation was refused; ask isAllowed before the work begins");
  }

  @Override
  public boolean giveBack() {
    return false;
  }

  @Override
  public boolean isOver() {
    return true;
  }

  @Override
  public void close() {
    // Nothing is held.
  }
}
