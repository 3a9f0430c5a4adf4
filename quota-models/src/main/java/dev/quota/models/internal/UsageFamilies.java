package dev.quota.models.internal;

import java.util.List;
import java.util.Optional;

/** All families. A special one comes before the general one with the same names. */
final class UsageFamilies {

  private static final List<UsageFamily> ALL =
      List.of(
          new OpenRouterGenerationUsage(),
          new OpenTelemetryUsage(),
          new CohereUsage(),
          new LlamaUsage(),
          new VertexPredictionUsage(),
          new TokenCountUsage(),
          new GeminiLiveUsage(),
          new GeminiInteractionUsage(),
          new GeminiUsage(),
          new BedrockHeadersUsage(),
          new TitanUsage(),
          new OllamaUsage(),
          new HuggingFaceUsage(),
          new LlamaCppUsage(),
          new WatsonxUsage(),
          new SparkUsage(),
          new DurationUsage(),
          new LangChainUsage(),
          new AiSdkUsage(),
          new DeepSeekUsage(),
          new XaiUsage(),
          new PerplexityUsage(),
          new MistralUsage(),
          new BedrockUsage(),
          new AnthropicUsage(),
          new OpenAiUsage(),
          new TotalUsage(),
          new CostUsage());

  private UsageFamilies() {}

  /** Returns the family of figures. */
  static Optional<UsageFamily> of(Figures said) {
    for (UsageFamily family : ALL) {
      if (family.knows(said)) {
        return Optional.of(family);
      }
    }
    return Optional.empty();
  }

  /** Returns the family of a stream, by the event that identifies it better. */
  static Optional<UsageFamily> of(Figures before, Figures later) {
    for (UsageFamily family : ALL) {
      if (family.knows(before) || family.knows(later)) {
        return Optional.of(family);
      }
    }
    return Optional.empty();
  }
}
