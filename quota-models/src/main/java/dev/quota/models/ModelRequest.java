package dev.quota.models;

import dev.quota.policy.Capacity;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What is known about a call of a model before it is made. Immutable.
 *
 * @param model as the provider writes it; empty if the framework does not give it
 * @param inputTokens about how many tokens are sent, 0 to {@link Capacity#MAX_UNITS}
 * @param maxOutputTokens the bound of the answer in tokens; empty if there is none
 */
public record ModelRequest(Optional<String> model, long inputTokens, OptionalLong maxOutputTokens) {

  /**
   * Checks the range.
   *
   * @param model the component
   * @param inputTokens the component
   * @param maxOutputTokens the component
   * @throws IllegalArgumentException if a number is out of range
   */
  public ModelRequest {
    require(inputTokens, "inputTokens");
    maxOutputTokens.ifPresent(it -> require(it, "maxOutputTokens"));
  }

  private static void require(long tokens, String what) {
    if (tokens < 0 || tokens > Capacity.MAX_UNITS) {
      throw new IllegalArgumentException(
          what + " must be between 0 and " + Capacity.MAX_UNITS + ", was " + tokens);
    }
  }
}
