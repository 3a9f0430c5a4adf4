package dev.quota.spring.ai;

import dev.quota.models.UsageObjects;
import dev.quota.usage.UsageReport;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.ai.chat.metadata.Usage;
import org.springframework.ai.chat.model.ChatResponse;

/** Reads the use from a response of Spring AI. */
final class ChatUsage {

  private ChatUsage() {}

  /** Returns the report; empty if the response has no use. */
  static Optional<UsageReport> of(@Nullable ChatResponse response) {
    if (response == null) {
      return Optional.empty();
    }
    Optional<UsageReport> said = of(response.getMetadata().getUsage());
    return said.map(it -> named(it, response.getMetadata().getModel()));
  }

  /** Returns a report with the name of its model, if there is one. */
  static UsageReport named(UsageReport report, @Nullable String model) {
    return model == null || model.isBlank() ? report : report.toBuilder().model(model).build();
  }

  /** Returns the report; empty if all numbers are zero. */
  static Optional<UsageReport> of(@Nullable Usage usage) {
    return usage == null
        ? Optional.empty()
        : UsageObjects.read(
            usage.getNativeUsage(),
            number(usage.getPromptTokens()),
            number(usage.getCompletionTokens()),
            number(usage.getTotalTokens()));
  }

  private static long number(@Nullable Integer tokens) {
    return tokens == null ? 0 : tokens;
  }
}
