package dev.quota.models;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What {@link FakeProvider} answers where no text is asked for: OpenAI's shapes. */
final class FakeMedia {

  private static final Pattern INPUT = Pattern.compile("\"input\"\\s*:\\s*\"([^\"]*)\"");

  private FakeMedia() {}

  static String embeddings(String model, int input) {
    return """
        {"object":"list","model":"%s","data":[{"object":"embedding","index":0,"embedding":[0.5,0.5]}],
         "usage":{"prompt_tokens":%d,"total_tokens":%2$d}}"""
        .formatted(model, input);
  }

  static String images(int input, int output) {
    return """
        {"created":1,"data":[{"b64_json":"AA=="},{"b64_json":"AA=="}],
         "usage":{"input_tokens":%d,"output_tokens":%d,"total_tokens":%d,
         "input_tokens_details":{"text_tokens":%1$d,"image_tokens":0}}}"""
        .formatted(input, output, input + output);
  }

  static String transcription(int input, int output) {
    return """
        {"text":"%s","usage":{"type":"tokens","input_tokens":%d,"output_tokens":%d,"total_tokens":%d,
         "input_token_details":{"text_tokens":0,"audio_tokens":%2$d}}}"""
        .formatted("word ".repeat(output).trim(), input, output, input + output);
  }

  /** Returns the characters of the text to speak, for which providers charge. */
  static int characters(String body) {
    Matcher input = INPUT.matcher(body);
    return input.find() ? input.group(1).codePointCount(0, input.group(1).length()) : 0;
  }
}
