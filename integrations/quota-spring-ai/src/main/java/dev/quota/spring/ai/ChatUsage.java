package dev.quota.spring.ai;

import dev.quota.models.UsageObjects;
import dev.quota.usage.UsageReport;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.ai.chat.metadata.Usage;
import org.springframework.ai.chat.model.ChatResponse;

/** Reads what a response of Spring AI says that it used. */
final class ChatUsage {

  private ChatUsage() {}

  /** Returns the report; empty if the response does not say. */
  static Optional<UsageReport> of(@Nullable ChatResponse response) {
    if (response == null) {
      return Optional.empty();
    }
    Optional<UsageReport> said = of(response.getMetadata().getUsage());
    String model = response.getMetadata().getModel();
    return model == null || model.isBlank()
        ? said
        : said.map(it -> it.toBuilder().model(model).build());
  }

  /** Returns the report; empty if all numbers are zero. */
  static Optional<UsageReport> of(@Nullable Usage usage) {
    if (usage == null) {
      return Optional.empty();
    }
    UsageReport sums = sums(usage);
    if (sums.totalInputTokens() + sums.outputTokens() == 0) {
      return Optional.empty();
    }
    // The provider's own object knows caches. Where Spring AI adds rounds up, it is lost, or says
    // less than the sums.
    Object own = usage.getNativeUsage();
    return Optional.of(
        own == null
            ? sums
            : read(own)
                .filter(
                    it ->
                        it.totalInputTokens() + it.outputTokens()
                            >= sums.totalInputTokens() + sums.outputTokens())
                .orElse(sums));
  }

  private static Optional<UsageReport> read(Object own) {
    try {
      return UsageObjects.read(own);
    } catch (IllegalArgumentException e) {
      return Optional.empty(); // numbers that contradict each other: the sums count
    }
  }

  /** What the total has beyond its parts is output that nobody saw. */
  private static UsageReport sums(Usage usage) {
    long input = number(usage.getPromptTokens());
    long output = number(usage.getCompletionTokens());
    long total = number(usage.getTotalTokens());
    return UsageReport.builder()
        .inputTokens(input)
        .outputTokens(Math.max(output, total - input))
        .build();
  }

  private static long number(@Nullable Integer tokens) {
    return tokens == null ? 0 : Math.max(0, tokens);
  }
}
