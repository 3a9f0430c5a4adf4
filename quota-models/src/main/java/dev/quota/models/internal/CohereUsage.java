package dev.quota.models.internal;

/**
 * Cohere. {@code billed_units} is used if it is there. Else {@code tokens} is used, which includes
 * what Cohere adds to a prompt. Tokens of images are additional input.
 */
final class CohereUsage implements UsageFamily {

  @Override
  public boolean knows(Figures said) {
    return said.says("billedunits") || said.says("tokens.inputtokens", "tokens.outputtokens");
  }

  @Override
  public void read(Tally tally) {
    String place = tally.figures().says("billedunits") ? "billedunits." : "tokens.";
    long images = tally.part(place + "imagetokens");
    tally.input(Tally.plus(tally.told(place + "inputtokens"), images));
    tally.amount("image_input_tokens", images);
    tally.output(tally.told(place + "outputtokens"));
    tally.amount("search_units", tally.figures().orZero(place + "searchunits"));
    tally.amount("images", tally.figures().orZero(place + "images"));
    tally.amount("classifications", tally.figures().orZero(place + "classifications"));
  }
}
