package dev.quota.demo;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.quota.servlet.Notices.ErrorShape;
import java.io.IOException;

/** How the API of a provider writes answers. */
interface AnswerFormat {

  /**
   * The id and the model of an answer.
   *
   * @param id the id of the answer, unique
   * @param model the model that answers
   */
  record Head(String id, String model) {}

  /** Returns the form of errors in the streams of the provider. */
  ErrorShape errors();

  /** Returns the prefix of the ids of answers. */
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

  /** Writes the members of an error that the caller made. */
  void badCall(String sentence, JsonGenerator json) throws IOException;
}
