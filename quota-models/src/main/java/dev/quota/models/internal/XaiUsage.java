package dev.quota.models.internal;

/**
 * xAI. Its chat completions count reasoning beside the completion and within the total, its
 * responses within the output. Cached tokens are a part of the prompt, except where they are more.
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
