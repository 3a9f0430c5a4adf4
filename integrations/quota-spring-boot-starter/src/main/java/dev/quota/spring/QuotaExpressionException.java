package dev.quota.spring;

/**
 * An expression of {@link dev.quota.Quota} failed for the arguments of one call, or its value is no
 * cost or no subject. The method did not run, and nothing was charged. If the arguments come from
 * clients, validate them before, or answer this exception with status 400.
 */
public final class QuotaExpressionException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates the exception.
   *
   * @param message what failed and where
   */
  public QuotaExpressionException(String message) {
    super(message);
  }

  /**
   * Creates the exception.
   *
   * @param message what failed and where
   * @param cause why the expression failed
   */
  public QuotaExpressionException(String message, Throwable cause) {
    super(message, cause);
  }
}
