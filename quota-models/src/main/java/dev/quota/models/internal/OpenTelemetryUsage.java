package dev.quota.models.internal;

/**
 * The attributes of OpenTelemetry's conventions for generative AI. {@code
 * gen_ai.usage.input_tokens} includes cached tokens.
 */
final class OpenTelemetryUsage implements UsageFamily {

  private static final String USAGE = "genai.usage.";

  @Override
  public boolean knows(Figures said) {
    return said.says(
        USAGE + "inputtokens",
        USAGE + "outputtokens",
        USAGE + "prompttokens",
        USAGE + "completiontokens");
  }

  @Override
  public void read(Tally tally) {
    tally.input(tally.told(USAGE + "inputtokens", USAGE + "prompttokens"));
    tally.output(tally.told(USAGE + "outputtokens", USAGE + "completiontokens"));
    tally.cached(tally.part(USAGE + "cacheread.inputtokens"));
    tally.written(
        tally.part(USAGE + "cachewrite.inputtokens", USAGE + "cachecreation.inputtokens"));
    tally.reasoning(tally.part(USAGE + "reasoning.outputtokens"));
  }
}
