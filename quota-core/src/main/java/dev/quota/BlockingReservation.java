package dev.quota;

import dev.quota.usage.UsageReport;
import java.lang.ref.Reference;
import java.util.Optional;
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
    return whileReachable(() -> queued().run(work));
  }

  private Settlement settled(Supplier<Step<Settlement>> work, Optional<UsageReport> report) {
    return whileReachable(() -> queued().run(work, Observers.settling(report)));
  }

  private <T> T whileReachable(Supplier<T> work) {
    try {
      return work.get();
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
    return settle(actual, Optional.empty());
  }

  private Settlement settle(long actual, Optional<UsageReport> report) {
    steps().requireSettleable(actual);
    return settled(() -> steps().settle(actual), report);
  }

  @Override
  public Settlement settle(UsageReport report) {
    return settle(steps().costOf(report), Optional.of(report));
  }

  @Override
  public Settlement settleAsUsed() {
    steps().requireSettleableAsUsed();
    return settled(steps()::settleAsUsed, Optional.empty());
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
