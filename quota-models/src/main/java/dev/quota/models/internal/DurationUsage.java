package dev.quota.models.internal;

import java.util.OptionalLong;

/**
 * Audio that is billed by its length: {@code usage} of the type {@code duration}, or DashScope's
 * with {@code seconds} beside mere details. It has no tokens. Its seconds are {@code audio_seconds}
 * in a formula.
 */
final class DurationUsage implements UsageFamily {

  static final String TYPE = "duration";

  private static final String[] TOKENS = {
    "inputtokens", "outputtokens", "prompttokens", "completiontokens", "totaltokens"
  };

  @Override
  public boolean knows(Figures said) {
    return said.says("seconds")
        && (said.text("type").equals(TYPE)
            || (said.says(OpenAiDetails.PARENTS) && !said.says(TOKENS)));
  }

  @Override
  public void read(Tally tally) {
    tally.input(OptionalLong.empty());
    tally.output(OptionalLong.empty());
    tally.countsNoTokens();
    tally.amount("audio_seconds", seconds(tally));
  }

  /** Returns the seconds, rounded up. */
  private static long seconds(Tally tally) {
    String text = tally.figures().text("seconds");
    if (text.matches("[0-9]{1,12}\\.[0-9]{0,20}[1-9][0-9]{0,20}")) {
      return Long.parseLong(text.substring(0, text.indexOf('.'))) + 1;
    }
    return tally.part("seconds");
  }
}
