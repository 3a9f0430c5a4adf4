package dev.quota.http.internal.json;

import dev.quota.http.internal.header.RetryAdvice;
import java.util.OptionalLong;

/**
 * The types of errors that the SDKs of model providers know, for the member {@code error}.
 * Stateless.
 */
public final class ErrorType {

  private static final String INVALID_REQUEST = "invalid_request_error";

  private ErrorType() {}

  /**
   * Returns the type of OpenAI's API. It differs for short and for long waits.
   *
   * @param status the HTTP status
   * @param retryAfterSeconds how long to wait; empty if waiting cannot help
   */
  public static String openAi(int status, OptionalLong retryAfterSeconds) {
    return switch (status) {
      case 403 -> "permission_error";
      case 404 -> "not_found_error";
      case 429 ->
          RetryAdvice.isForPeople(retryAfterSeconds) ? "insufficient_quota" : "rate_limit_exceeded";
      case 503 -> "server_error";
      default -> INVALID_REQUEST;
    };
  }

  /**
   * Returns the type of Anthropic's API, one of those in its documentation.
   *
   * @param status the HTTP status
   * @param retryAfterSeconds how long to wait; empty if waiting cannot help
   */
  public static String anthropic(int status, OptionalLong retryAfterSeconds) {
    return switch (status) {
      case 403 -> "permission_error";
      case 404 -> "not_found_error";
      case 409 -> "conflict_error";
      case 429 -> "rate_limit_error";
      case 503 -> retryAfterSeconds.isPresent() ? "overloaded_error" : "api_error";
      default -> INVALID_REQUEST;
    };
  }
}
