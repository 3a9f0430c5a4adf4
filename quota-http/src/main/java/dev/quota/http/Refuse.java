package dev.quota.http;

import dev.quota.http.answer.Answer;
import java.util.Objects;

/**
 * The endpoint of a request does not run, and nothing must be ended. Immutable.
 *
 * @param answer what the adapter writes instead
 */
public record Refuse(Answer answer) implements Begun {

  /**
   * Checks that the answer is not null.
   *
   * @param answer the component
   */
  public Refuse {
    Objects.requireNonNull(answer, "answer");
  }
}
