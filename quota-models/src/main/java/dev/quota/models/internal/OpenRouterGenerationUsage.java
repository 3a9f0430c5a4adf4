package dev.quota.models.internal;

/**
 * OpenRouter's record of a generation. It bills the tokens that the provider counted: {@code
 * native_tokens_prompt} and similar names.
 */
final class OpenRouterGenerationUsage implements UsageFamily {

  @Override
  public boolean knows(Figures said) {
    return said.says("nativetokensprompt", "nativetokenscompletion");
  }

  @Override
  public void read(Tally tally) {
    tally.input(tally.told("nativetokensprompt"));
    tally.output(tally.told("nativetokenscompletion"));
    tally.cached(tally.part("nativetokenscached"));
    tally.reasoning(tally.part("nativetokensreasoning"));
  }
}
