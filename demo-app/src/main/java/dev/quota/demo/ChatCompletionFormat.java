package dev.quota.demo;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.quota.servlet.Notices.ErrorShape;
import java.io.IOException;
import java.time.Clock;
import org.jspecify.annotations.Nullable;

/** The format of OpenAI's chat completions, which many providers and clients share. */
final class ChatCompletionFormat implements AnswerFormat {

  private static final String LAST = "data: [DONE]\n\n";

  private final Clock clock;

  /**
   * Creates a format.
   *
   * @param clock gives the time at which an answer was made
   */
  ChatCompletionFormat(Clock clock) {
    this.clock = clock;
  }

  @Override
  public ErrorShape errors() {
    return ErrorShape.OPENAI;
  }

  @Override
  public String idPrefix() {
    return "chatcmpl-";
  }

  @Override
  public void whole(Head head, CountedAnswer answer, JsonGenerator json) throws IOException {
    head(head, "chat.completion", json);
    json.writeArrayFieldStart("choices");
    json.writeStartObject();
    json.writeNumberField("index", 0);
    json.writeObjectFieldStart("message");
    json.writeStringField("role", "assistant");
    json.writeStringField("content", answer.text());
    json.writeNullField("refusal");
    json.writeEndObject();
    json.writeNullField("logprobs");
    json.writeStringField("finish_reason", finishReason(answer));
    json.writeEndObject();
    json.writeEndArray();
    usage(answer, json);
  }

  @Override
  public String begin(Head head, CountedAnswer answer) throws IOException {
    return chunk(
        head,
        json -> {
          json.writeStringField("role", "assistant");
          json.writeStringField("content", "");
        },
        null);
  }

  @Override
  public String word(Head head, String text) throws IOException {
    return chunk(head, json -> json.writeStringField("content", text), null);
  }

  @Override
  public String end(Head head, CountedAnswer answer, boolean isUsageAsked) throws IOException {
    String last = chunk(head, json -> {}, finishReason(answer));
    return isUsageAsked ? last + usageChunk(head, answer) + LAST : last + LAST;
  }

  @Override
  public String failure(String sentence) throws IOException {
    return Json.frame(json -> error(sentence, "server_error", json));
  }

  @Override
  public void badCall(String sentence, JsonGenerator json) throws IOException {
    error(sentence, "invalid_request_error", json);
  }

  private String chunk(Head head, Json.Members delta, @Nullable String finishReason)
      throws IOException {
    return Json.frame(
        json -> {
          head(head, "chat.completion.chunk", json);
          json.writeArrayFieldStart("choices");
          json.writeStartObject();
          json.writeNumberField("index", 0);
          json.writeObjectFieldStart("delta");
          delta.to(json);
          json.writeEndObject();
          json.writeStringField("finish_reason", finishReason);
          json.writeEndObject();
          json.writeEndArray();
        });
  }

  private String usageChunk(Head head, CountedAnswer answer) throws IOException {
    return Json.frame(
        json -> {
          head(head, "chat.completion.chunk", json);
          json.writeArrayFieldStart("choices");
          json.writeEndArray();
          usage(answer, json);
        });
  }

  private void head(Head head, String object, JsonGenerator json) throws IOException {
    json.writeStringField("id", head.id());
    json.writeStringField("object", object);
    json.writeNumberField("created", clock.instant().getEpochSecond());
    json.writeStringField("model", head.model());
  }

  private static void usage(CountedAnswer answer, JsonGenerator json) throws IOException {
    json.writeObjectFieldStart("usage");
    json.writeNumberField("prompt_tokens", answer.inputTokens());
    json.writeNumberField("completion_tokens", answer.outputTokens());
    json.writeNumberField("total_tokens", answer.inputTokens() + answer.outputTokens());
    json.writeEndObject();
  }

  private static void error(String sentence, String type, JsonGenerator json) throws IOException {
    json.writeObjectFieldStart("error");
    json.writeStringField("message", sentence);
    json.writeStringField("type", type);
    json.writeNullField("param");
    json.writeNullField("code");
    json.writeEndObject();
  }

  private static String finishReason(CountedAnswer answer) {
    return answer.wasCut() ? "length" : "stop";
  }
}
