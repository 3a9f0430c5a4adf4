package dev.quota.spring.test;

import java.nio.charset.StandardCharsets;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The answer to a request.
 *
 * @param status the status
 * @param headers finds the first line of a header
 * @param body the body as text
 */
record QuotaAnswer(int status, Function<String, @Nullable String> headers, String body) {

  private static final int SHOWN = 500;

  static QuotaAnswer of(
      int status, Function<String, @Nullable String> headers, byte @Nullable [] body) {
    return new QuotaAnswer(
        status, headers, body == null ? "" : new String(body, StandardCharsets.UTF_8));
  }

  String header(String name) {
    String value = headers.apply(name);
    return value == null ? "" : value;
  }

  @Override
  public String toString() {
    return "it is: status "
        + status
        + ", RateLimit: "
        + header("RateLimit")
        + ", Quota-Level: "
        + header("Quota-Level")
        + ", body: "
        + (body.length() > SHOWN ? body.substring(0, SHOWN) + "…" : body);
  }
}
