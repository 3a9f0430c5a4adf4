package dev.quota.http.internal.json;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.quota.http.answer.Content;
import dev.quota.http.answer.ErrorFormat;
import dev.quota.http.answer.RefusedRequest;
import dev.quota.http.internal.negotiation.ContentNegotiation;

/**
 * Writes problem documents (RFC 9457), or the same members in another {@link ErrorFormat}.
 * Thread-safe.
 */
public final class ProblemJson {

  private static final int BAD_REQUEST = 400;

  private final StateJson states;

  public ProblemJson(StateJson states) {
    this.states = states;
  }

  /** Returns the body of a refusal. */
  public Content content(RefusedRequest refusal, ContentNegotiation wishes) {
    return new Content(contentType(refusal.errors(), wishes), bytes(refusal));
  }

  /** Returns the document of a refusal. */
  public byte[] bytes(RefusedRequest refusal) {
    return QuotaJson.bytes(
        json -> {
          json.writeStartObject();
          ErrorHead.of(refusal).write(json, refusal.errors());
          json.writeArrayFieldStart("violated-policies");
          for (String policy : refusal.violatedPolicies()) {
            json.writeString(policy);
          }
          json.writeEndArray();
          Member.RETRY_AFTER_SECONDS.number(json, refusal.retryAfterSeconds());
          json.writeBooleanField("retryable", refusal.retryAfterSeconds().isPresent());
          if (refusal.states().isPresent()) {
            json.writeFieldName("state");
            states.write(json, refusal.states().get(), refusal.locale());
          }
          json.writeEndObject();
        });
  }

  /** Returns the body for a malformed request. */
  public Content badRequest(
      ErrorFormat format, String title, String detail, ContentNegotiation wishes) {
    return new Content(
        contentType(format, wishes), bytes(ErrorHead.of(BAD_REQUEST, title, detail), format));
  }

  /** Returns the body of a problem at the state endpoints. */
  public Content content(int status, String title, String detail) {
    return new Content(
        "application/problem+json",
        bytes(ErrorHead.of(status, title, detail), ErrorFormat.PROBLEM));
  }

  private static byte[] bytes(ErrorHead head, ErrorFormat format) {
    return QuotaJson.bytes(
        (JsonGenerator json) -> {
          json.writeStartObject();
          head.write(json, format);
          json.writeEndObject();
        });
  }

  private static String contentType(ErrorFormat format, ContentNegotiation wishes) {
    return format == ErrorFormat.PROBLEM ? wishes.problemType() : "application/json";
  }
}
