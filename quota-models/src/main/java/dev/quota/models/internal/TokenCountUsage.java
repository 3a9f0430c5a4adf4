package dev.quota.models.internal;

/**
 * {@code inputTokenCount} and {@code outputTokenCount}: Bedrock's {@code
 * amazon-bedrock-invocationMetrics}, Replicate's {@code metrics}, LangChain4j. Bedrock's cached
 * tokens are not included in the input.
 */
final class TokenCountUsage implements UsageFamily {

  @Override
  public boolean knows(Figures said) {
    return said.says("inputtokencount", "outputtokencount");
  }

  @Override
  public void read(Tally tally) {
    tally.cached(tally.part("cachereadinputtokencount"));
    tally.written(tally.part("cachewriteinputtokencount"));
    tally.inputBesideCaches(tally.told("inputtokencount"));
    tally.output(tally.told("outputtokencount"));
  }
}
