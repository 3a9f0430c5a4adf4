package dev.quota.models.internal;

/**
 * The headers of Bedrock's InvokeModel, such as {@code X-Amzn-Bedrock-Input-Token-Count}. Cached
 * tokens are not included in the input.
 */
final class BedrockHeadersUsage implements UsageFamily {

  private static final String START = "xamznbedrock";
  private static final String INPUT = START + "inputtokencount";
  private static final String OUTPUT = START + "outputtokencount";

  @Override
  public boolean knows(Figures said) {
    return said.says(INPUT, OUTPUT);
  }

  @Override
  public void read(Tally tally) {
    tally.cached(tally.part(START + "cachereadinputtokencount"));
    tally.written(tally.part(START + "cachewriteinputtokencount"));
    tally.inputBesideCaches(tally.told(INPUT));
    tally.output(tally.told(OUTPUT));
  }
}
