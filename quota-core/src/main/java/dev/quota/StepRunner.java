package dev.quota;

import dev.quota.spi.QuotaStore;
import dev.quota.spi.StoreCommand;
import dev.quota.spi.StoreReply;
import dev.quota.store.QuotaStoreException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Carries steps out: on the calling thread, which waits for each answer, or with stages, where no
 * thread ever waits. No lock is held while a store is asked. Safe for use by several threads.
 */
final class StepRunner {

  private final QuotaStore shared;
  private final StoreFailures failures;

  /**
   * Creates a runner.
   *
   * @param shared the store whose health is noted
   */
  StepRunner(QuotaStore shared, StoreFailures failures) {
    this.shared = shared;
    this.failures = failures;
  }

  /**
   * Carries work out and waits for the answers of stores.
   *
   * @throws QuotaStoreException if a store could not answer and the work cannot go on without it
   */
  <T> T run(Step<T> work) {
    Step<T> step = work;
    while (step instanceof Step.Ask<T> ask) {
      step = next(ask);
    }
    return ((Step.Done<T>) step).result();
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
   * Carries work out without waiting. What follows an answer runs on the thread that completes the
   * store's stage; on the calling one, where that is complete at once.
   *
   * @return a stage that completes with what came of the work, or with a {@link
   *     QuotaStoreException}
   */
  <T> CompletionStage<T> start(Step<T> work) {
    if (work instanceof Step.Done<T> done) {
      return CompletableFuture.completedFuture(done.result());
    }
    CompletableFuture<T> result = new CompletableFuture<>();
    goOn(work, result);
    return result;
  }

  /** Sends a command without waiting for its reply; the stage fails where the store does. */
  CompletionStage<StoreReply> send(QuotaStore store, StoreCommand command) {
    return start(Step.ask(store, command));
  }

  /**
   * Goes on for as long as answers are there at once, in a loop: a chain of any length takes no
   * more stack than one step. Where an answer is not there yet, its thread goes on later.
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
      // Nobody else would tell the caller.
      result.completeExceptionally(e);
      return;
    }
    result.complete(((Step.Done<T>) step).result());
  }

  /** Returns what made a stage fail, without what stages put around it. */
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

  /** Returns a stage that says no more than that another is complete. */
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

  /** The answer to one question, which comes before or after whoever asked has gone. */
  private final class Pending<T> implements BiConsumer<StoreReply, @Nullable Throwable> {

    /** Who is the second to arrive at the answer goes on with it. */
    private enum Arrived {
      NOBODY,
      CALLER,
      REPLY
    }

    private final Step.Ask<T> ask;
    private final CompletableFuture<T> result;
    private final AtomicReference<Arrived> arrived = new AtomicReference<>(Arrived.NOBODY);
    private @Nullable StoreReply reply;
    private @Nullable Throwable failure;

    Pending(Step.Ask<T> ask, CompletableFuture<T> result) {
      this.ask = ask;
      this.result = result;
    }

    void request() {
      CompletionStage<StoreReply> stage;
      try {
        stage = ask.store().executeAsync(ask.command());
      } catch (QuotaStoreException e) {
        // A store that breaks its contract this way has failed all the same.
        accept(null, e);
        return;
      }
      CompletionStage<StoreReply> unused = stage.whenComplete(this);
    }

    boolean isThereAtOnce() {
      return arrived.getAndSet(Arrived.CALLER) == Arrived.REPLY;
    }

    @Override
    public void accept(@Nullable StoreReply told, @Nullable Throwable thrown) {
      reply = told;
      failure = thrown;
      if (arrived.getAndSet(Arrived.REPLY) == Arrived.CALLER) {
        Step<T> step;
        try {
          step = step();
        } catch (Throwable e) {
          // Nobody else would tell the caller.
          result.completeExceptionally(e);
          return;
        }
        goOn(step, result);
      }
    }

    /** Returns how the work goes on. */
    Step<T> step() throws Throwable {
      StoreReply told = reply;
      if (told != null) {
        return answered(ask, told);
      }
      Throwable cause = cause(failure);
      if (cause instanceof QuotaStoreException known) {
        return failed(ask, known);
      }
      throw cause;
    }
  }
}
