package dev.quota.models;

import dev.quota.models.internal.ObjectJson;
import dev.quota.usage.UsageReport;
import java.util.Optional;

/**
 * Reads what a call used from the typed object in which a client of a provider says so: the {@code
 * usage} of OpenAI's and Anthropic's SDKs, and those of frameworks. Thread-safe.
 *
 * <pre>{@code
 * UsageReport used = UsageObjects.read(completion.usage().orElseThrow()).orElse(estimate);
 * }</pre>
 *
 * <p>The accessors of the object are called whose names are those of a provider's JSON, such as
 * {@code promptTokens()}, {@code getPromptTokens()} or {@code promptTokensDetails()}. What they
 * return is read as {@link UsageJson} reads that JSON. An object does not name the model.
 */
public final class UsageObjects {

  private UsageObjects() {}

  /**
   * Reads an object.
   *
   * @param usage of any class
   * @return what the call used; empty if the object does not say
   * @throws IllegalArgumentException if its numbers cannot be right
   */
  public static Optional<UsageReport> read(Object usage) {
    return UsageJson.read(ObjectJson.write(usage));
  }
}
