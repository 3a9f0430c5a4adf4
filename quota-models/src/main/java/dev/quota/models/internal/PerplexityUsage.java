package dev.quota.models.internal;

import java.util.OptionalLong;

/**
 * Perplexity's research models. What was read in the web is input beside the prompt, and what was
 * reasoned is output beside the completion; neither is in the total, and both are billed.
 */
final class PerplexityUsage implements UsageFamily {

  @Override
  public boolean knows(Figures said) {
    return said.says("citationtokens", "numsearchqueries", "searchcontextsize")
        && said.says("prompttokens");
  }

  @Override
  public void read(Tally tally) {
    OptionalLong prompt = tally.number("prompttokens");
    OptionalLong completion = tally.number("completiontokens");
    long citations = tally.part("citationtokens");
    long reasoning = tally.part("reasoningtokens");
    tally.input(Tally.plus(prompt, citations));
    tally.output(Tally.plus(completion, reasoning));
    tally.reasoning(reasoning);
    tally.amount("search_queries", tally.figures().orZero("numsearchqueries"));
  }
}
