package dev.quota.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quota.Quotas;
import dev.quota.Subject;
import dev.quota.policy.PolicyFile;
import dev.quota.usage.UsageReport;
import java.io.ByteArrayInputStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PriceListTest {

  private static final LocalDate DAY = LocalDate.of(2026, 11, 29);

  private static final String MINE =
      """
      # mine
      - {"model": "big*", "currency": "usd", "input": 2, "cached": 0.5, "cache-write": 2.5, "cache-write-1h": 4, "output": 8, "from": "2026-01-01", "source": "a contract", "read": "2026-01-01"}
      - {"model": "big*", "currency": "usd", "input": 1, "output": 4, "from": "2026-11-30", "source": "a contract", "read": "2026-01-01"}

      - {"model": "big-mini", "currency": "usd", "input": 0.1, "output": 0.4, "from": "2026-01-01", "source": "a contract", "read": "2026-01-01"}
      - {"model": "big*", "currency": "eur", "input": 3, "output": 9, "from": "2026-01-01", "source": "a contract", "read": "2026-01-01"}
      """;

  private static PriceList read(String text) {
    return PriceList.read(
        "mine.yaml", new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
  }

  private static UsageReport used(String model) {
    return UsageReport.builder()
        .model(model)
        .totalInputTokens(1_700)
        .cachedInputTokens(400)
        .cacheWriteInputTokens(300)
        .cacheWrite1hInputTokens(100)
        .outputTokens(50)
        .build();
  }

  @Test
  void eachKindOfTokenHasItsPrice() {
    UsageReport priced = read(MINE).priced(used("big-2026"), "usd", DAY).orElseThrow();
    assertThat(priced.amount("micro_usd")).isEqualTo(2_000 + 200 + 500 + 400 + 400);
    assertThat(priced.totalInputTokens()).isEqualTo(1_700);
  }

  @Test
  void theLongestPatternAndTheLatestDayThatHasComeCount() {
    PriceList prices = read(MINE);
    assertThat(prices.price("big-mini", "usd", DAY).orElseThrow().input())
        .isEqualByComparingTo("0.1");
    assertThat(prices.price("big-mini-2", "usd", DAY).orElseThrow().input())
        .isEqualByComparingTo("2");
    assertThat(prices.price("big-1", "usd", DAY.plusDays(1)).orElseThrow().input())
        .isEqualByComparingTo("1");
    assertThat(prices.price("big-1", "eur", DAY).orElseThrow().input()).isEqualByComparingTo("3");
    assertThat(prices.price("big-1", "usd", LocalDate.of(2025, 12, 31))).isEmpty();
    assertThat(prices.price("other", "usd", DAY)).isEmpty();
    assertThat(prices.price("bi", "usd", DAY)).isEmpty();
  }

  @Test
  void fractionsAreRoundedUpOnceForACall() {
    UsageReport one = UsageReport.builder().model("big-mini").inputTokens(3).build();
    assertThat(read(MINE).priced(one, "usd", DAY).orElseThrow().amount("micro_usd")).isEqualTo(1);
  }

  @Test
  void theBuiltInListSaysWhereEachLineIsFrom() {
    PriceList prices = PriceList.builtIn();
    assertThat(prices.prices())
        .hasSizeGreaterThan(10)
        .allSatisfy(it -> assertThat(it.source()).isNotBlank())
        .allSatisfy(it -> assertThat(it.read()).isAfterOrEqualTo(it.from()));
    assertThat(prices.price("gpt-4o-mini-2024-07-18", "usd", DAY).orElseThrow().output())
        .isEqualByComparingTo("0.60");
    assertThat(prices.price("gpt-4o-audio-preview", "usd", DAY)).isEmpty();
  }

  @Test
  void theApplicationsOwnPricesCountBeforeTheBuiltInOnes() {
    PriceList mine =
        read(
            """
            - {"model": "gpt-4o", "currency": "usd", "input": 1, "output": 2, "from": "2020-01-01", "source": "a contract", "read": "2026-01-01"}
            """);
    PriceList all = PriceList.builtIn().overriddenBy(mine);
    assertThat(all.price("gpt-4o", "usd", DAY).orElseThrow().input()).isEqualByComparingTo("1");
    assertThat(all.price("gpt-5", "usd", DAY)).isPresent();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "model: a",
        "- {\"model\": \"a\"}",
        "- {\"model\": \"a*b\", \"currency\": \"usd\", \"input\": 1, \"output\": 1, \"from\": \"2026-01-01\", \"source\": \"x\", \"read\": \"2026-01-01\"}",
        "- {\"model\": \"a\", \"currency\": \"USD\", \"input\": 1, \"output\": 1, \"from\": \"2026-01-01\", \"source\": \"x\", \"read\": \"2026-01-01\"}",
        "- {\"model\": \"a\", \"currency\": \"usd\", \"input\": -1, \"output\": 1, \"from\": \"2026-01-01\", \"source\": \"x\", \"read\": \"2026-01-01\"}",
        "- {\"model\": \"a\", \"currency\": \"usd\", \"input\": \"x\", \"output\": 1, \"from\": \"2026-01-01\", \"source\": \"x\", \"read\": \"2026-01-01\"}",
        "- {\"model\": \"a\", \"currency\": \"usd\", \"input\": 1, \"output\": 1, \"from\": \"today\", \"source\": \"x\", \"read\": \"2026-01-01\"}",
        "- {\"model\": \"a\", \"price\": 1}",
        "- {\"model\": \"a\", \"model\": \"b\"}",
        "- {\"model\": \"a\"",
      })
  void aMalformedLineIsNamed(String line) {
    assertThatThrownBy(() -> read("# first\n" + line + "\n"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("mine.yaml:2: ");
  }

  private static long charged(String rule, String model, String reported) {
    String policy =
        """
        version: 1
        quotas:
          spending:
            unit: {name: cent, label: cents, style: money, currency: USD, scale: 5}
            limits: 100_000 per calendar day
            cost: price(usd)
            estimate: 77
        """
            + rule.indent(4);
    try (Quotas quotas =
        Quotas.builder().policies(PolicyFile.read("q.yaml", new StringReader(policy))).build()) {
      ModelCalls calls = ModelCalls.builder(quotas, "spending").prices(read(MINE)).build();
      ModelCall call =
          calls.begin(
              Subject.user("alice"),
              new ModelRequest(Optional.of(model), 100, OptionalLong.of(50)));
      boolean unused = ModelCalls.await(call.beginRound(100));
      UsageJson answer = new UsageJson();
      answer.add(
          "{\"model\":\""
              + model
              + "\",\"usage\":{\"prompt_tokens\":100,\"completion_tokens\":50"
              + reported
              + "}}");
      call.endRound(answer.report());
      return ModelCalls.await(call.end()).charged();
    }
  }

  @Test
  void aPolicyThatAsksForPricesChargesThem() {
    assertThat(charged("", "big-mini", "")).isEqualTo(3);
    assertThat(charged("", "big-1", "")).isIn(20L + 40, 10L + 20);
    assertThat(charged("models: {big-mini: 2 * price(usd)}", "big-mini", "")).isEqualTo(6);
    assertThat(charged("models: {local: output_tokens}", "local", "")).isEqualTo(50);
  }

  @Test
  void aModelWithoutAPriceIsNeverFree() {
    assertThat(charged("unpriced: estimate", "small", "")).isEqualTo(77);
    assertThat(charged("unpriced: formula", "small", "")).isEqualTo(77);
    assertThat(
            charged(
                "unpriced: formula\nmodels: {small: price(usd) + 2 * output_tokens}", "small", ""))
        .isEqualTo(100);
    assertThatThrownBy(() -> charged("", "small", ""))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "model \"small\" must have a price in usd, because quota spending refuses calls without"
                + " one: add it to the list of prices, or write unpriced: estimate (the list has 4"
                + " prices, read on 2026-01-01)");
    assertThatThrownBy(() -> charged("unpriced: refuse", "small", ""))
        .hasMessageStartingWith("model \"small\" must have a price");
  }

  /** A list says what an application wants to charge, and a provider what it bills. */
  @Test
  void theCostThatAProviderReportsCountsForAModelWithoutAPrice() {
    assertThat(charged("unpriced: estimate", "small", ",\"cost\":0.00123")).isEqualTo(123);
    assertThat(charged("unpriced: estimate", "big-mini", ",\"cost\":0.00123")).isEqualTo(3);
  }

  @Test
  void aListSaysWhenItWasRead() {
    assertThat(PriceList.builtIn())
        .hasToString(
            "the list has " + PriceList.builtIn().prices().size() + " prices, read on 2026-11-29");
    assertThat(PriceList.of(List.of())).hasToString("the list has no prices");
  }
}
