package dev.quota;

import dev.quota.usage.UsageReport;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** The handle of a reservation for callers that must not wait. Thread-safe. */
final class NonBlockingReservation extends ReservationHandle implements AsyncReservation {

  /** The handle that is watched: this one, or the first handle of the same reservation. */
  private final ReservationHandle watched;

  private NonBlockingReservation(QueuedReservation queued, Maintenance maintenance) {
    super(queued, maintenance);
    watched = this;
  }

  private NonBlockingReservation(ReservationHandle other) {
    super(other);
    watched = other;
  }

  /** Returns a handle, which is watched from now on. */
  static NonBlockingReservation of(
      ReservationSteps steps, StepRunner runner, Maintenance maintenance) {
    NonBlockingReservation made =
        new NonBlockingReservation(new QueuedReservation(steps, runner), maintenance);
    made.track();
    return made;
  }

  /** Returns another handle of a reservation whose first handle is watched already. */
  static NonBlockingReservation of(ReservationHandle other) {
    return new NonBlockingReservation(other);
  }

  /** Runs an operation, during which the watched handle cannot be garbage collected. */
  private <T> CompletionStage<T> reachable(Supplier<Step<T>> work) {
    return queued().start(work, watched::track);
  }

  private CompletionStage<Settlement> settled(
      Supplier<Step<Settlement>> work, Optional<UsageReport> report) {
    return queued().start(work, watched::track, Observers.settling(report));
  }

  @Override
  public CompletionStage<Boolean> used(long soFar) {
    return steps().covers(soFar)
        ? CompletableFuture.completedFuture(true)
        : reachable(() -> steps().grow(soFar));
  }

  @Override
  public CompletionStage<Settlement> settle(long actual) {
    return settle(actual, Optional.empty());
  }

  private CompletionStage<Settlement> settle(long actual, Optional<UsageReport> report) {
    steps().requireSettleable(actual);
    return settled(() -> steps().settle(actual), report);
  }

  @Override
  public CompletionStage<Settlement> settle(UsageReport report) {
    return settle(steps().costOf(report), Optional.of(report));
  }

  @Override
  public CompletionStage<Settlement> settleAsUsed() {
    steps().requireSettleableAsUsed();
    return settled(steps()::settleAsUsed, Optional.empty());
  }

  @Override
  public CompletionStage<Boolean> refund() {
    return reachable(steps()::refund);
  }

  @Override
  public CompletionStage<Void> close() {
    return StepRunner.whenOver(reachable(steps()::close));
  }
}
