package dev.quota.servlet;

import dev.quota.UnknownQuotaException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Answers requests that cannot be charged, because the policies do not fit the application. The
 * answer says that the service has a problem. The log says what to correct. Thread-safe.
 */
final class Misconfiguration {

  private static final System.Logger LOG = System.getLogger(Misconfiguration.class.getName());
  private static final long INTERVAL_NANOS = TimeUnit.MINUTES.toNanos(1);
  private static final int DEEPEST_CAUSE = 16;

  /** The annotations of an endpoint cannot be used. */
  static final class UnusableEndpointException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    UnusableEndpointException(RuntimeException cause) {
      super(cause.getMessage(), cause);
    }
  }

  /** Writes the answer that a request cannot be charged. */
  @FunctionalInterface
  interface Refusal {
    void write(HttpServletRequest request, HttpServletResponse response) throws IOException;
  }

  private final Refusal refusal;
  private final LongAdder refused = new LongAdder();
  private final AtomicLong silentUntilNanos = new AtomicLong(System.nanoTime());

  Misconfiguration(Refusal refusal) {
    this.refusal = refusal;
  }

  /** Returns the reason why a request cannot be charged, if that is why it failed. */
  static Optional<RuntimeException> in(@Nullable Throwable failure) {
    Throwable cause = failure;
    for (int depth = 0; cause != null && depth < DEEPEST_CAUSE; depth++) {
      if (cause instanceof UnknownQuotaException unknown) {
        return Optional.of(unknown);
      }
      if (cause instanceof UnusableEndpointException unusable) {
        return Optional.of(unusable);
      }
      cause = cause.getCause();
    }
    return Optional.empty();
  }

  /** Writes the answer, unless the response is committed. Returns whether it did. */
  boolean answer(RuntimeException why, HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    log(why);
    if (response.isCommitted()) {
      return false;
    }
    if (QuotaExchange.find(request).isPresent()) {
      // Discards what the endpoint has begun to write.
      response.reset();
    }
    refusal.write(request, response);
    return true;
  }

  private void log(RuntimeException why) {
    refused.increment();
    long now = System.nanoTime();
    long silentUntil = silentUntilNanos.get();
    if (now - silentUntil >= 0
        && silentUntilNanos.compareAndSet(silentUntil, now + INTERVAL_NANOS)) {
      LOG.log(
          System.Logger.Level.ERROR,
          "Requests cannot be charged, so they are refused (503); so far: {0}. {1}",
          refused.sum(),
          why.getMessage());
    }
  }
}
