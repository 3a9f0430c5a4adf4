package dev.quota.models;

import dev.quota.policy.Capacity;
import dev.quota.usage.UsageReport;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.LocalDate;
import java.util.Locale;
import java.util.Optional;

/**
 * What a model costs from some day on, per million tokens. Values are immutable.
 *
 * @param model a name, or the beginning of names and a {@code *}
 * @param currency three lower-case letters, such as {@code usd}
 * @param input the price of input that no cache was involved with
 * @param cached the price of input that was read from a cache; empty: that of input
 * @param cacheWrite the price of input that was written to a cache; empty: that of input
 * @param cacheWrite1h the price of input that a cache keeps for an hour; empty: that of a write
 * @param output the price of output
 * @param from the first day of the price
 * @param source who says so
 * @param read the day on which it was read there
 */
public record ModelPrice(
    String model,
    String currency,
    BigDecimal input,
    Optional<BigDecimal> cached,
    Optional<BigDecimal> cacheWrite,
    Optional<BigDecimal> cacheWrite1h,
    BigDecimal output,
    LocalDate from,
    String source,
    LocalDate read) {

  /** The number of a report that has the cost that the provider reported. */
  static final String REPORTED = "reported_micro_usd";

  private static final BigDecimal MOST = BigDecimal.valueOf(Capacity.MAX_UNITS);

  /**
   * Checks the components.
   *
   * @param model the component
   * @param currency the component
   * @param input the component
   * @param cached the component
   * @param cacheWrite the component
   * @param cacheWrite1h the component
   * @param output the component
   * @param from the component
   * @param source the component
   * @param read the component
   * @throws IllegalArgumentException if the pattern or the currency is malformed, or a price is
   *     negative
   */
  public ModelPrice {
    int star = model.indexOf('*');
    if (model.isBlank() || star == 0 || (star > 0 && star < model.length() - 1)) {
      throw new IllegalArgumentException(
          "model must be a name, or have its * at the end, was \"" + model + "\"");
    }
    if (!currency.matches("[a-z]{3}")) {
      throw new IllegalArgumentException(
          "currency must be three lower-case letters such as usd, was \"" + currency + "\"");
    }
    require(input, "input");
    cached.ifPresent(it -> require(it, "cached"));
    cacheWrite.ifPresent(it -> require(it, "cache-write"));
    cacheWrite1h.ifPresent(it -> require(it, "cache-write-1h"));
    require(output, "output");
    if (source.isBlank()) {
      throw new IllegalArgumentException("source must say who names the price, was blank");
    }
  }

  private static void require(BigDecimal price, String what) {
    if (price.signum() < 0) {
      throw new IllegalArgumentException(what + " must not be negative, was " + price);
    }
  }

  boolean matches(String name) {
    return model.endsWith("*")
        ? name.startsWith(model.substring(0, model.length() - 1))
        : name.equals(model);
  }

  /**
   * Returns the price of a call in millionths of the currency. A price per million tokens is
   * millionths for each token, so nothing is lost before it is rounded up.
   *
   * @param used what the call used
   * @return millionths, zero or more, at most {@link Capacity#MAX_UNITS}
   */
  public long micros(UsageReport used) {
    BigDecimal write = cacheWrite.orElse(input);
    long written1h = used.cacheWrite1hInputTokens();
    BigDecimal sum =
        input
            .multiply(BigDecimal.valueOf(used.inputTokens()))
            .add(cached.orElse(input).multiply(BigDecimal.valueOf(used.cachedInputTokens())))
            .add(write.multiply(BigDecimal.valueOf(used.cacheWriteInputTokens() - written1h)))
            .add(cacheWrite1h.orElse(write).multiply(BigDecimal.valueOf(written1h)))
            .add(output.multiply(BigDecimal.valueOf(used.outputTokens())));
    return sum.setScale(0, RoundingMode.CEILING).min(MOST).longValueExact();
  }

  /** Returns the name under which a report has the price, such as {@code micro_usd}. */
  static String amountName(String currency) {
    return "micro_" + currency.toLowerCase(Locale.ROOT);
  }
}
