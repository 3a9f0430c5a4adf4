package dev.quota.models.internal;

/**
 * Cohere. {@code billed_units} is what is charged and counts; {@code tokens}, with what Cohere puts
 * around a prompt, counts where nothing is said about billing.
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
