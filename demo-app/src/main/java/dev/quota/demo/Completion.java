package dev.quota.demo;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import jakarta.servlet.http.HttpServletRequest;
import java.io.CharConversionException;
import java.io.IOException;

/**
 * A request for a completion, read from {@code {"prompt": "…", "maxTokens": 400}}.
 *
 * @param prompt 1 to 4,000 characters, not blank
 * @param maxTokens how long the answer may become, 1 to 4,000
 */
record Completion(String prompt, long maxTokens) {

  static final long MAX_TOKENS = 4_000;

  private static final long USUAL_TOKENS = 400;
  private static final int MAX_DIGITS = 4;
  private static final int MAX_BYTES = 32 * 1024;
  private static final int CHARACTERS_PER_TOKEN = 4;
  private static final String EXPECTED =
      "Send {\"prompt\": \"your question\", \"maxTokens\": 400} as JSON.";

  /** A body is not valid. The message says why. */
  static final class BadCompletionException extends Exception {

    private static final long serialVersionUID = 1;

    BadCompletionException(String reason) {
      super(reason + " " + EXPECTED);
    }

    Problem problem() {
      return new Problem(400, "Nothing to complete", getMessage() + " Nothing was charged.");
    }
  }

  /** Reads the body of a request. */
  static Completion read(HttpServletRequest request) throws IOException, BadCompletionException {
    byte[] body = request.getInputStream().readNBytes(MAX_BYTES + 1);
    if (body.length > MAX_BYTES) {
      throw new BadCompletionException("The body is larger than " + MAX_BYTES + " bytes.");
    }
    try (JsonParser json = Json.FACTORY.createParser(body)) {
      return parse(json);
    } catch (JsonProcessingException | CharConversionException e) {
      throw new BadCompletionException("The body is not JSON.");
    }
  }

  private static Completion parse(JsonParser json) throws IOException, BadCompletionException {
    if (json.nextToken() != JsonToken.START_OBJECT) {
      throw new BadCompletionException("The body is not a JSON object.");
    }
    String prompt = "";
    long maxTokens = USUAL_TOKENS;
    while (json.nextToken() != JsonToken.END_OBJECT) {
      String member = json.currentName();
      JsonToken value = json.nextToken();
      switch (member) {
        case "prompt" -> prompt = value == JsonToken.VALUE_STRING ? json.getText() : "";
        case "maxTokens" -> maxTokens = small(json, value);
        default -> {} // other members are ignored
      }
      json.skipChildren();
    }
    if (json.nextToken() != null) {
      throw new BadCompletionException("The body goes on after the JSON object.");
    }
    if (prompt.isBlank() || prompt.length() > Prompt.MAX_CHARACTERS) {
      throw new BadCompletionException(
          "The member prompt must have 1 to " + Prompt.MAX_CHARACTERS + " characters.");
    }
    if (maxTokens < 1 || maxTokens > MAX_TOKENS) {
      throw new BadCompletionException(
          "The member maxTokens must be a whole number from 1 to " + MAX_TOKENS + ".");
    }
    return new Completion(prompt, maxTokens);
  }

  /** Returns a whole number of few digits, and zero for everything else. */
  private static long small(JsonParser json, JsonToken value) throws IOException {
    boolean isSmall = value == JsonToken.VALUE_NUMBER_INT && json.getTextLength() <= MAX_DIGITS;
    return isSmall ? json.getLongValue() : 0;
  }

  /** Returns about how many tokens a text is: four characters each, as in English. */
  static long tokens(String text) {
    return (text.length() + CHARACTERS_PER_TOKEN - 1L) / CHARACTERS_PER_TOKEN;
  }

  /** Returns how many tokens the prompt is. */
  long inputTokens() {
    return tokens(prompt);
  }

  /** Returns what the answer usually costs at most; a longer one grows while it is written. */
  long estimate() {
    return inputTokens() + Math.min(maxTokens, USUAL_TOKENS);
  }
}
