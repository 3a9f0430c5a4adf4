package dev.quota.models;

import dev.quota.Quotas;

/**
 * What the builders of integrations have in common that reserve for models which answer with text.
 * Not thread-safe.
 *
 * @param <B> the builder of the integration
 */
public abstract class ChatCallsBuilder<B extends ChatCallsBuilder<B>> extends ModelCallsBuilder<B> {

  /**
   * Starts a builder.
   *
   * @param quotas the engine
   * @param quota the name of the quota
   */
  protected ChatCallsBuilder(Quotas quotas, String quota) {
    super(quotas, quota);
  }

  /**
   * Sets how long an answer is assumed to become where a call does not bound it.
   *
   * @param tokens one or more; by default the policy's {@code estimate} is used
   * @return this builder
   * @throws IllegalArgumentException if the number is out of range
   */
  public B usualOutputTokens(long tokens) {
    calls.usualOutputTokens(tokens);
    return self();
  }

  /**
   * Lets calls add a note to the system prompt when 90 % of a run is used, so that an agent
   * finishes by itself. Without this, prompts are not changed.
   *
   * @param text for the model, such as {@link ModelCalls#FINISH_NOTE}
   * @return this builder
   * @throws IllegalArgumentException if the text is blank
   */
  public B finishNote(String text) {
    calls.finishNote(text);
    return self();
  }
}
