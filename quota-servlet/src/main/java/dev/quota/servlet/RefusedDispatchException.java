package dev.quota.servlet;

import dev.quota.Decision;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Optional;

/**
 * Thrown if a refusal cannot be written, because a charged endpoint was included or the answer had
 * begun. The endpoint did not run, and nothing was charged for it.
 *
 * <p>A servlet that can work without the include catches it. If nobody catches it and the answer
 * has not begun, the filter answers with the refusal.
 */
public final class RefusedDispatchException extends IOException {

  private static final long serialVersionUID = 1L;

  /** Writes a refusal. */
  @FunctionalInterface
  interface Answer {
    void write(HttpServletRequest request, HttpServletResponse response) throws IOException;
  }

  private final transient Optional<Decision> decision;
  private final transient Answer answer;

  RefusedDispatchException(Optional<Decision> decision, Answer answer) {
    super(
        "a metered endpoint was reached in an include, in an error page, or after the answer had"
            + " begun, and was refused; it did not run");
    this.decision = decision;
    this.answer = answer;
  }

  /**
   * Returns the decision of the engine.
   *
   * @return the decision; empty if there was none, as for a prefetch or a malformed header
   */
  public Optional<Decision> decision() {
    return decision;
  }

  Answer answer() {
    return answer;
  }
}
