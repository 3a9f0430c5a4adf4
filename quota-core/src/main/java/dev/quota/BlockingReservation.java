package dev.quota;

import dev.quota.usage.UsageReport;
import java.lang.ref.Reference;
import java.util.function.Supplier;

/** The handle of a reservation for callers that wait. Thread-safe. */
final class BlockingReservation extends ReservationHandle implements Reservation {

  private BlockingReservation(QueuedReservation queued, Maintenance maintenance) {
    super(queued, maintenance);
  }

  /** Returns a handle, which is watched from now on. */
  static BlockingReservation of(
      ReservationSteps steps, StepRunner runner, Maintenance maintenance) {
    BlockingReservation made =
        new BlockingReservation(new QueuedReservation(steps, runner), maintenance);
    made.track();
    return made;
  }

  /** Runs an operation, during which this handle cannot be garbage collected. */
  private <T> T reachable(Supplier<Step<T>> work) {
    try {
      return queued().run(work);
    } finally {
      track();
      Reference.reachabilityFence(this);
    }
  }

  @Override
  public boolean used(long soFar) {
    try {
      return steps().covers(soFar) || reachable(() -> steps().grow(soFar));
    } finally {
      Reference.reachabilityFence(this);
    }
  }

  @Override
  public Settlement settle(long actual) {
    steps().requireSettleable(actual);
    return reachable(() -> steps().settle(actual));
  }

  @Override
  public Settlement settle(UsageReport report) {
    return settle(steps().costOf(report));
  }

  @Override
  public Settlement settleAsUsed() {
    steps().requireSettleableAsUsed();
    return reachable(steps()::settleAsUsed);
  }

  @Override
  public boolean refund() {
    return reachable(steps()::refund);
  }

  @Override
  public AsyncReservation async() {
    return NonBlockingReservation.of(this);
  }

  @Override
  public void close() {
    if (!isOver()) {
      boolean unused = reachable(steps()::close);
    }
  }
}
