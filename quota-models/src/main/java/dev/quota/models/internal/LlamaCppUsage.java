package dev.quota.models.internal;

/**
 * The server of llama.cpp: {@code tokens_evaluated} is the prompt, including cached tokens ({@code
 * timings.cache_n}). {@code tokens_predicted} is the output. {@code tokens_cached} is the size of
 * the context, and not of the call.
 */
final class LlamaCppUsage implements UsageFamily {

  @Override
  public boolean knows(Figures said) {
    return said.says("tokensevaluated", "tokenspredicted");
  }

  @Override
  public void read(Tally tally) {
    tally.input(tally.told("tokensevaluated"));
    tally.cached(tally.part("timings.cachen"));
    tally.output(tally.told("tokenspredicted"));
  }
}
