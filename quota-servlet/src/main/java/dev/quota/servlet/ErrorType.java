package dev.quota.servlet;

/** The types of errors that the SDKs of model providers know, for the member {@code error}. */
final class ErrorType {

  private static final String RATE_LIMIT = "rate_limit_exceeded";

  private ErrorType() {}

  /** Returns the type of a refusal: a pace is over soon, a budget is not. */
  static String of(RefusedRequest refusal) {
    return refusal.status() == 429
        ? RetryAdvice.isForPeople(refusal.retryAfterSeconds()) ? "insufficient_quota" : RATE_LIMIT
        : of(refusal.status());
  }

  /** Returns the type of a problem by its HTTP status. */
  static String of(int status) {
    return switch (status) {
      case 403 -> "permission_error";
      case 404 -> "not_found_error";
      case 429 -> RATE_LIMIT;
      case 503 -> "server_error";
      default -> "invalid_request_error";
    };
  }
}
