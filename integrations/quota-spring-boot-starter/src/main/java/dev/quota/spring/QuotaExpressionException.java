package dev.quota.spring;

/**
 * An expression of {@link dev.quota.Quota} failed for the arguments of one call, or gave something
 * that is no cost or no subject. The method did not run, and nothing was charged. Where clients
 * choose what the expression reads, check it before, or answer this exception with 400.
 */
public final class QuotaExpressionException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates one.
   *
   * @param message says where and what
   */
  public QuotaExpressionException(String message) {
    super(message);
  }

  /**
   * Creates one.
   *
   * @param message says where and what
   * @param cause why the expression failed
   */
  public QuotaExpressionException(String message, Throwable cause) {
    super(message, cause);
  }
}
