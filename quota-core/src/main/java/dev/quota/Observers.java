package dev.quota;

import dev.quota.DecisionObserver.Operation;
import dev.quota.DecisionObserver.Progress;
import dev.quota.usage.UsageReport;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Calls the observers of operations. Without an observer it does nothing. Thread-safe. */
final class Observers {

  /**
   * An operation with a function that reports its result.
   *
   * @param operation what it does
   * @param told reports the result
   */
  record Observable<T>(Operation operation, BiConsumer<Progress, T> told) {}

  static final Observable<Decided> CHARGE =
      new Observable<>(Operation.CHARGE, (it, decided) -> it.decided(decided.decision()));

  static final Observable<Decision> DECISION =
      new Observable<>(Operation.CHARGE, Progress::decided);

  static final Observable<ReservationSteps> RESERVE =
      new Observable<>(Operation.RESERVE, (it, steps) -> it.decided(steps.decision()));

  static final Observable<AsyncReservation> HANDLE =
      new Observable<>(Operation.RESERVE, (it, handle) -> it.decided(handle.decision()));

  private static final Observable<Settlement> SETTLING = settlingTo(Optional.empty());

  private static final System.Logger LOG = System.getLogger(DecisionObserver.class.getName());

  private final List<DecisionObserver> observers;

  Observers(List<DecisionObserver> observers) {
    this.observers = List.copyOf(observers);
  }

  static Observable<Settlement> settling(Optional<UsageReport> report) {
    return report.isEmpty() ? SETTLING : settlingTo(report);
  }

  private static Observable<Settlement> settlingTo(Optional<UsageReport> report) {
    return new Observable<>(Operation.SETTLE, (it, settled) -> it.settled(settled, report));
  }

  boolean isEmpty() {
    return observers.isEmpty();
  }

  /** Runs work that waits for its result. */
  <T> T run(Observable<T> what, Supplier<T> work) {
    List<Progress> begun = begin(what.operation);
    T result;
    try {
      result = work.get();
    } catch (Throwable e) {
      callEach(begun, Progress::detached);
      callEach(begun, it -> it.failed(e));
      throw e;
    }
    callEach(begun, Progress::detached);
    callEach(begun, it -> what.told.accept(it, result));
    return result;
  }

  /**
   * Starts work whose result comes later. The returned stage completes after the result was
   * reported.
   */
  <T> CompletionStage<T> start(Observable<T> what, Supplier<CompletionStage<T>> work) {
    List<Progress> begun = begin(what.operation);
    CompletionStage<T> stage;
    try {
      stage = work.get();
    } catch (Throwable e) {
      callEach(begun, Progress::detached);
      callEach(begun, it -> it.failed(e));
      throw e;
    }
    callEach(begun, Progress::detached);
    return stage.whenComplete(
        (result, failure) ->
            callEach(
                begun,
                it -> {
                  if (failure == null) {
                    what.told.accept(it, result);
                  } else {
                    it.failed(
                        failure instanceof CompletionException
                            ? StepRunner.cause(failure)
                            : failure);
                  }
                }));
  }

  private List<Progress> begin(Operation operation) {
    List<Progress> begun = new ArrayList<>(observers.size());
    for (DecisionObserver observer : observers) {
      guarded(() -> begun.add(observer.begin(operation)));
    }
    return begun;
  }

  /** Calls the observers in reverse order, because scopes are nested. */
  private static void callEach(List<Progress> begun, Consumer<Progress> what) {
    for (int i = begun.size() - 1; i >= 0; i--) {
      Progress observation = begun.get(i);
      guarded(() -> what.accept(observation));
    }
  }

  private static void guarded(Runnable call) {
    try {
      call.run();
    } catch (VirtualMachineError e) {
      throw e;
    } catch (Throwable e) { // An observer must not make a decision fail.
      LOG.log(System.Logger.Level.ERROR, "An observer failed; the decision stands.", e);
    }
  }
}
