package dev.quota.models.internal;

/**
 * OpenAI's chat completions, responses, images, audio, embeddings and realtime, and many services
 * with the same format: Azure, Groq, Mistral, Together, Fireworks, Cerebras, OpenRouter, Moonshot,
 * Qwen, GLM, MiniMax, Baidu, Hunyuan, AI21 and others. Cached tokens are a part of the prompt.
 * Reasoning tokens are a part of the completion, unless the total shows that they are additional.
 */
final class OpenAiUsage implements UsageFamily {

  private static final String[] PROMPT = {"prompttokens", "inputtokens"};
  private static final String[] COMPLETION = {"completiontokens", "outputtokens"};

  @Override
  public boolean knows(Figures said) {
    return said.says(PROMPT) || said.says(COMPLETION) || said.says(OpenAiDetails.PARENTS);
  }

  @Override
  public void read(Tally tally) {
    TokenSums sums =
        TokenSums.of(tally, "totaltokens")
            .prompt(PROMPT)
            .completion(COMPLETION)
            .caches(OpenAiDetails.cached(tally), OpenAiDetails.written(tally))
            .reasoning(OpenAiDetails.reasoning(tally));
    sums.settle(tally.figures().says(PROMPT), tally.figures().says(COMPLETION));
    tally.writtenForHour(OpenAiDetails.writtenForHour(tally));
    OpenAiDetails.amounts(tally);
  }
}
