package dev.quota.demo;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import jakarta.servlet.http.HttpServletRequest;
import java.io.CharConversionException;
import java.io.IOException;
import java.util.Optional;

/**
 * A question to the model, read from {@code {"prompt": "…"}}.
 *
 * @param text 1 to {@value #MAX_CHARACTERS} characters, not blank
 */
record Prompt(String text) {

  static final int MAX_CHARACTERS = 4_000;

  /** Enough for every character as a six-byte escape, and for other members, which are ignored. */
  private static final int MAX_BYTES = 32 * 1024;

  private static final String EXPECTED = "Send {\"prompt\": \"your question\"} as JSON.";

  /** A body is not valid. The message says why. */
  static final class BadPromptException extends Exception {

    private static final long serialVersionUID = 1;

    BadPromptException(String message) {
      super(message);
    }

    Problem problem() {
      return new Problem(400, "Not a prompt", getMessage() + " Nothing was charged.");
    }
  }

  /** Reads the body of a request. */
  static Prompt read(HttpServletRequest request) throws IOException, BadPromptException {
    byte[] body = body(request);
    if (body.length == 0) {
      throw new BadPromptException("The body is empty. " + EXPECTED);
    }
    return parse(body);
  }

  /** Reads the body of a request that may have none. */
  static Prompt readOr(HttpServletRequest request, Prompt fallback)
      throws IOException, BadPromptException {
    byte[] body = body(request);
    return body.length == 0 ? fallback : parse(body);
  }

  private static byte[] body(HttpServletRequest request) throws IOException, BadPromptException {
    byte[] body = request.getInputStream().readNBytes(MAX_BYTES + 1);
    if (body.length > MAX_BYTES) {
      throw new BadPromptException("The body is larger than " + MAX_BYTES + " bytes.");
    }
    return body;
  }

  private static Prompt parse(byte[] body) throws IOException, BadPromptException {
    try (JsonParser json = Json.FACTORY.createParser(body)) {
      return new Prompt(checked(text(json)));
    } catch (JsonProcessingException | CharConversionException e) {
      throw new BadPromptException("The body is not JSON. " + EXPECTED);
    }
  }

  private static Optional<String> text(JsonParser json) throws IOException, BadPromptException {
    if (json.nextToken() != JsonToken.START_OBJECT) {
      throw new BadPromptException("The body is not a JSON object. " + EXPECTED);
    }
    Optional<String> text = Optional.empty();
    while (json.nextToken() != JsonToken.END_OBJECT) {
      boolean isPrompt = json.currentName().equals("prompt");
      JsonToken value = json.nextToken();
      if (isPrompt && value != JsonToken.VALUE_STRING) {
        throw new BadPromptException("The member prompt is not a string. " + EXPECTED);
      }
      if (isPrompt) {
        text = Optional.of(json.getText());
      }
      json.skipChildren();
    }
    if (json.nextToken() != null) {
      throw new BadPromptException("The body goes on after the JSON object. " + EXPECTED);
    }
    return text;
  }

  private static String checked(Optional<String> text) throws BadPromptException {
    String prompt =
        text.orElseThrow(() -> new BadPromptException("The member prompt is missing. " + EXPECTED));
    if (prompt.isBlank()) {
      throw new BadPromptException("The prompt is empty. " + EXPECTED);
    }
    if (prompt.length() > MAX_CHARACTERS) {
      throw new BadPromptException(
          "The prompt has "
              + prompt.length()
              + " characters; at most "
              + MAX_CHARACTERS
              + " are possible.");
    }
    return prompt;
  }
}
