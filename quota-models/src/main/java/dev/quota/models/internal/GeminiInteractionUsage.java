package dev.quota.models.internal;

import java.util.OptionalLong;

/**
 * Gemini's interactions: {@code total_input_tokens} and similar names. The input includes cached
 * tokens. Tokens of tools are additional input, and tokens of thoughts are additional output.
 */
final class GeminiInteractionUsage implements UsageFamily {

  private static final String INPUT = "totalinputtokens";
  private static final String OUTPUT = "totaloutputtokens";

  @Override
  public boolean knows(Figures said) {
    return said.says(INPUT, OUTPUT);
  }

  @Override
  public void read(Tally tally) {
    Figures said = tally.figures();
    long thoughts = tally.part("totalthoughttokens", "totalreasoningtokens");
    long tools = tally.part("totaltoolusetokens");
    OptionalLong input = tally.told(INPUT);
    OptionalLong output = tally.told(OUTPUT);
    boolean areThoughtsInside =
        said.counts("totaltokens")
            && said.orZero("totaltokens") == input.orElse(0) + output.orElse(0) + tools;
    tally.cached(tally.part("totalcachedtokens"));
    tally.input(Tally.plus(input, tools));
    tally.output(Tally.plus(output, areThoughtsInside ? 0 : thoughts));
    tally.reasoning(thoughts);
  }
}
