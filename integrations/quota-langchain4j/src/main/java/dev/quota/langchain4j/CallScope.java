package dev.quota.langchain4j;

import dev.quota.Subject;
import dev.quota.models.ModelCall;
import dev.quota.models.ModelCalls;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The state that calls of models in one thread share. Not thread-safe. */
final class CallScope {

  private static final ThreadLocal<@Nullable CallScope> CURRENT = new ThreadLocal<>();

  private final Subject subject;
  private final boolean isOfStream;
  private final Map<ModelCalls, ModelCall> calls = new HashMap<>();

  /** Whether a call that began in another scope continued here. */
  private boolean isContinued;

  private CallScope(Subject subject, boolean isOfStream) {
    this.subject = subject;
    this.isOfStream = isOfStream;
  }

  static Optional<CallScope> current() {
    return Optional.ofNullable(CURRENT.get());
  }

  Subject subject() {
    return subject;
  }

  /** Returns whether a stream may continue here: it may end later than other work. */
  boolean isOfStream() {
    return isOfStream;
  }

  Optional<ModelCall> call(ModelCalls of) {
    ModelCall call = calls.get(of);
    isContinued |= call != null;
    return Optional.ofNullable(call);
  }

  void begun(ModelCalls of, ModelCall call) {
    calls.put(of, call);
  }

  /** Runs work, and ends the call that it began. */
  static <T> T run(Subject subject, Supplier<T> work) {
    CallScope scope = new CallScope(subject, false);
    CallScope outer = CURRENT.get();
    CURRENT.set(scope);
    try {
      T result = work.get();
      scope.calls.values().forEach(call -> ModelCalls.await(call.end()));
      return result;
    } catch (Throwable e) {
      scope.calls.values().forEach(call -> ModelCalls.await(call.fail(e)));
      throw e;
    } finally {
      restore(outer);
    }
  }

  /**
   * Delivers the end of a round to the reader.
   *
   * @return whether the same call continued with another round meanwhile
   */
  static boolean continues(Subject subject, ModelCalls of, ModelCall call, Runnable delivery) {
    CallScope scope = new CallScope(subject, true);
    scope.begun(of, call);
    CallScope outer = CURRENT.get();
    CURRENT.set(scope);
    try {
      delivery.run();
      return scope.isContinued;
    } finally {
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
