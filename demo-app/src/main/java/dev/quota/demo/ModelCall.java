package dev.quota.demo;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import jakarta.servlet.http.HttpServletRequest;
import java.io.CharConversionException;
import java.io.IOException;

/**
 * A call of a model as the clients of OpenAI (chat completions) and of Anthropic (messages) send
 * it. Of what they have in common, the simulated model reads the members below.
 *
 * @param prompt what the last message with text says
 * @param inputTokens how many tokens all messages are, and the system prompt
 * @param maxTokens how long the answer may become
 * @param isStream whether the answer is sent word by word
 * @param isUsageAsked whether the end of a stream tells the usage, which OpenAI's clients choose
 */
record ModelCall(
    String prompt, long inputTokens, long maxTokens, boolean isStream, boolean isUsageAsked) {

  private static final int MAX_BYTES = 1024 * 1024;

  /** The longest answer of the simulated model, and the estimate for a call without a maximum. */
  private static final long USUAL_TOKENS = 400;

  /** A call is not valid. The message is a sentence that says why. */
  static final class BadCallException extends Exception {

    private static final long serialVersionUID = 1;

    private final String sentence;

    BadCallException(String reason) {
      super(reason);
      sentence = reason + " Nothing was charged.";
    }

    String sentence() {
      return sentence;
    }
  }

  /** Reads the body of a request. */
  static ModelCall read(HttpServletRequest request) throws IOException, BadCallException {
    byte[] body = request.getInputStream().readNBytes(MAX_BYTES + 1);
    if (body.length > MAX_BYTES) {
      throw new BadCallException("The body is larger than " + MAX_BYTES + " bytes.");
    }
    try (JsonParser json = Json.FACTORY.createParser(body)) {
      return new Reader(json).read();
    } catch (JsonProcessingException | CharConversionException e) {
      throw new BadCallException("The body is not JSON.");
    }
  }

  /** Returns what the answer costs at most. */
  long estimate() {
    return inputTokens + Math.min(maxTokens, USUAL_TOKENS);
  }

  /** Reads one body. */
  private static final class Reader {

    private final JsonParser json;
    private final StringBuilder system = new StringBuilder();
    private final StringBuilder messages = new StringBuilder();
    private String prompt = "";
    private long maxTokens = Long.MAX_VALUE;
    private boolean isStream;
    private boolean isUsageAsked;

    Reader(JsonParser json) {
      this.json = json;
    }

    ModelCall read() throws IOException, BadCallException {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        throw new BadCallException("The body is not a JSON object.");
      }
      while (json.nextToken() != JsonToken.END_OBJECT) {
        String member = json.currentName();
        json.nextToken();
        read(member);
      }
      if (json.nextToken() != null) {
        throw new BadCallException("The body goes on after the JSON object.");
      }
      if (prompt.isBlank()) {
        throw new BadCallException("The member messages needs a message with text.");
      }
      long inputTokens = Completion.tokens(system.toString() + messages);
      return new ModelCall(prompt, inputTokens, maxTokens, isStream, isUsageAsked);
    }

    private void read(String member) throws IOException, BadCallException {
      switch (member) {
        case "messages" -> messages();
        case "system" -> system.append(text());
        case "max_tokens", "max_completion_tokens" ->
            maxTokens = Math.min(maxTokens, bound(member));
        case "stream" -> isStream = truth(member);
        case "stream_options" -> streamOptions();
        case "n" -> single();
        default -> json.skipChildren(); // such as the model's name: there is one simulated model
      }
    }

    private void messages() throws IOException, BadCallException {
      if (json.currentToken() != JsonToken.START_ARRAY) {
        throw new BadCallException("The member messages must be an array.");
      }
      while (json.nextToken() != JsonToken.END_ARRAY) {
        if (json.currentToken() != JsonToken.START_OBJECT) {
          throw new BadCallException("Each of the messages must be an object.");
        }
        message();
      }
    }

    private void message() throws IOException {
      while (json.nextToken() != JsonToken.END_OBJECT) {
        String member = json.currentName();
        json.nextToken();
        if (member.equals("content")) {
          String text = text();
          messages.append(text);
          prompt = text.isBlank() ? prompt : text;
        } else {
          json.skipChildren();
        }
      }
    }

    /** Returns a text, or those of an array of parts; nothing for a part without text. */
    private String text() throws IOException {
      if (json.currentToken() == JsonToken.VALUE_STRING) {
        return json.getText();
      }
      if (json.currentToken() != JsonToken.START_ARRAY) {
        json.skipChildren();
        return "";
      }
      StringBuilder parts = new StringBuilder();
      while (json.nextToken() != JsonToken.END_ARRAY) {
        parts.append(part());
      }
      return parts.toString();
    }

    private String part() throws IOException {
      String text = "";
      if (json.currentToken() == JsonToken.START_OBJECT) {
        while (json.nextToken() != JsonToken.END_OBJECT) {
          String member = json.currentName();
          if (json.nextToken() == JsonToken.VALUE_STRING && member.equals("text")) {
            text = json.getText();
          }
          json.skipChildren();
        }
      }
      json.skipChildren();
      return text;
    }

    private void streamOptions() throws IOException, BadCallException {
      if (json.currentToken() != JsonToken.START_OBJECT) {
        json.skipChildren();
        return;
      }
      while (json.nextToken() != JsonToken.END_OBJECT) {
        String member = json.currentName();
        json.nextToken();
        if (member.equals("include_usage")) {
          isUsageAsked = truth(member);
        } else {
          json.skipChildren();
        }
      }
    }

    private boolean truth(String member) throws IOException, BadCallException {
      return switch (json.currentToken()) {
        case VALUE_TRUE -> true;
        case VALUE_FALSE, VALUE_NULL -> false;
        default -> throw new BadCallException("The member " + member + " must be true or false.");
      };
    }

    private long bound(String member) throws IOException, BadCallException {
      if (json.currentToken() == JsonToken.VALUE_NULL) {
        return Long.MAX_VALUE;
      }
      if (json.currentToken() != JsonToken.VALUE_NUMBER_INT || json.getDoubleValue() < 1) {
        throw new BadCallException("The member " + member + " must be a whole number from 1.");
      }
      return json.getDoubleValue() < Integer.MAX_VALUE ? json.getLongValue() : Long.MAX_VALUE;
    }

    private void single() throws IOException, BadCallException {
      boolean isOne =
          json.currentToken() == JsonToken.VALUE_NUMBER_INT && json.getDoubleValue() == 1;
      if (!isOne && json.currentToken() != JsonToken.VALUE_NULL) {
        throw new BadCallException("The simulated model gives one answer: leave out n.");
      }
    }
  }
}
