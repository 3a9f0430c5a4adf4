package dev.quota.http;

import dev.quota.http.answer.Answer;
import java.util.Objects;

/**
 * The endpoint of a request does not run, and nothing has to be ended.
 *
 * @param answer what the adapter writes instead
 */
public record Refuse(Answer answer) implements Begun {

  /**
   * Checks that there is an answer.
   *
   * @param answer the component
   */
  public Refuse {
    Objects.requireNonNull(answer, "answer");
  }
}
