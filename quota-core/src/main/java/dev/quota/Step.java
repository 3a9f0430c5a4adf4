package dev.quota;

import dev.quota.spi.QuotaStore;
import dev.quota.spi.StoreCommand;
import dev.quota.spi.StoreReply;
import dev.quota.store.QuotaStoreException;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Work of the engine that waits for nothing: it is over, or it says what to ask a store and how it
 * goes on. {@link StepRunner} carries it out, for callers who block and for those who do not.
 *
 * @param <T> what the work comes to
 */
sealed interface Step<T> {

  /**
   * Work that is over.
   *
   * @param result what came of it
   */
  record Done<T>(T result) implements Step<T> {}

  /** Work that goes on with the answer of a store. Used once. */
  abstract non-sealed class Ask<T> implements Step<T> {

    private final QuotaStore store;
    private final StoreCommand command;

    Ask(QuotaStore store, StoreCommand command) {
      this.store = store;
      this.command = command;
    }

    /** Returns who is asked. */
    final QuotaStore store() {
      return store;
    }

    /** Returns what is asked. */
    final StoreCommand command() {
      return command;
    }

    /** Goes on after the store answered. */
    abstract Step<T> answered(StoreReply reply);

    /**
     * Goes on after the store could not answer.
     *
     * @throws QuotaStoreException if nothing can be done without the answer
     */
    Step<T> failed(QuotaStoreException failure) {
      throw failure;
    }
  }

  /** Returns work that is over. */
  static <T> Step<T> done(T result) {
    return new Done<>(result);
  }

  /** Returns the work of asking one question; it fails where the store does. */
  static Step<StoreReply> ask(QuotaStore store, StoreCommand command) {
    return new Ask<>(store, command) {
      @Override
      Step<StoreReply> answered(StoreReply reply) {
        return done(reply);
      }
    };
  }

  /**
   * Returns this work and other work after it.
   *
   * @param next the other work, by what came of this
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
   * Returns this work, and other work in its place where a store could not answer.
   *
   * @param instead the other work, by the failure; it may throw the failure on
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
