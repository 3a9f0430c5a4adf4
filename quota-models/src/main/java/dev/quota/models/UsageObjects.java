package dev.quota.models;

import dev.quota.models.internal.ObjectJson;
import dev.quota.usage.UsageReport;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads the use of a call from the typed object of a client: the {@code usage} of OpenAI's and
 * Anthropic's SDKs, and those of frameworks. Thread-safe.
 *
 * <pre>{@code
 * UsageReport used = UsageObjects.read(completion.usage().orElseThrow()).orElse(estimate);
 * }</pre>
 *
 * <p>It calls the accessors whose names are those of a provider's JSON, such as {@code
 * promptTokens()}, {@code getPromptTokens()} or {@code promptTokensDetails()}. Their values are
 * read as {@link UsageJson} reads that JSON. The report has no model.
 */
public final class UsageObjects {

  private UsageObjects() {}

  /**
   * Reads an object.
   *
   * @param usage of any class
   * @return the use; empty if the object has none
   * @throws IllegalArgumentException if its numbers contradict each other
   */
  public static Optional<UsageReport> read(Object usage) {
    return UsageJson.read(ObjectJson.write(usage));
  }

  /**
   * Reads the use of a call from a framework: its three numbers, and the client's object from which
   * they were made. Frameworks have no numbers for caches, or lose them when they add rounds. So
   * the object is used, unless its numbers are less than the three.
   *
   * @param usage the object; null if there is none
   * @param input tokens, of which a provider may leave out those of caches
   * @param output tokens
   * @param total tokens; the part beyond input and output is output that was not shown
   * @return the use; empty if all numbers are zero
   */
  public static Optional<UsageReport> read(
      @Nullable Object usage, long input, long output, long total) {
    long in = Math.max(0, input);
    long out = Math.max(Math.max(0, output), total - in);
    if (in + out == 0) {
      return Optional.empty();
    }
    UsageReport sums = UsageReport.builder().inputTokens(in).outputTokens(out).build();
    return Optional.of(
        Optional.ofNullable(usage)
            .flatMap(UsageObjects::readSound)
            .filter(it -> it.totalInputTokens() + it.outputTokens() >= in + out)
            .orElse(sums));
  }

  private static Optional<UsageReport> readSound(Object usage) {
    try {
      return read(usage);
    } catch (IllegalArgumentException e) {
      return Optional.empty(); // they contradict each other, so the framework's are used
    }
  }
}
