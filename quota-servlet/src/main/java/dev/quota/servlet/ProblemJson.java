package dev.quota.servlet;

import com.fasterxml.jackson.core.JsonGenerator;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Writes problem documents (RFC 9457). */
final class ProblemJson {

  private static final String CONTENT_TYPE = "application/problem+json";

  private final StateJson states;

  ProblemJson(StateJson states) {
    this.states = states;
  }

  /** Writes a refusal, whose status and headers are set. */
  void write(RefusedRequest refusal, HttpServletResponse response) throws IOException {
    send(response, bytes(refusal));
  }

  /** Returns the document of a refusal. */
  byte[] bytes(RefusedRequest refusal) {
    return QuotaJson.bytes(
        json -> {
          json.writeStartObject();
          writeHead(json, refusal.type(), refusal.title(), refusal.status(), refusal.detail());
          json.writeStringField("code", refusal.code());
          writeError(json, ErrorType.of(refusal), refusal.detail(), refusal.code());
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

  /** Writes a problem of a request to our own endpoints, with its status. */
  void write(int status, String title, String detail, HttpServletResponse response)
      throws IOException {
    response.setStatus(status);
    send(
        response,
        QuotaJson.bytes(
            json -> {
              json.writeStartObject();
              writeHead(json, "about:blank", title, status, detail);
              writeError(json, ErrorType.of(status), detail, null);
              json.writeEndObject();
            }));
  }

  private static void writeHead(
      JsonGenerator json, String type, String title, int status, String detail) throws IOException {
    json.writeStringField("type", type);
    json.writeStringField("title", title);
    json.writeNumberField("status", status);
    json.writeStringField("detail", detail);
    json.writeStringField("instance", "urn:uuid:" + UUID.randomUUID());
  }

  /** Writes the member in which the SDKs of model providers look for the sentence. */
  private static void writeError(
      JsonGenerator json, String type, String message, @Nullable String code) throws IOException {
    json.writeObjectFieldStart("error");
    json.writeStringField("message", message);
    json.writeStringField("type", type);
    json.writeStringField("code", code);
    json.writeNullField("param");
    json.writeEndObject();
  }

  private static void send(HttpServletResponse response, byte[] body) throws IOException {
    response.setContentType(CONTENT_TYPE);
    response.setContentLength(body.length);
    response.getOutputStream().write(body);
  }
}
