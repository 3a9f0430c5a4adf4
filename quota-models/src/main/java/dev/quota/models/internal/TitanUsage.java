package dev.quota.models.internal;

import java.util.OptionalLong;

/**
 * Amazon Titan: {@code inputTextTokenCount}, and the {@code tokenCount} of each of {@code results},
 * or in a stream {@code totalOutputTextTokenCount}.
 */
final class TitanUsage implements UsageFamily {

  @Override
  public boolean knows(Figures said) {
    return said.says("inputtexttokencount", "totaloutputtexttokencount");
  }

  @Override
  public void read(Tally tally) {
    Figures said = tally.figures();
    tally.input(tally.number("inputtexttokencount"));
    if (said.says("totaloutputtexttokencount")) {
      tally.output(tally.number("totaloutputtexttokencount"));
      return;
    }
    long output = 0;
    for (int i = 0; said.says("results." + i); i++) {
      output = Tally.plus(output, tally.part("results." + i + ".tokencount"));
    }
    tally.output(OptionalLong.of(output));
  }
}
