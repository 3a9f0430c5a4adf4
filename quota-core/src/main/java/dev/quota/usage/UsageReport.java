package dev.quota.usage;

import dev.quota.internal.text.Quoted;
import dev.quota.internal.text.UsageNames;
import dev.quota.policy.Capacity;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * What one call used, which is known after the call. All numbers are from 0 to {@link
 * Capacity#MAX_UNITS}. A number that was not reported is 0. Instances are immutable.
 *
 * <pre>{@code
 * UsageReport used = UsageReport.builder()
 *     .model("gpt-4o-mini-2024-07-18")
 *     .totalInputTokens(2_006)   // of which
 *     .cachedInputTokens(1_920)  // came from the cache: inputTokens() is 86
 *     .outputTokens(300)
 *     .build();
 * }</pre>
 *
 * <p>Each input token is counted once: as read from a cache, as written to a cache, or as neither.
 * Some providers report three such numbers (Anthropic's {@code input_tokens} is only the last one).
 * Others report the sum, and the cached tokens as a part of it (OpenAI's {@code prompt_tokens}).
 * The builder takes both forms, so that one formula gives the same cost for both. These are the
 * names in a formula, and the equivalent attributes of OpenTelemetry's semantic conventions for
 * generative AI:
 *
 * <table>
 * <caption>Names in a formula</caption>
 * <tr><th>name</th><th>attribute</th></tr>
 * <tr><td>{@code input_tokens}</td><td>none: {@code gen_ai.usage.input_tokens} without the two of
 * a cache</td></tr>
 * <tr><td>{@code cached_input_tokens}</td>
 * <td>{@code gen_ai.usage.cache_read.input_tokens}</td></tr>
 * <tr><td>{@code cache_write_input_tokens}</td>
 * <td>{@code gen_ai.usage.cache_write.input_tokens}, before {@code cache_creation}</td></tr>
 * <tr><td>{@code cache_write_5m_input_tokens}</td>
 * <td>none: the part of {@code cache_write_input_tokens} that is not kept for an hour</td></tr>
 * <tr><td>{@code cache_write_1h_input_tokens}</td>
 * <td>none: the part of {@code cache_write_input_tokens} that is kept for an hour</td></tr>
 * <tr><td>{@code total_input_tokens}</td><td>{@code gen_ai.usage.input_tokens}</td></tr>
 * <tr><td>{@code output_tokens}</td><td>{@code gen_ai.usage.output_tokens}</td></tr>
 * <tr><td>{@code reasoning_tokens}</td>
 * <td>{@code gen_ai.usage.reasoning.output_tokens}, a part of the output</td></tr>
 * </table>
 */
public final class UsageReport {

  private static final String INPUT = "input_tokens";
  private static final String CACHED = "cached_input_tokens";
  private static final String CACHE_WRITE = "cache_write_input_tokens";
  private static final String CACHE_WRITE_5M = "cache_write_5m_input_tokens";
  private static final String CACHE_WRITE_1H = "cache_write_1h_input_tokens";
  private static final String TOTAL_INPUT = "total_input_tokens";
  private static final String OUTPUT = "output_tokens";
  private static final String REASONING = "reasoning_tokens";

  /** The names that every formula can use. An application can add its own. */
  public static final List<String> NAMES =
      List.of(
          INPUT,
          CACHED,
          CACHE_WRITE,
          CACHE_WRITE_5M,
          CACHE_WRITE_1H,
          TOTAL_INPUT,
          OUTPUT,
          REASONING);

  private final Optional<String> model;
  private final long inputTokens;
  private final long cachedInputTokens;
  private final long cacheWriteInputTokens;
  private final long cacheWrite1hInputTokens;
  private final long outputTokens;
  private final long reasoningTokens;
  private final Map<String, Long> amounts;

  private UsageReport(Builder builder) {
    model = builder.model;
    cachedInputTokens = builder.cachedInputTokens;
    cacheWriteInputTokens = builder.cacheWriteInputTokens;
    cacheWrite1hInputTokens = InputTokens.requireWritten1h(builder);
    inputTokens = InputTokens.uncached(builder);
    outputTokens = builder.outputTokens;
    reasoningTokens = builder.reasoningTokens;
    amounts = builder.amounts.isEmpty() ? Map.of() : Map.copyOf(builder.amounts);
  }

  /**
   * Starts a report.
   *
   * @return a builder, to be used by one thread
   */
  public static Builder builder() {
    return new Builder();
  }

  /** {@return a builder with the values of this report, to be used by one thread} */
  public Builder toBuilder() {
    Builder builder = new Builder();
    builder.model = model;
    builder.inputTokens = OptionalLong.of(inputTokens);
    builder.cachedInputTokens = cachedInputTokens;
    builder.cacheWriteInputTokens = cacheWriteInputTokens;
    builder.cacheWrite1hInputTokens = cacheWrite1hInputTokens;
    builder.outputTokens = outputTokens;
    builder.reasoningTokens = reasoningTokens;
    builder.amounts.putAll(amounts);
    return builder;
  }

  /** {@return the name of the model that did the work, if it was reported} */
  public Optional<String> model() {
    return model;
  }

  /** {@return the input tokens without those of a cache} */
  public long inputTokens() {
    return inputTokens;
  }

  /** {@return the input tokens that were read from a cache, not counted in {@link #inputTokens}} */
  public long cachedInputTokens() {
    return cachedInputTokens;
  }

  /**
   * {@return the input tokens that were written to a cache, for any time, not counted in {@link
   * #inputTokens}}
   */
  public long cacheWriteInputTokens() {
    return cacheWriteInputTokens;
  }

  /**
   * {@return the input tokens that were written to a cache for an hour, also counted in {@link
   * #cacheWriteInputTokens}}
   */
  public long cacheWrite1hInputTokens() {
    return cacheWrite1hInputTokens;
  }

  /** {@return all input tokens, including those of a cache} */
  public long totalInputTokens() {
    return inputTokens + cachedInputTokens + cacheWriteInputTokens;
  }

  /** {@return all output tokens} */
  public long outputTokens() {
    return outputTokens;
  }

  /**
   * {@return the output tokens that the model used to reason, also counted in {@link #outputTokens}
   * by providers that follow the conventions}
   */
  public long reasoningTokens() {
    return reasoningTokens;
  }

  /**
   * Returns a number by its name in a formula.
   *
   * @param name one of {@link #NAMES}, or one of the application's own
   * @return the number; 0 if it was not reported
   */
  public long amount(String name) {
    return switch (name) {
      case INPUT -> inputTokens;
      case CACHED -> cachedInputTokens;
      case CACHE_WRITE -> cacheWriteInputTokens;
      case CACHE_WRITE_5M -> cacheWriteInputTokens - cacheWrite1hInputTokens;
      case CACHE_WRITE_1H -> cacheWrite1hInputTokens;
      case TOTAL_INPUT -> totalInputTokens();
      case OUTPUT -> outputTokens;
      case REASONING -> reasoningTokens;
      default -> amounts.getOrDefault(name, 0L);
    };
  }

  /**
   * Returns whether one of the application's own numbers was reported, even as zero.
   *
   * @param name of the number
   * @return true if it was
   */
  public boolean isReported(String name) {
    return amounts.containsKey(name);
  }

  /**
   * Returns what two calls used together. A sum beyond {@link Capacity#MAX_UNITS} is cut to that.
   *
   * @param other what another call used
   * @return the sums, for the model of this report, or else of the other
   */
  public UsageReport plus(UsageReport other) {
    Builder sum = new Builder();
    sum.model = model.or(() -> other.model);
    sum.cachedInputTokens = sum(cachedInputTokens, other.cachedInputTokens);
    sum.cacheWriteInputTokens = sum(cacheWriteInputTokens, other.cacheWriteInputTokens);
    sum.cacheWrite1hInputTokens = sum(cacheWrite1hInputTokens, other.cacheWrite1hInputTokens);
    long rest = Capacity.MAX_UNITS - sum.cachedInputTokens;
    sum.cacheWriteInputTokens = Math.min(sum.cacheWriteInputTokens, rest);
    sum.cacheWrite1hInputTokens = Math.min(sum.cacheWrite1hInputTokens, sum.cacheWriteInputTokens);
    sum.inputTokens =
        OptionalLong.of(
            Math.min(inputTokens + other.inputTokens, rest - sum.cacheWriteInputTokens));
    sum.outputTokens = sum(outputTokens, other.outputTokens);
    sum.reasoningTokens = sum(reasoningTokens, other.reasoningTokens);
    sum.amounts.putAll(amounts);
    other.amounts.forEach((name, amount) -> sum.amounts.merge(name, amount, UsageReport::sum));
    return sum.build();
  }

  private static long sum(long one, long other) {
    return Math.min(one + other, Capacity.MAX_UNITS);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof UsageReport that
        && model.equals(that.model)
        && inputTokens == that.inputTokens
        && cachedInputTokens == that.cachedInputTokens
        && cacheWriteInputTokens == that.cacheWriteInputTokens
        && cacheWrite1hInputTokens == that.cacheWrite1hInputTokens
        && outputTokens == that.outputTokens
        && reasoningTokens == that.reasoningTokens
        && amounts.equals(that.amounts);
  }

  @Override
  public int hashCode() {
    return Objects.hash(model, totalInputTokens(), outputTokens, amounts);
  }

  /** Returns the numbers that are not zero, with their names in a formula. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder("UsageReport[");
    text.append(model.map(Quoted::text).orElse("no model"));
    for (String name : NAMES) {
      if (amount(name) != 0) {
        text.append(' ').append(name).append('=').append(amount(name));
      }
    }
    new TreeMap<>(amounts)
        .forEach((name, amount) -> text.append(' ').append(name).append('=').append(amount));
    return text.append(']').toString();
  }

  /** Collects a report. {@link #build} checks how its numbers fit together. Not thread-safe. */
  public static final class Builder {

    private final Map<String, Long> amounts = new TreeMap<>();
    private Optional<String> model = Optional.empty();
    OptionalLong inputTokens = OptionalLong.empty();
    OptionalLong totalInputTokens = OptionalLong.empty();
    long cachedInputTokens;
    long cacheWriteInputTokens;
    long cacheWrite1hInputTokens;
    private long outputTokens;
    private long reasoningTokens;

    private Builder() {}

    /**
     * Sets the model that did the work: OpenTelemetry's {@code gen_ai.response.model}, or {@code
     * gen_ai.request.model} if that is not known.
     *
     * @param name as the provider writes it, 1 to 200 characters without control characters
     * @return this builder
     * @throws IllegalArgumentException if the name is malformed
     */
    public Builder model(String name) {
      model = Optional.of(UsageNames.requireModel(name));
      return this;
    }

    /**
     * Sets the input tokens without those of a cache. It cannot be combined with {@link
     * #totalInputTokens}.
     *
     * @param tokens from 0 to {@link Capacity#MAX_UNITS}
     * @return this builder
     * @throws IllegalArgumentException if the number is out of range
     */
    public Builder inputTokens(long tokens) {
      inputTokens = OptionalLong.of(InputTokens.require(tokens, "inputTokens"));
      return this;
    }

    /**
     * Sets all input tokens, including those that were read from a cache or written to it. It
     * cannot be combined with {@link #inputTokens}.
     *
     * @param tokens from 0 to {@link Capacity#MAX_UNITS}
     * @return this builder
     * @throws IllegalArgumentException if the number is out of range
     */
    public Builder totalInputTokens(long tokens) {
      totalInputTokens = OptionalLong.of(InputTokens.require(tokens, "totalInputTokens"));
      return this;
    }

    /**
     * Sets the input tokens that were read from a cache.
     *
     * @param tokens from 0 to {@link Capacity#MAX_UNITS}
     * @return this builder
     * @throws IllegalArgumentException if the number is out of range
     */
    public Builder cachedInputTokens(long tokens) {
      cachedInputTokens = InputTokens.require(tokens, "cachedInputTokens");
      return this;
    }

    /**
     * Sets the input tokens that were written to a cache, for any time.
     *
     * @param tokens from 0 to {@link Capacity#MAX_UNITS}
     * @return this builder
     * @throws IllegalArgumentException if the number is out of range
     */
    public Builder cacheWriteInputTokens(long tokens) {
      cacheWriteInputTokens = InputTokens.require(tokens, "cacheWriteInputTokens");
      return this;
    }

    /**
     * Sets the part of {@link #cacheWriteInputTokens} that is kept for an hour: Anthropic's {@code
     * cache_creation.ephemeral_1h_input_tokens}, which costs more than a shorter time.
     *
     * @param tokens from 0 to {@link Capacity#MAX_UNITS}
     * @return this builder
     * @throws IllegalArgumentException if the number is out of range
     */
    public Builder cacheWrite1hInputTokens(long tokens) {
      cacheWrite1hInputTokens = InputTokens.require(tokens, "cacheWrite1hInputTokens");
      return this;
    }

    /**
     * Sets all output tokens, including those of reasoning.
     *
     * @param tokens from 0 to {@link Capacity#MAX_UNITS}
     * @return this builder
     * @throws IllegalArgumentException if the number is out of range
     */
    public Builder outputTokens(long tokens) {
      outputTokens = InputTokens.require(tokens, "outputTokens");
      return this;
    }

    /**
     * Sets the part of the output that the model used to reason.
     *
     * @param tokens from 0 to {@link Capacity#MAX_UNITS}
     * @return this builder
     * @throws IllegalArgumentException if the number is out of range
     */
    public Builder reasoningTokens(long tokens) {
      reasoningTokens = InputTokens.require(tokens, "reasoningTokens");
      return this;
    }

    /**
     * Sets a number of the application's own, such as {@code images}.
     *
     * @param name matches {@code [a-z][a-z0-9_]*}; none of {@link #NAMES}
     * @param amount from 0 to {@link Capacity#MAX_UNITS}
     * @return this builder
     * @throws IllegalArgumentException if the name is malformed or the number out of range
     */
    public Builder amount(String name, long amount) {
      amounts.put(UsageNames.requireNumber(name, NAMES), InputTokens.require(amount, name));
      return this;
    }

    /**
     * Checks everything and returns the report.
     *
     * @return the report
     * @throws IllegalArgumentException if the input is given in both ways, if its parts are more
     *     than the total, if the total is more than {@link Capacity#MAX_UNITS}, or if the tokens
     *     for an hour are more than all that were written
     */
    public UsageReport build() {
      return new UsageReport(this);
    }
  }
}
