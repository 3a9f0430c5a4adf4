package dev.quota.servlet;

import jakarta.servlet.DispatcherType;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Answers requests that threw a refusal or a misconfiguration, if the answer has not begun. In an
 * error page it writes nothing, and the error stays as it is.
 */
final class FailureAnswers {

  private static final int DEEPEST_CAUSE = 16;

  private final Misconfiguration misconfiguration;

  FailureAnswers(Misconfiguration misconfiguration) {
    this.misconfiguration = misconfiguration;
  }

  /** Returns whether {@link #answer} can replace an exception. If it cannot, that is logged. */
  boolean canAnswer(Exception thrown, HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    if (refusal(thrown).isPresent()) {
      return request.getDispatcherType() == DispatcherType.ERROR || !response.isCommitted();
    }
    Optional<RuntimeException> why = Misconfiguration.in(thrown);
    if (why.isEmpty() || request.getDispatcherType() == DispatcherType.ERROR) {
      return false;
    }
    return !response.isCommitted() || misconfiguration.answer(why.get(), request, response);
  }

  /** Writes the answer instead of an exception. */
  void answer(Exception thrown, HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    Optional<RefusedDispatchException> refused = refusal(thrown);
    if (refused.isEmpty()) {
      boolean unused =
          misconfiguration.answer(Misconfiguration.in(thrown).orElseThrow(), request, response);
    } else if (request.getDispatcherType() != DispatcherType.ERROR) {
      response.reset();
      refused.get().answer().write(request, response);
    }
  }

  /** Returns the refusal in an exception or its causes. */
  static Optional<RefusedDispatchException> refusal(@Nullable Throwable thrown) {
    Throwable cause = thrown;
    for (int depth = 0; cause != null && depth < DEEPEST_CAUSE; depth++) {
      if (cause instanceof RefusedDispatchException refused) {
        return Optional.of(refused);
      }
      cause = cause.getCause();
    }
    return Optional.empty();
  }
}
