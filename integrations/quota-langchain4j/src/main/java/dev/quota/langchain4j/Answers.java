package dev.quota.langchain4j;

import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.output.TokenUsage;
import dev.quota.models.ModelCall;
import dev.quota.models.UsageObjects;
import dev.quota.usage.UsageReport;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads and marks answers. */
final class Answers {

  private Answers() {}

  /** Returns the use that an answer reports; empty if it reports none. */
  static Optional<UsageReport> usage(ChatResponse answer) {
    TokenUsage usage = answer.tokenUsage();
    if (usage == null) {
      return Optional.empty();
    }
    Optional<UsageReport> said =
        UsageObjects.read(
            usage,
            number(usage.inputTokenCount()),
            number(usage.outputTokenCount()),
            number(usage.totalTokenCount()));
    String model = answer.modelName();
    return model == null || model.isBlank()
        ? said
        : said.map(it -> it.toBuilder().model(model).build());
  }

  private static long number(@Nullable Integer tokens) {
    return tokens == null ? 0 : tokens;
  }

  /** Marks an answer as one of a smaller model. */
  static ChatResponse marked(ChatResponse answer, ModelCall call) {
    return call.isDegraded() ? with(answer, QuotaModels.DEGRADED) : answer;
  }

  static ChatResponse with(ChatResponse answer, String attribute) {
    AiMessage message = answer.aiMessage();
    Map<String, Object> attributes = new HashMap<>(message.attributes());
    attributes.put(attribute, true);
    return answer.toBuilder().aiMessage(message.toBuilder().attributes(attributes).build()).build();
  }
}
