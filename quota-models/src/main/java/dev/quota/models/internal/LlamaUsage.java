package dev.quota.models.internal;

/** Meta's Llama on Bedrock: {@code prompt_token_count} and {@code generation_token_count}. */
final class LlamaUsage implements UsageFamily {

  @Override
  public boolean knows(Figures said) {
    return said.says("generationtokencount");
  }

  @Override
  public void read(Tally tally) {
    tally.input(tally.told("prompttokencount"));
    tally.output(tally.number("generationtokencount"));
  }
}
