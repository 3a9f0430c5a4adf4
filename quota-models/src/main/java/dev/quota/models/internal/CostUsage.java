package dev.quota.models.internal;

import java.util.OptionalLong;

/** xAI's images: a cost in {@code cost_in_usd_ticks}, and no tokens. */
final class CostUsage implements UsageFamily {

  @Override
  public boolean knows(Figures said) {
    return said.counts("costinusdticks");
  }

  @Override
  public void read(Tally tally) {
    tally.input(OptionalLong.empty());
    tally.output(OptionalLong.empty());
    tally.countsNoTokens();
  }
}
