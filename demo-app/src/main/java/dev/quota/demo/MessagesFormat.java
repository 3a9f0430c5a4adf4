package dev.quota.demo;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.quota.servlet.Notices.ErrorShape;
import java.io.IOException;

/** The format of Anthropic's Messages API. */
final class MessagesFormat implements AnswerFormat {

  @Override
  public ErrorShape errors() {
    return ErrorShape.ANTHROPIC;
  }

  @Override
  public String idPrefix() {
    return "msg_";
  }

  @Override
  public void whole(Head head, CountedAnswer answer, JsonGenerator json) throws IOException {
    message(head, json);
    json.writeArrayFieldStart("content");
    json.writeStartObject();
    textBlock(answer.text(), json);
    json.writeEndObject();
    json.writeEndArray();
    json.writeStringField("stop_reason", stopReason(answer));
    json.writeNullField("stop_sequence");
    json.writeObjectFieldStart("usage");
    json.writeNumberField("input_tokens", answer.inputTokens());
    json.writeNumberField("output_tokens", answer.outputTokens());
    json.writeEndObject();
  }

  @Override
  public String begin(Head head, CountedAnswer answer) throws IOException {
    String start =
        event(
            "message_start",
            json -> {
              json.writeObjectFieldStart("message");
              message(head, json);
              json.writeArrayFieldStart("content");
              json.writeEndArray();
              json.writeNullField("stop_reason");
              json.writeNullField("stop_sequence");
              json.writeObjectFieldStart("usage");
              json.writeNumberField("input_tokens", answer.inputTokens());
              json.writeNumberField("output_tokens", 0);
              json.writeEndObject();
              json.writeEndObject();
            });
    String block =
        event(
            "content_block_start",
            json -> {
              json.writeNumberField("index", 0);
              json.writeObjectFieldStart("content_block");
              textBlock("", json);
              json.writeEndObject();
            });
    return start + block;
  }

  @Override
  public String word(Head head, String text) throws IOException {
    return event(
        "content_block_delta",
        json -> {
          json.writeNumberField("index", 0);
          json.writeObjectFieldStart("delta");
          json.writeStringField("type", "text_delta");
          json.writeStringField("text", text);
          json.writeEndObject();
        });
  }

  @Override
  public String end(Head head, CountedAnswer answer, boolean isUsageAsked) throws IOException {
    String block = event("content_block_stop", json -> json.writeNumberField("index", 0));
    String delta =
        event(
            "message_delta",
            json -> {
              json.writeObjectFieldStart("delta");
              json.writeStringField("stop_reason", stopReason(answer));
              json.writeNullField("stop_sequence");
              json.writeEndObject();
              json.writeObjectFieldStart("usage");
              json.writeNumberField("output_tokens", answer.outputTokens());
              json.writeEndObject();
            });
    return block + delta + event("message_stop", json -> {});
  }

  @Override
  public String failure(String sentence) throws IOException {
    return event("error", json -> error(sentence, "api_error", json));
  }

  @Override
  public void badCall(String sentence, JsonGenerator json) throws IOException {
    json.writeStringField("type", "error");
    error(sentence, "invalid_request_error", json);
  }

  private static void message(Head head, JsonGenerator json) throws IOException {
    json.writeStringField("id", head.id());
    json.writeStringField("type", "message");
    json.writeStringField("role", "assistant");
    json.writeStringField("model", head.model());
  }

  private static void textBlock(String text, JsonGenerator json) throws IOException {
    json.writeStringField("type", "text");
    json.writeStringField("text", text);
  }

  private static void error(String sentence, String type, JsonGenerator json) throws IOException {
    json.writeObjectFieldStart("error");
    json.writeStringField("type", type);
    json.writeStringField("message", sentence);
    json.writeEndObject();
  }

  /** The data of each event repeats its type. */
  private static String event(String type, Json.Members members) throws IOException {
    return Json.frame(
        type,
        json -> {
          json.writeStringField("type", type);
          members.to(json);
        });
  }

  private static String stopReason(CountedAnswer answer) {
    return answer.wasCut() ? "max_tokens" : "end_turn";
  }
}
