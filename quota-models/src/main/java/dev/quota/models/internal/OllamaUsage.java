package dev.quota.models.internal;

/**
 * Ollama's own API: {@code prompt_eval_count} and {@code eval_count}. A cached prompt has no count.
 */
final class OllamaUsage implements UsageFamily {

  @Override
  public boolean knows(Figures said) {
    return said.says("promptevalcount", "evalcount");
  }

  @Override
  public void read(Tally tally) {
    tally.input(tally.told("promptevalcount"));
    tally.output(tally.told("evalcount"));
  }
}
