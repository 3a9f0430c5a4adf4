package dev.quota;

import dev.quota.spi.QuotaStore;
import dev.quota.spi.StoreCommand;
import dev.quota.spi.StoreReply;
import dev.quota.store.QuotaStoreException;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Work of the engine without I/O. A step is finished, or it says what to ask a store and how to
 * continue. {@link StepRunner} runs steps, blocking or asynchronously.
 *
 * @param <T> the result of the work
 */
sealed interface Step<T> {

  /**
   * Finished work.
   *
   * @param result the result
   */
  record Done<T>(T result) implements Step<T> {}

  /** Work that continues with the reply of a store. Used once. */
  abstract non-sealed class Ask<T> implements Step<T> {

    private final QuotaStore store;
    private final StoreCommand command;

    Ask(QuotaStore store, StoreCommand command) {
      this.store = store;
      this.command = command;
    }

    /** Returns the store to ask. */
    final QuotaStore store() {
      return store;
    }

    /** Returns the command. */
    final StoreCommand command() {
      return command;
    }

    /** Continues after the store has answered. */
    abstract Step<T> answered(StoreReply reply);

    /**
     * Continues after the store could not answer.
     *
     * @throws QuotaStoreException if nothing can be done without the answer
     */
    Step<T> failed(QuotaStoreException failure) {
      throw failure;
    }
  }

  /** Returns finished work. */
  static <T> Step<T> done(T result) {
    return new Done<>(result);
  }

  /** Returns the work of one command; it fails if the store fails. */
  static Step<StoreReply> ask(QuotaStore store, StoreCommand command) {
    return new Ask<>(store, command) {
      @Override
      Step<StoreReply> answered(StoreReply reply) {
        return done(reply);
      }
    };
  }

  /**
   * Returns this work, followed by other work.
   *
   * @param next makes the other work of this result
   */
  default <U> Step<U> then(Function<? super T, ? extends Step<U>> next) {
    if (this instanceof Done<T> done) {
      return next.apply(done.result());
    }
    Ask<T> ask = (Ask<T>) this;
    return new Ask<>(ask.store(), ask.command()) {
      @Override
      Step<U> answered(StoreReply reply) {
        return ask.answered(reply).then(next);
      }

      @Override
      Step<U> failed(QuotaStoreException failure) {
        return ask.failed(failure).then(next);
      }
    };
  }

  /** Returns this work with another result. */
  default <U> Step<U> map(Function<? super T, ? extends U> change) {
    return then(result -> done(change.apply(result)));
  }

  /**
   * Returns this work, replaced by other work if a store cannot answer.
   *
   * @param instead makes the other work of the failure; it may rethrow the failure
   */
  default Step<T> orElse(Function<QuotaStoreException, Step<T>> instead) {
    if (this instanceof Done) {
      return this;
    }
    Ask<T> ask = (Ask<T>) this;
    return new Ask<>(ask.store(), ask.command()) {
      @Override
      Step<T> answered(StoreReply reply) {
        return guarded(() -> ask.answered(reply));
      }

      @Override
      Step<T> failed(QuotaStoreException failure) {
        return guarded(() -> ask.failed(failure));
      }

      private Step<T> guarded(Supplier<Step<T>> work) {
        Step<T> step;
        try {
          step = work.get();
        } catch (QuotaStoreException e) {
          return instead.apply(e);
        }
        return step.orElse(instead);
      }
    };
  }
}
