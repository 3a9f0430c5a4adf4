package dev.quota;

import dev.quota.spi.QuotaStore;
import dev.quota.spi.StoreCommand;
import dev.quota.spi.StoreReply;
import dev.quota.store.QuotaStoreException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Runs steps, either blocking on the calling thread, or with stages and without a waiting thread.
 * No lock is held while a store is asked. Thread-safe.
 */
final class StepRunner {

  private final QuotaStore shared;
  private final StoreFailures failures;
  private final Duration timeout;
  private final Observers observers;

  /**
   * Creates a runner.
   *
   * @param shared the store whose failures are recorded
   * @param timeout after how long a store that answers later has failed
   * @param observers who is told of operations
   */
  StepRunner(QuotaStore shared, StoreFailures failures, Duration timeout, Observers observers) {
    this.shared = shared;
    this.failures = failures;
    this.timeout = timeout;
    this.observers = observers;
  }

  /**
   * Runs work and waits for the replies of stores.
   *
   * @throws QuotaStoreException if a store could not answer and the work cannot continue without it
   */
  <T> T run(Step<T> work) {
    Step<T> step = work;
    while (step instanceof Step.Ask<T> ask) {
      step = next(ask);
    }
    return ((Step.Done<T>) step).result();
  }

  /** Runs work as {@link #run(Step)}, and tells the observers of it. */
  <T> T run(Step<T> work, Observers.Observable<T> what) {
    return observers.isEmpty() ? run(work) : observers.run(what, () -> run(work));
  }

  /** Runs work as {@link #start(Step)}, and tells the observers of it. */
  <T> CompletionStage<T> start(Step<T> work, Observers.Observable<T> what) {
    return observers.isEmpty() ? start(work) : observers.start(what, () -> start(work));
  }

  private <T> Step<T> next(Step.Ask<T> ask) {
    StoreReply reply;
    try {
      reply = ask.store().execute(ask.command());
    } catch (QuotaStoreException e) {
      return failed(ask, e);
    }
    return answered(ask, reply);
  }

  private <T> Step<T> answered(Step.Ask<T> ask, StoreReply reply) {
    if (ask.store() == shared) {
      failures.answered();
    }
    return ask.answered(reply);
  }

  private <T> Step<T> failed(Step.Ask<T> ask, QuotaStoreException failure) {
    failures.failed(failure);
    return ask.failed(failure);
  }

  /**
   * Runs work without waiting. It continues on the thread that completes the store's stage, or on
   * the calling thread if that stage is complete at once. After the timeout it continues on the
   * common pool.
   *
   * @return a stage that completes with the result, or with a {@link QuotaStoreException}
   */
  <T> CompletionStage<T> start(Step<T> work) {
    if (work instanceof Step.Done<T> done) {
      return CompletableFuture.completedFuture(done.result());
    }
    CompletableFuture<T> result = new CompletableFuture<>();
    goOn(work, result);
    return result;
  }

  /** Sends a command without waiting for its reply. The stage fails if the store fails. */
  CompletionStage<StoreReply> send(QuotaStore store, StoreCommand command) {
    return start(Step.ask(store, command));
  }

  /**
   * Continues in a loop as long as replies are complete at once. So a chain of any length needs the
   * stack of one step. If a reply is not complete, its thread continues later.
   */
  private <T> void goOn(Step<T> work, CompletableFuture<T> result) {
    Step<T> step = work;
    try {
      while (step instanceof Step.Ask<T> ask) {
        Pending<T> answer = new Pending<>(ask, result);
        answer.request();
        if (!answer.isThereAtOnce()) {
          return;
        }
        step = answer.step();
      }
    } catch (Throwable e) {
      // Otherwise the caller's stage would never complete.
      result.completeExceptionally(e);
      return;
    }
    result.complete(((Step.Done<T>) step).result());
  }

