package dev.quota.models;

import dev.quota.models.internal.ObjectJson;
import dev.quota.usage.UsageReport;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

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

  /**
   * Reads what a framework says of a call: its own three numbers, and the object that they were
   * made of. Frameworks have no numbers for caches, or lose them where they add rounds up. So the
   * object counts, unless it says less than the three numbers.
   *
   * @param usage the object; null if there is none
   * @param input tokens, of which a provider may leave out those of caches
   * @param output tokens
   * @param total tokens; what it has beyond input and output is output that nobody saw
   * @return what the call used; empty if all numbers are zero
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
      return Optional.empty(); // numbers that contradict each other: the framework's own count
    }
  }
}
