package dev.quota.models.internal;

import java.util.OptionalLong;

/**
 * Perplexity's research models. Tokens of web pages are input in addition to the prompt, and
 * reasoning tokens are output in addition to the completion. Both are billed, and the total
 * includes neither.
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
