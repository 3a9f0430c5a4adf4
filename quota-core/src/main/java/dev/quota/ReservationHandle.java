package dev.quota;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The handle of a reservation. The state behind it does not refer to it, so that a leaked handle is
 * detected. A leaked reservation is closed. Thread-safe.
 */
abstract class ReservationHandle implements ReservationView {

  private final QueuedReservation queued;
  private final Maintenance maintenance;
  private final AtomicReference<@Nullable Runnable> forget = new AtomicReference<>();

  ReservationHandle(QueuedReservation queued, Maintenance maintenance) {
    this.queued = queued;
    this.maintenance = maintenance;
  }

  /** Creates another handle of the same reservation. */
  ReservationHandle(ReservationHandle other) {
    this(other.queued, other.maintenance);
  }

  final QueuedReservation queued() {
    return queued;
  }

  final ReservationSteps steps() {
    return queued.steps();
  }

  /** Watches this handle as long as something must be ended. */
  final void track() {
    if (steps().mustBeEnded()) {
      if (forget.get() == null) {
        Runnable watch = maintenance.watch(this, queued);
        if (!forget.compareAndSet(null, watch)) {
          watch.run();
        }
      }
    } else {
      Runnable watch = forget.get();
      if (watch != null) {
        watch.run();
      }
    }
  }

  @Override
  public Decision decision() {
    return steps().decision();
  }

  @Override
  public Optional<String> id() {
    return steps().id();
  }

  @Override
  public String quota() {
    return steps().quota();
  }

  @Override
  public long held() {
    return steps().held();
  }

  @Override
  public boolean isInGrace() {
    return steps().isInGrace();
  }

  @Override
  public Optional<Long> usedSoFar() {
    return steps().usedSoFar();
  }

  @Override
  public boolean isOver() {
    return steps().isOver();
  }
}
