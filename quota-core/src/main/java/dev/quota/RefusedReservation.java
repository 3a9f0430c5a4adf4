package dev.quota;

import dev.quota.usage.UsageReport;
import java.util.Optional;

/** A reservation that was refused. It holds nothing and cannot be used. */
record RefusedReservation(Decision decision, String quota) implements ReservationSteps {

  private static IllegalStateException refused() {
    return new IllegalStateException(
        "the reservation was refused; ask isAllowed before the work begins");
  }

  @Override
  public Optional<String> id() {
    return Optional.empty();
  }

  @Override
  public long held() {
    return 0;
  }

  @Override
  public Optional<Long> usedSoFar() {
    return Optional.empty();
  }

  @Override
  public boolean isInGrace() {
    return false;
  }

  @Override
  public boolean isOver() {
    return true;
  }

  @Override
  public long costOf(UsageReport report) {
    throw refused();
  }

  @Override
  public boolean mustBeEnded() {
    return false;
  }

  @Override
  public void warnOfDropped() {
    // Nothing is held.
  }

  @Override
  public boolean covers(long soFar) {
    throw refused();
  }

  @Override
  public Step<Boolean> grow(long soFar) {
    throw refused();
  }

  @Override
  public void requireSettleable(long actual) {
    throw refused();
  }

  @Override
  public Step<Settlement> settle(long actual) {
    throw refused();
  }

  @Override
  public void requireSettleableAsUsed() {
    throw refused();
  }

  @Override
  public Step<Settlement> settleAsUsed() {
    throw refused();
  }

  @Override
  public Step<Boolean> refund() {
    return Step.done(false);
  }

  @Override
  public Step<Boolean> close() {
    return Step.done(true);
  }

  @Override
  public void publish() {
    // The refusal has been published already.
  }
}
