package dev.quota.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quota.usage.UsageReport;
import java.io.StringReader;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("once")
final class PriceCostTest {

  private static final String MONEY =
      "unit: {name: cent, label: cents, style: money, currency: USD, scale: %s}%n";

  private static QuotaPolicy policy(String keys) {
    String quota =
        keys.startsWith("{")
            ? "  spend: {limits: 9_000 per calendar day, " + keys.substring(1)
            : "  spend:\n    limits: 9_000 per calendar day\n" + keys.indent(4);
    return PolicyFile.read("q.yaml", new StringReader("version: 1\nquotas:\n" + quota))
        .quotas()
        .get("spend");
  }

  private static UsageReport.Builder priced(long micros) {
    return UsageReport.builder().model("m").outputTokens(10).amount("micro_usd", micros);
  }

  /** 12,345 millionths of a dollar are 1.2345 cents. */
  @ParameterizedTest
  @CsvSource({
    "0, price(usd), 1",
    "2, price(usd), 2",
    "2, 100 * price(usd), 124",
    "4, price(usd), 124",
    "6, price(usd), 12345",
    "9, price(usd), 12345000",
    "6, price( usd ) + output_tokens, 12355",
  })
  void aPriceIsInTheUnitOfTheQuota(int scale, String cost, long expected) {
    QuotaPolicy policy = policy(MONEY.formatted(scale) + "cost: " + cost);

    assertThat(policy.costOf(priced(12_345).build())).isEqualTo(expected);
    assertThat(policy.currency()).contains("usd");
    assertThat(policy.unpriced()).isEqualTo(Unpriced.REFUSE);
  }

  @Test
  void aPriceIsInMillionthsIfTheUnitIsNotMoney() {
    assertThat(policy("cost: price(eur)").costOf(priced(0).amount("micro_eur", 12_345).build()))
        .isEqualTo(12_345);
    assertThat(policy("cost: price(usd) / 1_000").costOf(priced(12_345).build())).isEqualTo(13);
  }

  @Test
  void aPriceOfZeroIsAPrice() {
    assertThat(policy("cost: price(usd)").costOf(priced(0).build())).isZero();
  }

  @Test
  void aReportWithoutAPriceIsNeverFree() {
    UsageReport used = UsageReport.builder().model("m").outputTokens(10).build();

    assertThat(policy("{cost: price(usd), unpriced: estimate, estimate: 77}").costOf(used))
        .isEqualTo(77);
    assertThat(policy("{cost: price(usd), unpriced: formula, estimate: 77}").costOf(used))
        .isEqualTo(77);
    assertThat(
            policy("{cost: price(usd) + output_tokens, unpriced: formula, estimate: 77}")
                .costOf(used))
        .isEqualTo(10);
    assertThat(policy("{cost: price(usd), models: {m: output_tokens}}").costOf(used)).isEqualTo(10);
    assertThatThrownBy(() -> policy("cost: price(usd)").costOf(used))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "model \"m\" must have a price in usd, because quota spend refuses calls without one: add"
                + " it to the list of prices, or write unpriced: estimate");
    assertThatThrownBy(
            () ->
                policy("{cost: price(usd), unpriced: refuse}")
                    .costOf(UsageReport.builder().build()))
        .hasMessageStartingWith("a call without a model must have a price in usd");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          cost: price(USD)                               | price needs a currency of three lower-case letters, as in price(usd), was "USD"
          cost: price()                                  | price needs a currency of three lower-case letters, as in price(usd), was ""
          cost: price(usd                                | expected ) after the currency at the end
          cost: price(usd, eur)                          | write a decimal point instead of ","
          cost: price                                    | unknown name `price`
          cost: prices(usd)                              | expected +, -, * or /, was "("
          cost: price(usd) + price(eur)                  | cost must have prices in one currency, was eur, usd
          {cost: price(usd), unpriced: free}             | unknown unpriced `free`
          {cost: price(usd), unpriced: estimate}         | unpriced: estimate needs an estimate
          {cost: price(usd), unpriced: formula}          | unpriced: formula needs an estimate
          {cost: output_tokens, unpriced: refuse}        | unpriced is allowed only if the cost contains a price
          {cost: 5, unpriced: refuse}                    | unpriced is allowed only if the cost contains a price
          {usage-names: micro_usd, cost: micro_usd}      | usage name must not be that of a price: write price(usd) in the cost instead of "micro_usd"
          {unit: {name: c, label: c, style: money, currency: EUR}, cost: price(usd)} | price must be in the currency of the unit, which is eur, was usd
          """)
  void aMistakeIsNamed(String keys, String message) {
    assertThatThrownBy(() -> policy(keys))
        .isInstanceOf(PolicyException.class)
        .hasMessageContaining(message);
  }
}
