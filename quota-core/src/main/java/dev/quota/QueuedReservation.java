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
    queue.enter();
    try {
      return runner.run(work.get());
    } finally {
      queue.leave();
      steps.tell();
    }
  }

  /**
   * Runs work when its turn comes.
   *
   * @param after runs before the stage completes
   */
  <T> CompletionStage<T> start(Supplier<Step<T>> work, Runnable after) {
    CompletableFuture<T> result = new CompletableFuture<>();
    queue.enter(
        () -> {
          var unused =
              started(work)
                  .whenComplete(
                      (value, failure) -> {
                        try {
                          queue.leave();
                          after.run();
                          steps.tell();
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

  private <T> CompletionStage<T> started(Supplier<Step<T>> work) {
    try {
      return runner.start(work.get());
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
