package dev.quota.models.internal;

import java.util.OptionalLong;

/**
 * Mistral with audio input or connectors: {@code prompt_audio_seconds}, {@code connector_tokens}.
 * What the total has beyond prompt and completion is the audio, or what the connectors brought in,
 * and so input.
 */
final class MistralUsage implements UsageFamily {

  private static final String CONNECTORS = "connectortokens";

  @Override
  public boolean knows(Figures said) {
    return said.says("promptaudioseconds", CONNECTORS) && said.says("prompttokens", "totaltokens");
  }

  @Override
  public void read(Tally tally) {
    OptionalLong prompt = tally.number("prompttokens");
    OptionalLong completion = tally.number("completiontokens");
    long total = tally.figures().orZero("totaltokens");
    long heard =
        total > 0
            ? total - prompt.orElse(0) - completion.orElse(0)
            : tally.figures().orZero(CONNECTORS);
    tally.cached(OpenAiDetails.cached(tally));
    tally.input(
        prompt.isPresent() || heard > 0
            ? OptionalLong.of(prompt.orElse(0) + Math.max(0, heard))
            : prompt);
    tally.output(completion);
    tally.amount("audio_seconds", tally.figures().orZero("promptaudioseconds"));
  }
}
