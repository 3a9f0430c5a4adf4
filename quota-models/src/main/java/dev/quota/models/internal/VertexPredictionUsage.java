package dev.quota.models.internal;

import java.util.OptionalLong;

/**
 * Vertex AI's predictions: the {@code token_count} of each embedding, or for the older models
 * {@code metadata.tokenMetadata}.
 */
final class VertexPredictionUsage implements UsageFamily {

  private static final String INPUT = "inputtokencount.totaltokens";
  private static final String OUTPUT = "outputtokencount.totaltokens";

  @Override
  public boolean knows(Figures said) {
    return said.says("predictions.0.embeddings.statistics.tokencount", INPUT, OUTPUT);
  }

  @Override
  public void read(Tally tally) {
    if (tally.figures().says(INPUT, OUTPUT)) {
      tally.input(tally.told(INPUT));
      tally.output(tally.told(OUTPUT));
      return;
    }
    long input = 0;
    for (int i = 0; tally.figures().says("predictions." + i); i++) {
      String name = "predictions." + i + ".embeddings.statistics.tokencount";
      input = Tally.plus(input, tally.part(name));
    }
    tally.input(OptionalLong.of(input));
  }
}
