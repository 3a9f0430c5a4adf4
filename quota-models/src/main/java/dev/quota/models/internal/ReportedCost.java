package dev.quota.models.internal;

import dev.quota.policy.Capacity;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.regex.Pattern;

/**
 * What a provider says that a call costs, in millionths of a US dollar: OpenRouter's {@code cost},
 * Perplexity's {@code cost.total_cost}, xAI's {@code cost_in_usd_ticks} and LiteLLM's header. Any
 * other value under these names is ignored, because services use {@code cost} for other things.
 */
final class ReportedCost {

  static final String NAME = "reported_micro_usd";

  /** LiteLLM writes it to each answer, in US dollars. */
  static final String HEADER = "x-litellm-response-cost";

  private static final Pattern NUMBER =
      Pattern.compile("[0-9]{1,15}(?:\\.[0-9]{1,30})?(?:[eE][-+]?[0-9]{1,2})?");
  private static final int MICROS = 6;
  private static final int TICKS = 10;

  private ReportedCost() {}

  /** Adds the cost to a tally, if its figures have one. */
  static void read(Tally tally) {
    Figures said = tally.figures();
    long ticks = micros(said.text("costinusdticks"), TICKS);
    if (ticks > 0) {
      tally.amount(NAME, ticks);
      return;
    }
    for (String name : new String[] {"cost", "cost.totalcost", "totalcost"}) {
      long micros = dollars(said.text(name));
      if (micros > 0) {
        tally.amount(NAME, micros);
        break;
      }
    }
    // With a key of its own, an application pays OpenRouter a fee, and the provider the rest.
    if (said.text("isbyok").equals("true")) {
      tally.amount(NAME, dollars(said.text("costdetails.upstreaminferencecost")));
    }
  }

  /** Returns millionths of a dollar, rounded up; 0 if the text is no such number. */
  static long dollars(String text) {
    return micros(text, 0);
  }

  /**
   * Returns millionths of a dollar.
   *
   * @param decimals how many decimal places of a dollar the number has lost
   */
  private static long micros(String text, int decimals) {
    if (text.isEmpty() || !NUMBER.matcher(text).matches()) {
      return 0;
    }
    return new BigDecimal(text)
        .scaleByPowerOfTen(MICROS - decimals)
        .setScale(0, RoundingMode.CEILING)
        .min(BigDecimal.valueOf(Capacity.MAX_UNITS))
        .longValueExact();
  }
}
