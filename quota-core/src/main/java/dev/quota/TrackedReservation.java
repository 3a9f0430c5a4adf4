package dev.quota;

import dev.quota.usage.UsageReport;
import java.lang.ref.Reference;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The handle of a reservation: what stands behind it does not refer to it, so that one which was
 * dropped is noticed, and kept as {@link #close} would. Safe for use by several threads.
 */
final class TrackedReservation implements Reservation {

  private final OpenReservation open;
  private final Runnable forget;

  TrackedReservation(OpenReservation open, Upkeep upkeep) {
    this.open = open;
    this.forget = upkeep.watch(this, open);
  }

  /** Does something before anybody can take this handle for dropped. */
  private <T> T reachable(Supplier<T> action) {
    try {
      return action.get();
    } finally {
      if (open.isOver()) {
        forget.run();
      }
      Reference.reachabilityFence(this);
    }
  }

  @Override
  public Decision decision() {
    return open.decision();
  }

  @Override
  public Optional<String> id() {
    return open.id();
  }

  @Override
  public String quota() {
    return open.quota();
  }

  @Override
  public long held() {
    return reachable(open::held);
  }

  @Override
  public boolean used(long soFar) {
    try {
      return open.used(soFar);
    } finally {
      Reference.reachabilityFence(this);
    }
  }

  @Override
  public boolean isInGrace() {
    return open.isInGrace();
  }

  @Override
  public Optional<Long> usedSoFar() {
    return open.usedSoFar();
  }

  @Override
  public Settlement settle(long actual) {
    return reachable(() -> open.settle(actual));
  }

  @Override
  public Settlement settle(UsageReport report) {
    return reachable(() -> open.settle(report));
  }

  @Override
  public Settlement settleAsUsed() {
    return reachable(open::settleAsUsed);
  }

  @Override
  public boolean giveBack() {
    return reachable(open::giveBack);
  }

  @Override
  public boolean isOver() {
    return open.isOver();
  }

  @Override
  public void close() {
    try {
      open.close();
    } finally {
      forget.run();
      Reference.reachabilityFence(this);
    }
  }
}
