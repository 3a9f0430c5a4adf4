package dev.quota.http.internal.call;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The result of a call, now or later: a value, a failure, or a stage. If the value is there, the
 * next work runs at once on the calling thread. Immutable.
 *
 * @param <T> the value
 */
public final class Eventual<T> {

  private final @Nullable T value;
  private final @Nullable Throwable failure;
  private final @Nullable CompletionStage<T> stage;

  private Eventual(
      @Nullable T value, @Nullable Throwable failure, @Nullable CompletionStage<T> stage) {
    this.value = value;
    this.failure = failure;
    this.stage = stage;
  }

  /** Returns a result with a value. */
  public static <T> Eventual<T> done(T value) {
    return new Eventual<>(value, null, null);
  }

  /** Returns a result with a failure. */
  public static <T> Eventual<T> failed(Throwable failure) {
    return new Eventual<>(null, failure, null);
  }

  /** Returns the result of a stage. */
  public static <T> Eventual<T> of(CompletionStage<T> stage) {
    return new Eventual<>(null, null, stage);
  }

  /** Returns the result of some work. An exception of the work becomes the failure. */
  public static <T> Eventual<T> attempt(Supplier<Eventual<T>> work) {
    try {
      return work.get();
    } catch (Throwable e) {
      return failed(e);
    }
  }

  /** Returns whether the value is there, so that {@link #get} returns at once. */
  public boolean isDone() {
    return value != null;
  }

  /** Continues with the value. */
  public <U> Eventual<U> then(Function<? super T, Eventual<U>> next) {
    if (stage != null) {
      return of(stage.thenCompose(it -> next.apply(it).asStage()));
    }
    T there = value;
    return there == null ? failed(failure()) : attempt(() -> next.apply(there));
  }

  /** Changes the value. */
  public <U> Eventual<U> map(Function<? super T, ? extends U> change) {
    return then(it -> done(change.apply(it)));
  }

  /** Continues with other work after a failure of one kind. */
  public <X extends Throwable> Eventual<T> orElse(
      Class<X> kind, Function<? super X, Eventual<T>> instead) {
    if (stage != null) {
      return of(
          stage
              .handle(
                  (it, thrown) ->
                      thrown == null
                          ? Eventual.done(it)
                          : Eventual.<T>failed(cause(thrown)).orElse(kind, instead))
              .thenCompose(Eventual::asStage));
    }
    return kind.isInstance(failure) ? attempt(() -> instead.apply(kind.cast(failure))) : this;
  }

  /** Continues after a value or a failure. A failure of the first work is the failure of both. */
  public <U> Eventual<U> always(Supplier<Eventual<U>> next) {
    if (stage != null) {
      return of(
          stage
              .handle(
                  (it, thrown) ->
                      (thrown == null ? Eventual.done(it) : Eventual.<T>failed(cause(thrown)))
                          .always(next))
              .thenCompose(Eventual::asStage));
    }
    Eventual<U> after = attempt(next);
    return value == null
        ? after
            .then(it -> Eventual.<U>failed(failure()))
            .orElse(Throwable.class, it -> failed(failure()))
        : after;
  }

  /** Runs work with the value or the failure. */
  public Eventual<T> whenOver(BiConsumer<@Nullable T, @Nullable Throwable> work) {
    if (stage != null) {
      return of(
          stage.whenComplete(
              (it, thrown) -> work.accept(it, thrown == null ? null : cause(thrown))));
    }
    try {
      work.accept(value, failure);
      return this;
    } catch (Throwable e) {
      return failure == null ? failed(e) : this;
    }
  }

  /** Returns the value, and waits if it comes from a stage. Throws the failure. */
  public T get() {
    if (stage != null) {
      try {
        return stage.toCompletableFuture().join();
      } catch (CompletionException e) {
        throw Eventual.<RuntimeException>unchecked(cause(e));
      }
    }
    if (value == null) {
      throw Eventual.<RuntimeException>unchecked(failure());
    }
    return value;
  }

  /**
   * Returns a stage. It fails with the original exception, without the exceptions that stages wrap
   * around it.
   */
  public CompletionStage<T> toStage() {
    CompletableFuture<T> result = new CompletableFuture<>();
    var unused =
        asStage()
            .whenComplete(
                (it, thrown) -> {
                  if (thrown == null) {
                    result.complete(it);
                  } else {
                    result.completeExceptionally(cause(thrown));
                  }
                });
    return result;
  }

  /** Returns a stage without a value. */
  public CompletionStage<Void> toVoidStage() {
    CompletableFuture<Void> result = new CompletableFuture<>();
    var unused =
        asStage()
            .whenComplete(
                (it, thrown) -> {
                  if (thrown == null) {
                    result.complete(null);
                  } else {
                    result.completeExceptionally(cause(thrown));
                  }
                });
    return result;
  }

  private CompletionStage<T> asStage() {
    if (stage != null) {
      return stage;
    }
    return value == null
        ? CompletableFuture.failedFuture(failure())
        : CompletableFuture.completedFuture(value);
  }

  private Throwable failure() {
    return failure == null ? new NullPointerException("a call returned null") : failure;
  }

  private static Throwable cause(Throwable thrown) {
    Throwable cause = thrown;
    while (cause instanceof CompletionException && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause;
  }

  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
  private static <X extends Throwable> X unchecked(Throwable thrown) throws X {
    throw (X) thrown;
  }
}
