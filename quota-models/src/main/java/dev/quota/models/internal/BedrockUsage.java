package dev.quota.models.internal;

/**
 * Bedrock's Converse and Amazon Nova. Cached tokens are not included in {@code inputTokens}. {@code
 * cacheDetails} says how long the cache keeps them.
 */
final class BedrockUsage implements UsageFamily {

  private static final String[] READ = {"cachereadinputtokens", "cachereadinputtokencount"};
  private static final String[] WRITTEN = {"cachewriteinputtokens", "cachewriteinputtokencount"};
  private static final String DETAILS = "cachedetails";

  @Override
  public boolean knows(Figures said) {
    return said.says("inputtokens", "outputtokens")
        && (said.says(WRITTEN) || said.says(READ[1], DETAILS, "servertoolusage"));
  }

  @Override
  public void read(Tally tally) {
    Figures said = tally.figures();
    tally.cached(tally.part(READ));
    tally.written(tally.part(WRITTEN));
    for (int i = 0; said.says(DETAILS + "." + i); i++) {
      if (said.text(DETAILS + "." + i + ".ttl").equals("1h")) {
        tally.writtenForHour(tally.part(DETAILS + "." + i + ".inputtokens"));
      }
    }
    tally.inputBesideCaches(tally.told("inputtokens"));
    tally.output(tally.told("outputtokens"));
  }
}
