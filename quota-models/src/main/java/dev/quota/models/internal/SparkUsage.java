package dev.quota.models.internal;

/** iFlytek's Spark: {@code usage.text} in {@code payload}. The prompt includes the question. */
final class SparkUsage implements UsageFamily {

  @Override
  public boolean knows(Figures said) {
    return said.says("text.prompttokens");
  }

  @Override
  public void read(Tally tally) {
    tally.input(tally.told("text.prompttokens"));
    tally.output(tally.told("text.completiontokens"));
  }
}
