package dev.quota.servlet;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.quota.http.ErrorFormat;
import dev.quota.http.RefusedRequest;
import dev.quota.http.internal.json.ErrorHead;
import dev.quota.http.internal.json.QuotaJson;
import dev.quota.http.internal.json.StateJson;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/** Writes problem documents (RFC 9457), or the same members in the shape of an endpoint. */
final class ProblemJson {

  private static final int BAD_REQUEST = HttpServletResponse.SC_BAD_REQUEST;

  private final StateJson states;

  ProblemJson(StateJson states) {
    this.states = states;
  }

  /** Writes a refusal, whose status and headers are set. */
  void write(RefusedRequest refusal, ContentNegotiation wishes, HttpServletResponse response)
      throws IOException {
    send(response, contentType(refusal.errors(), wishes), bytes(refusal));
  }

  /** Returns the document of a refusal. */
  byte[] bytes(RefusedRequest refusal) {
    return QuotaJson.bytes(
        json -> {
          json.writeStartObject();
          ErrorHead.of(refusal).write(json, refusal.errors());
          json.writeArrayFieldStart("violated-policies");
          for (String policy : refusal.violatedPolicies()) {
            json.writeString(policy);
          }
          json.writeEndArray();
          StateJson.writeNumber(json, "retryAfterSeconds", refusal.retryAfterSeconds());
          json.writeBooleanField("retryable", refusal.retryAfterSeconds().isPresent());
          if (refusal.states().isPresent()) {
            json.writeFieldName("state");
            states.write(json, refusal.states().get(), refusal.locale());
          }
          json.writeEndObject();
        });
  }

  /** Writes that a request is malformed; status and headers are set. */
  void writeBadRequest(
      ErrorFormat format,
      String title,
      String detail,
      ContentNegotiation wishes,
      HttpServletResponse response)
      throws IOException {
    ErrorHead head = ErrorHead.of(BAD_REQUEST, title, detail);
    send(response, contentType(format, wishes), bytes(head, format));
  }

  /** Writes a problem of a request to our own endpoints, with its status. */
  void write(int status, String title, String detail, HttpServletResponse response)
      throws IOException {
    response.setStatus(status);
    byte[] body = bytes(ErrorHead.of(status, title, detail), ErrorFormat.PROBLEM);
    send(response, "application/problem+json", body);
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

  private static void send(HttpServletResponse response, String contentType, byte[] body)
      throws IOException {
    response.setContentType(contentType);
    response.setContentLength(body.length);
    response.getOutputStream().write(body);
  }
}
