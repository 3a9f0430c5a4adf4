package dev.quota.models.internal;

/**
 * Cohere. {@code billed_units} is used if it is there. Else {@code tokens} is used, which includes
 * what Cohere adds to a prompt.
 */
final class CohereUsage implements UsageFamily {

  @Override
  public boolean knows(Figures said) {
    return said.says("billedunits") || said.says("tokens.inputtokens", "tokens.outputtokens");
  }

  @Override
  public void read(Tally tally) {
    String place = tally.figures().says("billedunits") ? "billedunits." : "tokens.";
    tally.input(tally.told(place + "inputtokens"));
    tally.output(tally.told(place + "outputtokens"));
    tally.amount("search_units", tally.figures().orZero(place + "searchunits"));
  }
}
