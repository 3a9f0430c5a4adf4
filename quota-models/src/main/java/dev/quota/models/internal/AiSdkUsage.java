package dev.quota.models.internal;

/**
 * Vercel's AI SDK. The input includes cached tokens, and the output includes reasoning tokens. A
 * step has its own numbers, and {@code totalUsage} those of all steps.
 */
final class AiSdkUsage implements UsageFamily {

  /** A mark that the numbers are those of one step of several. */
  static final String STEP = "finishstep";

  @Override
  public boolean knows(Figures said) {
    return said.says(
        STEP,
        "cachedinputtokens",
        "inputtokendetails.nocachetokens",
        "inputtokendetails.cachereadtokens",
        "inputtokens.total",
        "outputtokens.total");
  }

  @Override
  public void read(Tally tally) {
    boolean isNested = tally.figures().says("inputtokens.total", "outputtokens.total");
    tally.input(tally.told(isNested ? "inputtokens.total" : "inputtokens", "prompttokens"));
    tally.output(tally.told(isNested ? "outputtokens.total" : "outputtokens", "completiontokens"));
    tally.cached(
        tally.part(
            isNested ? "inputtokens.cacheread" : "inputtokendetails.cachereadtokens",
            "cachedinputtokens"));
    tally.written(
        tally.part(isNested ? "inputtokens.cachewrite" : "inputtokendetails.cachewritetokens"));
    tally.reasoning(
        tally.part(
            isNested ? "outputtokens.reasoning" : "outputtokendetails.reasoningtokens",
            "reasoningtokens"));
  }

  @Override
  public boolean addsUp(Figures said) {
    return said.says(STEP);
  }
}
