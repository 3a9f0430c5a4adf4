package dev.quota.demo;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.quota.servlet.Notices.ErrorShape;
import java.io.IOException;

/** How the API of a provider writes answers. */
interface AnswerFormat {

  /**
   * What an answer is called.
   *
   * @param id the id of the answer, unique
   * @param model the model that answers
   */
  record Head(String id, String model) {}

  /** Returns how streams of the provider tell errors. */
  ErrorShape errors();

  /** Returns what ids of answers begin with. */
  String idPrefix();

  /** Writes the members of an answer that is sent as a whole. */
  void whole(Head head, CountedAnswer answer, JsonGenerator json) throws IOException;

  /** Returns the frames before the first word. */
  String begin(Head head, CountedAnswer answer) throws IOException;

  /** Returns the frame of a word. */
  String word(Head head, String text) throws IOException;

  /** Returns the frames after the last word of an answer that was not cut. */
  String end(Head head, CountedAnswer answer, boolean isUsageAsked) throws IOException;

  /** Returns the frame of an error of the server. */
  String failure(String sentence) throws IOException;

  /** Writes the members of an error that is the caller's. */
  void badCall(String sentence, JsonGenerator json) throws IOException;
}
