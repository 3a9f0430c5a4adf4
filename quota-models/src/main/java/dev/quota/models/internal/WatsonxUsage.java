package dev.quota.models.internal;

import java.util.OptionalLong;

/**
 * IBM watsonx's text generation: {@code input_token_count} and {@code generated_token_count} in
 * each of {@code results}.
 */
final class WatsonxUsage implements UsageFamily {

  @Override
  public boolean knows(Figures said) {
    return said.says("results.0.generatedtokencount", "results.0.inputtokencount");
  }

  @Override
  public void read(Tally tally) {
    OptionalLong input = OptionalLong.of(0);
    OptionalLong output = OptionalLong.of(0);
    for (int i = 0; tally.figures().says("results." + i); i++) {
      input = sum(input, tally.told("results." + i + ".inputtokencount"));
      output = sum(output, tally.told("results." + i + ".generatedtokencount"));
    }
    tally.input(input);
    tally.output(output);
  }

  private static OptionalLong sum(OptionalLong one, OptionalLong other) {
    return other.isPresent() ? Tally.plus(one, other.getAsLong()) : other;
  }
}
