package dev.quota.models.internal;

import java.util.OptionalLong;

/**
 * Hugging Face's text generation: {@code details} with {@code generated_tokens}, and the input as
 * {@code input_length} or as the tokens of {@code prefill}. If both are missing, the input is not
 * known.
 */
final class HuggingFaceUsage implements UsageFamily {

  @Override
  public boolean knows(Figures said) {
    return said.says("generatedtokens");
  }

  @Override
  public void read(Tally tally) {
    Figures said = tally.figures();
    long prefill = 0;
    while (said.says("prefill." + prefill)) {
      prefill++;
    }
    if (said.says("inputlength")) {
      tally.input(tally.number("inputlength"));
    } else {
      tally.input(prefill > 0 ? OptionalLong.of(prefill) : OptionalLong.empty());
    }
    tally.output(tally.number("generatedtokens"));
  }
}
