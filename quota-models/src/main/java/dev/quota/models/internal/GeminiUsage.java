package dev.quota.models.internal;

import java.util.OptionalLong;

/**
 * Gemini and Vertex AI. The prompt includes cached tokens. Tokens of tools are additional input,
 * and tokens of thoughts are output in addition to the candidates. Each event of a stream has all
 * totals.
 */
final class GeminiUsage implements UsageFamily {

  private static final String PROMPT = "prompttokencount";
  private static final String CANDIDATES = "candidatestokencount";
  private static final String TOTAL = "totaltokencount";

  @Override
  public boolean knows(Figures said) {
    return said.says(PROMPT, CANDIDATES, TOTAL, "thoughtstokencount");
  }

  @Override
  public void read(Tally tally) {
    Figures said = tally.figures();
    OptionalLong prompt = tally.number(PROMPT);
    OptionalLong candidates = tally.number(CANDIDATES);
    long thoughts = tally.part("thoughtstokencount");
    long tools = tally.part("tooluseprompttokencount");
    long total = said.orZero(TOTAL);
    tally.cached(tally.part("cachedcontenttokencount"));
    long known = prompt.orElse(0) + candidates.orElse(0) + tools;
    // If the total does not include the thoughts separately, the candidates include them.
    boolean areThoughtsInside = total > 0 && total == known && thoughts > 0;
    long beside = areThoughtsInside ? 0 : thoughts;
    long rest = total > 0 ? Math.max(0, total - known - beside) : 0;
    boolean isPromptLost = said.says(PROMPT) && prompt.isEmpty();
    boolean isOutputLost = said.says(CANDIDATES) && candidates.isEmpty();
    if (isPromptLost || isOutputLost) {
      broken(tally, isPromptLost, prompt, candidates, tools, beside, rest);
    } else if (!said.says(PROMPT) && candidates.isPresent()) {
      tally.input(OptionalLong.of(tools + rest));
      tally.output(OptionalLong.of(candidates.getAsLong() + beside));
    } else {
      tally.input(OptionalLong.of(prompt.orElse(0) + tools));
      tally.output(OptionalLong.of(candidates.orElse(0) + beside + rest));
    }
    tally.reasoning(thoughts);
    GeminiModalities.amounts(tally);
  }

  /** One number is invalid. The total may show its value. */
  private static void broken(
      Tally tally,
      boolean isPromptLost,
      OptionalLong prompt,
      OptionalLong candidates,
      long tools,
      long beside,
      long rest) {
    boolean isTold = rest > 0 && isPromptLost == candidates.isPresent();
    OptionalLong told = isTold ? OptionalLong.of(rest) : OptionalLong.empty();
    OptionalLong input = isPromptLost ? told : prompt;
    OptionalLong output = isPromptLost ? candidates : told;
    tally.input(input.isPresent() ? OptionalLong.of(input.getAsLong() + tools) : input);
    tally.output(output.isPresent() ? OptionalLong.of(output.getAsLong() + beside) : output);
  }
}
