package dev.quota.langchain4j;

import dev.quota.Settlement;
import dev.quota.Subject;
import dev.quota.models.ModelCall;
import dev.quota.models.ModelCalls;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The calls that the models of one thread continue. Only {@link #call} of a scope that others were
 * carried from is called by several threads.
 */
final class CallScope {

  private static final ThreadLocal<@Nullable CallScope> CURRENT = new ThreadLocal<>();

  private final Subject subject;

  /** Whose calls have branches in this thread; null if this scope begins calls. */
  private final @Nullable CallScope origin;

  /** Whether this thread delivers a stream, whose next round continues its call. */
  private final boolean isOfStream;

  private final Map<ModelCalls, ModelCall> calls = new HashMap<>();

  private boolean isOver;

  /** Whether the stream continued with another round. */
  private boolean isContinued;

  private CallScope(Subject subject, @Nullable CallScope origin, boolean isOfStream) {
    this.subject = subject;
    this.origin = origin;
    this.isOfStream = isOfStream;
  }

  static Optional<CallScope> current() {
    return Optional.ofNullable(CURRENT.get());
  }

  Subject subject() {
    return subject;
  }

  /**
   * What a round belongs to.
   *
   * @param call the call, or a branch of it
   * @param endsWithScope whether the scope ends it, and not the round
   */
  record Joined(ModelCall call, boolean endsWithScope) {}

  /**
   * Joins the call that runs in this scope, or begins it. A round that may run at the same time as
   * others gets a branch.
   */
  Joined join(ModelCalls of, boolean isStream, Supplier<ModelCall> begin) {
    if (!isOfStream) {
      ModelCall call = call(of, begin);
      return isStream ? new Joined(call.branch().orElseGet(begin), false) : new Joined(call, true);
    }
    ModelCall streamed = calls.get(of);
    if (streamed == null) {
      return new Joined(begin.get(), false);
    }
    isContinued |= isStream;
    return new Joined(isStream ? streamed : streamed.branch().orElseGet(begin), false);
  }

  private synchronized ModelCall call(ModelCalls of, Supplier<ModelCall> begin) {
    ModelCall call = calls.get(of);
    if (call == null) {
      call = origin == null ? begin.get() : origin.branch(of, begin).orElseGet(begin);
      calls.put(of, call);
    }
    return call;
  }

  /** Returns a branch for another thread; empty if nothing here would end its call. */
  private synchronized Optional<ModelCall> branch(ModelCalls of, Supplier<ModelCall> begin) {
    if (isOver) {
      return Optional.empty();
    }
    return isOfStream
        ? Optional.ofNullable(calls.get(of)).flatMap(ModelCall::branch)
        : call(of, begin).branch();
  }

  private synchronized void close() {
    isOver = true;
  }

  /** Runs work, and ends the calls that it began. */
  static <T> T run(Subject subject, Supplier<T> work) {
    return new CallScope(subject, null, false).run(work);
  }

  /** Returns a task that continues, in another thread, the calls of this thread. */
  static Runnable carry(Runnable task) {
    CallScope scope = CURRENT.get();
    return scope == null ? task : () -> new CallScope(scope.subject, scope, false).run(task);
  }

  private void run(Runnable task) {
    boolean unused =
        run(
            () -> {
              task.run();
              return true;
            });
  }

  private <T> T run(Supplier<T> work) {
    CallScope outer = CURRENT.get();
    CURRENT.set(this);
    try {
      T result = work.get();
      close();
      calls.values().forEach(call -> over(call, call.end()));
      return result;
    } catch (Throwable e) {
      close();
      calls.values().forEach(call -> over(call, call.fail(e)));
      throw e;
    } finally {
      restore(outer);
    }
  }

  /** Waits for the settlement, unless other threads or streams continue the call. */
  static void over(ModelCall call, CompletionStage<Settlement> end) {
    if (!call.isBranch() && !call.hasOpenBranches()) {
      var unused = ModelCalls.await(end);
    }
  }

  /**
   * Delivers the end of a round to the reader.
   *
   * @return whether the same call continued with another round meanwhile
   */
  static boolean continues(Subject subject, ModelCalls of, ModelCall call, Runnable delivery) {
    CallScope scope = new CallScope(subject, null, true);
    scope.calls.put(of, call);
    CallScope outer = CURRENT.get();
    CURRENT.set(scope);
    try {
      delivery.run();
      return scope.isContinued;
    } finally {
      scope.close();
      restore(outer);
    }
  }

  private static void restore(@Nullable CallScope outer) {
    if (outer == null) {
      CURRENT.remove();
    } else {
      CURRENT.set(outer);
    }
  }
}
