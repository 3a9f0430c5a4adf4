package dev.quota.models.internal;

import java.util.OptionalLong;

/**
 * DeepSeek. The prompt is the sum of cached tokens ({@code prompt_cache_hit_tokens}) and others
 * ({@code prompt_cache_miss_tokens}), even if only these two are reported.
 */
final class DeepSeekUsage implements UsageFamily {

  private static final String HIT = "promptcachehittokens";
  private static final String MISS = "promptcachemisstokens";

  @Override
  public boolean knows(Figures said) {
    return said.says(HIT, MISS);
  }

  @Override
  public void read(Tally tally) {
    Figures said = tally.figures();
    OptionalLong hit = tally.number(HIT, "prompttokensdetails.cachedtokens");
    OptionalLong miss = tally.number(MISS);
    OptionalLong prompt = tally.number("prompttokens");
    if (prompt.isEmpty() && hit.isPresent() && miss.isPresent()) {
      prompt = OptionalLong.of(Tally.plus(hit.getAsLong(), miss.getAsLong()));
    }
    TokenSums.of(tally, "totaltokens")
        .prompt(prompt)
        .completion("completiontokens")
        .caches(hit.orElse(0), 0)
        .reasoning(OpenAiDetails.reasoning(tally))
        .settle(said.says("prompttokens"), said.says("completiontokens"));
  }
}
