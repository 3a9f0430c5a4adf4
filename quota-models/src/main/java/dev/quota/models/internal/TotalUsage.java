package dev.quota.models.internal;

/** Voyage, Jina and others without output: {@code total_tokens} or {@code tokens} is the input. */
final class TotalUsage implements UsageFamily {

  @Override
  public boolean knows(Figures said) {
    return said.says("totaltokens") || said.counts("tokens");
  }

  @Override
  public void read(Tally tally) {
    tally.input(tally.number("totaltokens", "tokens"));
  }
}
