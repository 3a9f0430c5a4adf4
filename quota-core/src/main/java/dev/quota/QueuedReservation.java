package dev.quota;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/**
 * Runs the steps of one reservation, one after the other, because they set totals. No lock is held
 * while a store is asked. Nothing here refers to the handle of its owner. Thread-safe.
 */
final class QueuedReservation implements Handles.Held {

  private final ReservationSteps steps;
  private final StepRunner runner;
  private final OperationQueue queue = new OperationQueue();

  QueuedReservation(ReservationSteps steps, StepRunner runner) {
    this.steps = steps;
    this.runner = runner;
  }

  ReservationSteps steps() {
    return steps;
  }

  /** Runs work when its turn comes, and waits for it. */
  <T> T run(Supplier<Step<T>> work) {
    return inTurn(() -> runner.run(work.get()));
  }

  /** Runs work as {@link #run(Supplier)}, and tells the observers of it. */
  <T> T run(Supplier<Step<T>> work, Observers.Observable<T> what) {
    return inTurn(() -> runner.run(work.get(), what));
  }

  private <T> T inTurn(Supplier<T> work) {
    queue.enter();
    try {
      return work.get();
    } finally {
      queue.leave();
      steps.publish();
    }
  }

  /**
   * Runs work when its turn comes.
   *
   * @param after runs before the stage completes
   */
  <T> CompletionStage<T> start(Supplier<Step<T>> work, Runnable after) {
    return startInTurn(() -> runner.start(work.get()), after);
  }

  /** Starts work as {@link #start(Supplier, Runnable)}, and tells the observers of it. */
  <T> CompletionStage<T> start(
      Supplier<Step<T>> work, Runnable after, Observers.Observable<T> what) {
    return startInTurn(() -> runner.start(work.get(), what), after);
  }

  private <T> CompletionStage<T> startInTurn(Supplier<CompletionStage<T>> sent, Runnable after) {
    CompletableFuture<T> result = new CompletableFuture<>();
    queue.enter(
        () -> {
          var unused =
              started(sent)
                  .whenComplete(
                      (value, failure) -> {
                        try {
                          queue.leave();
                          after.run();
                          steps.publish();
                        } finally {
                          if (failure == null) {
                            result.complete(value);
                          } else {
                            result.completeExceptionally(StepRunner.cause(failure));
                          }
                        }
                      });
        });
    return result;
  }

  private static <T> CompletionStage<T> started(Supplier<CompletionStage<T>> sent) {
    try {
      return sent.get();
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  @Override
  public void dropped() {
    if (steps.mustBeEnded()) {
      steps.warnOfDropped();
      CompletionStage<Boolean> unused = start(steps::close, () -> {});
    }
  }
}
