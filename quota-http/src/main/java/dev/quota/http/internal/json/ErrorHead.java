package dev.quota.http.internal.json;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.quota.RefusalId;
import dev.quota.http.answer.ErrorFormat;
import dev.quota.http.answer.RefusedRequest;
import java.io.IOException;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * The first members of every JSON document of an error, in each {@link ErrorFormat}.
 *
 * @param type the problem type
 * @param title the kind of problem as text
 * @param status the HTTP status
 * @param detail the sentence
 * @param code the message code; null for a problem without one
 * @param retryAfterSeconds how long to wait; empty if waiting cannot help
 * @param id the id of this error
 */
public record ErrorHead(
    String type,
    String title,
    int status,
    String detail,
    @Nullable String code,
    OptionalLong retryAfterSeconds,
    RefusalId id) {

  public static ErrorHead of(RefusedRequest refusal) {
    return new ErrorHead(
        refusal.type(),
        refusal.title(),
        refusal.status(),
        refusal.detail(),
        refusal.code(),
        refusal.retryAfterSeconds(),
        refusal.id());
  }

  /** Returns the head of a problem without a type and a code. */
  public static ErrorHead of(int status, String title, String detail) {
    return new ErrorHead(
        "about:blank", title, status, detail, null, OptionalLong.empty(), new RefusalId());
  }

  public void write(JsonGenerator json, ErrorFormat format) throws IOException {
    String instance = id.text();
    switch (format) {
      case PROBLEM -> writeProblem(json, instance);
      case ANTHROPIC -> writeAnthropic(json, instance);
    }
  }

  private void writeProblem(JsonGenerator json, String instance) throws IOException {
    json.writeStringField("type", type);
    writeMembers(json, instance);
    json.writeObjectFieldStart("error");
    json.writeStringField("message", detail);
    json.writeStringField("type", ErrorType.openAi(status, retryAfterSeconds));
    json.writeStringField("code", code);
    json.writeNullField("param");
    json.writeEndObject();
  }

  private void writeAnthropic(JsonGenerator json, String instance) throws IOException {
    json.writeStringField("type", "error");
    json.writeObjectFieldStart("error");
    json.writeStringField("type", ErrorType.anthropic(status, retryAfterSeconds));
    json.writeStringField("message", detail);
    json.writeEndObject();
    json.writeStringField("request_id", instance);
    // Without this member Anthropic's SDK shows the whole body as the message.
    json.writeStringField("message", detail);
    json.writeStringField("problemType", type);
    writeMembers(json, instance);
  }

  private void writeMembers(JsonGenerator json, String instance) throws IOException {
    json.writeStringField("title", title);
    json.writeNumberField("status", status);
    json.writeStringField("detail", detail);
    json.writeStringField("instance", instance);
    if (code != null) {
      json.writeStringField("code", code);
    }
  }
}
