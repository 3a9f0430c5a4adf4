package dev.quota.models.internal;

/**
 * LangChain's {@code usage_metadata}. The input includes cached tokens, and the output includes
 * reasoning tokens. Each chunk of a stream has only its own numbers, because LangChain adds chunks
 * up.
 */
final class LangChainUsage implements UsageFamily {

  /** A mark that the answer was a chunk of one. */
  static final String CHUNK = "aimessagechunk";

  private static final String DETAILS = "inputtokendetails.";

  @Override
  public boolean knows(Figures said) {
    return said.says("inputtokens", "outputtokens")
        && said.says(
            CHUNK,
            DETAILS + "cacheread",
            DETAILS + "cachecreation",
            "outputtokendetails.reasoning",
            DETAILS + "ephemeral1hinputtokens");
  }

  @Override
  public void read(Tally tally) {
    long forHour = tally.part(DETAILS + "ephemeral1hinputtokens");
    long byTime = Tally.plus(forHour, tally.part(DETAILS + "ephemeral5minputtokens"));
    long written = tally.part(DETAILS + "cachecreation");
    tally.cached(tally.part(DETAILS + "cacheread"));
    tally.written(Math.max(written, byTime));
    tally.writtenForHour(forHour);
    tally.input(tally.told("inputtokens"));
    tally.output(tally.told("outputtokens"));
    tally.reasoning(tally.part("outputtokendetails.reasoning"));
    tally.amount("audio_input_tokens", tally.figures().orZero(DETAILS + "audio"));
    tally.amount("audio_output_tokens", tally.figures().orZero("outputtokendetails.audio"));
  }

  @Override
  public boolean addsUp(Figures said) {
    return said.says(CHUNK);
  }
}
