package dev.quota.models.internal;

/**
 * xAI. Its chat completions count reasoning tokens in addition to the completion and in the total.
 * Its responses include them in the output. Cached tokens are a part of the prompt, unless they are
 * more than the prompt.
 */
final class XaiUsage implements UsageFamily {

  @Override
  public boolean knows(Figures said) {
    return said.says("numsourcesused", "costinusdticks")
        && said.says("prompttokens", "inputtokens");
  }

  @Override
  public void read(Tally tally) {
    Figures said = tally.figures();
    boolean isChat = said.says("prompttokens");
    String prompt = isChat ? "prompttokens" : "inputtokens";
    String completion = isChat ? "completiontokens" : "outputtokens";
    TokenSums sums =
        TokenSums.of(tally, "totaltokens")
            .prompt(prompt)
            .completion(completion)
            .caches(OpenAiDetails.cached(tally), OpenAiDetails.written(tally))
            .reasoning(OpenAiDetails.reasoning(tally))
            .cachesBesideUnlessSaid();
    if (isChat) {
      sums.reasoningBesideUnlessSaid();
    }
    sums.settle(said.says(prompt), said.says(completion));
    OpenAiDetails.amounts(tally);
  }
}