  /** Returns the failure of a stage, without the exceptions that stages wrap around it. */
  static Throwable cause(@Nullable Throwable failure) {
    if (failure == null) {
      return new NullPointerException("the store's reply is null");
    }
    Throwable cause = failure;
    while (cause instanceof CompletionException && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause;
  }

  /** Returns a stage without a value, which completes after another one. */
  static CompletionStage<Void> whenOver(CompletionStage<?> stage) {
    CompletableFuture<Void> over = new CompletableFuture<>();
    CompletionStage<?> unused =
        stage.whenComplete(
            (value, failure) -> {
              if (failure == null) {
                over.complete(null);
              } else {
                over.completeExceptionally(cause(failure));
              }
            });
    return over;
  }

  /** What came instead of a reply. */
  private record Failed(Throwable cause) {}

  /** The reply to one command. It arrives before or after the asking thread has left. */
  private final class Pending<T> implements BiConsumer<StoreReply, @Nullable Throwable> {

    private static final Object NOTHING_YET = new Object();
    private static final Object CALLER_HAS_GONE = new Object();

    private final Step.Ask<T> ask;
    private final CompletableFuture<T> result;

    /** One of the two above, then the first answer: a reply, or {@link Failed}. */
    private final AtomicReference<Object> state = new AtomicReference<>(NOTHING_YET);

    /** Complete when nobody has to wait any more; null if the answer was there at once. */
    private @Nullable CompletableFuture<Void> timer;

    Pending(Step.Ask<T> ask, CompletableFuture<T> result) {
      this.ask = ask;
      this.result = result;
    }

    void request() {
      CompletionStage<StoreReply> stage;
      try {
        stage = ask.store().executeAsync(ask.command());
      } catch (QuotaStoreException e) {
        // The store broke its contract by throwing. That counts as its failure.
        accept(null, e);
        return;
      }
      CompletionStage<StoreReply> unused = stage.whenComplete(this);
    }

    boolean isThereAtOnce() {
      if (state.get() != NOTHING_YET) {
        return true;
      }
      if (!ask.store().keepsTimeBudget()) {
        startTimer();
      }
      boolean isThere = !state.compareAndSet(NOTHING_YET, CALLER_HAS_GONE);
      if (isThere) {
        stopTimer();
      }
      return isThere;
    }

    private void startTimer() {
      timer = new CompletableFuture<Void>().orTimeout(timeout.toNanos(), TimeUnit.NANOSECONDS);
      // exceptionallyAsync would start a task for each answer, not only after the time-out.
      CompletionStage<Void> unused = timer.exceptionally(this::giveUpLater);
    }

    /** Leaves the thread of the timer at once, because others wait for it. */
    private @Nullable Void giveUpLater(Throwable timedOut) {
      var unused = CompletableFuture.runAsync(this::giveUp);
      return null;
    }

    private void giveUp() {
      accept(
          null,
          new QuotaStoreException(
              "the store did not answer within " + timeout.toMillis() + " ms",
              QuotaStoreException.Applied.UNKNOWN,
              null));
    }

    private void stopTimer() {
      if (timer != null) {
        boolean unused = timer.complete(null);
      }
    }

    @Override
    public void accept(@Nullable StoreReply told, @Nullable Throwable thrown) {
      Object answer = told == null ? new Failed(cause(thrown)) : told;
      if (state.compareAndSet(NOTHING_YET, answer)
          || !state.compareAndSet(CALLER_HAS_GONE, answer)) {
        // The caller goes on, or it is too late.
        return;
      }
      stopTimer();
      Step<T> step;
      try {
        step = step();
      } catch (Throwable e) {
        // Otherwise the caller's stage would never complete.
        result.completeExceptionally(e);
        return;
      }
      goOn(step, result);
    }

    /** Returns the rest of the work. */
    Step<T> step() throws Throwable {
      Object answer = state.get();
      if (answer instanceof StoreReply told) {
        return answered(ask, told);
      }
      Throwable cause = answer instanceof Failed it ? it.cause() : cause(null);
      if (cause instanceof QuotaStoreException known) {
        return failed(ask, known);
      }
      throw cause;
    }
  }
}
