package dev.quota.demo;

import com.fasterxml.jackson.core.JsonGenerator;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/**
 * A problem of the demo's own (RFC 9457). Refusals of quotas are the library's to write. As in
 * those, the SDKs of model providers find the sentence in the member {@code error}.
 *
 * @param status the HTTP status
 * @param title the kind of problem
 * @param detail what is wrong and what to do
 */
record Problem(int status, String title, String detail) {

  void writeTo(HttpServletResponse response) throws IOException {
    response.setStatus(status);
    response.setHeader("Cache-Control", "no-store");
    Json.write(response, "application/problem+json", this::members);
  }

  private void members(JsonGenerator json) throws IOException {
    json.writeStringField("type", "about:blank");
    json.writeStringField("title", title);
    json.writeNumberField("status", status);
    json.writeStringField("detail", detail);
    json.writeObjectFieldStart("error");
    json.writeStringField("message", detail);
    json.writeStringField("type", "invalid_request_error");
    json.writeEndObject();
  }
}
