package dev.quota.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quota.InPlacePolicy;
import dev.quota.Quota;
import dev.quota.internal.formula.CostFormula;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;

/** Policies that are written to take long, and texts that need a deep stack. */
@Timeout(20)
@Tag("timing")
final class PolicyBombTest {

  private static final int MEBI = 1 << 20;

  private static String many(int count, IntFunction<String> item) {
    return IntStream.range(0, count).mapToObj(item).collect(Collectors.joining(", "));
  }

  private static void isRefusedSoon(String yaml) {
    long start = System.nanoTime();
    List<String> mistakes = Read.mistakes(yaml);
    long millis = Duration.ofNanos(System.nanoTime() - start).toMillis();
    assertThat(mistakes).isNotEmpty().hasSizeLessThanOrEqualTo(101);
    assertThat(String.join("", mistakes).length()).isLessThan(200_000);
    // Generous: other builds share the machine. It took 238 s.
    assertThat(millis).isLessThan(5_000);
  }

  @Test
  void thousandsOfMisspeltPlansAreRefusedSoon() {
    isRefusedSoon(
        "version: 1\nplans: {"
            + many(15_000, i -> "planet-of-apes-number-" + i + ": {}")
            + "}\nquotas:\n  chat:\n    limits: 5 per minute\n    plans: {"
            + many(15_000, i -> "planet-of-apse-number-" + i + ": {minute: 1}")
            + "}\n");
  }

  @Test
  void candidatesOfAnyLengthCostLittle() {
    String word = "a".repeat(64);
    isRefusedSoon(
        "version: 1\nplans: {"
            + "b".repeat(500_000)
            + ": {}, "
            + many(3_000, i -> "a".repeat(58) + i + ": {}")
            + "}\ndefault-plan: "
            + word
            + "\nquotas:\n  chat:\n    limits: 5 per minute\n    plans: {"
            + many(900, i -> word.substring(4) + "x" + i + ": {minute: 1}")
            + "}\n");
  }

  @Test
  void whatIsTooManyIsRefusedSoon() {
    isRefusedSoon("version: 1\nplans: {" + many(2_000, i -> "p" + i + ": {}") + "}\n");
    isRefusedSoon(
        "version: 1\nquotas: {" + many(2_000, i -> "q" + i + ": {limits: 1 per day}") + "}\n");
    isRefusedSoon(
        "version: 1\nplans: {"
            + many(400, i -> "p" + i + ": {}")
            + "}\nquotas: {"
            + many(400, i -> "q" + i + ": {limits: 1 per day}")
            + "}\n");
    isRefusedSoon(Read.quotaWith("usage-names: [" + many(50_000, i -> "n" + i) + "]"));
    isRefusedSoon(
        Read.quotaWith("models: {" + many(20_000, i -> "m" + i + ": 2 * output_tokens") + "}"));
    isRefusedSoon(
        "version: 1\nquotas: {chat: {limits: {"
            + many(20_000, i -> "l" + i + ": 1 per day")
            + "}, plans: {}}}\n");
    isRefusedSoon(
        "version: 1\nplans: {free: {actions: ["
            + many(10_000, i -> "{rel: a, label: b, href: /c}")
            + "]}}\n");
    isRefusedSoon("version: 1\n" + many(MEBI / 20, i -> "k" + i).replace(", ", ": 1\n"));
  }

  @Test
  void buildersHaveTheSameBounds() {
    Policies.Builder plans = Policies.builder();
    IntStream.rangeClosed(0, Policies.MAX_PLANS).forEach(i -> plans.plan(Plan.of("p" + i)));
    assertThatThrownBy(plans::build).hasMessageContaining("at most 1000 quotas, 500 plans");
    List<Action> actions = Collections.nCopies(21, new Action("a", "b", "/c"));
    assertThatThrownBy(() -> new Plan("free", "Free", actions))
        .hasMessage("actions must be at most 20, was 21");
    QuotaPolicyBuilder models = QuotaPolicy.builder("chat").limit("day", "1 per day");
    IntStream.range(0, 1_001).forEach(i -> models.modelCost("m" + i, "1"));
    assertThatThrownBy(models::build).hasMessage("models must be at most 1000, was 1001");
  }

  private static Quota inPlace(String limit) {
    return (Quota)
        Proxy.newProxyInstance(
            Quota.class.getClassLoader(),
            new Class<?>[] {Quota.class},
            (proxy, method, arguments) ->
                switch (method.getName()) {
                  case "value" -> "chat";
                  case "limits" -> new String[] {limit};
                  case "warnAt" -> new String[0];
                  default -> throw new UnsupportedOperationException(method.getName());
                });
  }

  private static DynamicTest worst(String name, Consumer<String> reader, String input) {
    return DynamicTest.dynamicTest(
        name,
        () -> {
          ThrowingCallable reading = () -> reader.accept(input);
          long start = System.nanoTime();
          assertThatThrownBy(reading)
              .isInstanceOf(IllegalArgumentException.class)
              .satisfies(e -> assertThat(e.getMessage().length()).isLessThan(2_000));
          long millis = Duration.ofNanos(System.nanoTime() - start).toMillis();
          assertThat(millis).as("milliseconds").isLessThan(5_000);
        });
  }

  @TestFactory
  List<DynamicTest> aMebibyteOfTheWorstIsRefusedAtOnce() {
    String digits = "1_".repeat(MEBI / 2) + "1";
    String spaces = " ".repeat(MEBI);
    return List.of(
        worst("capacity", LimitPhrase::parseCapacity, digits),
        worst("limit", LimitPhrase::parse, digits + " per minute"),
        worst("limit of words", LimitPhrase::parse, "a ".repeat(MEBI / 2)),
        worst("formula", CostFormula::parse, digits),
        worst("formula of parentheses", CostFormula::parse, "(".repeat(MEBI)),
        worst("grace", Grace::parse, digits),
        worst("grace of spaces", Grace::parse, "1" + spaces + "x"),
        worst("threshold", Threshold::parse, "1" + spaces + "x"),
        worst("lease", LeasePhrase::lease, "1".repeat(MEBI) + " seconds"),
        worst("usage name", it -> QuotaPolicy.builder("q").usageNames(it), "a".repeat(MEBI)),
        worst("name", QuotaPolicy::builder, "a".repeat(MEBI)),
        worst("model", it -> QuotaPolicy.builder("q").modelCost(it, "1"), "a".repeat(MEBI)),
        worst("address", it -> new Action("a", "b", it), "/" + "a/".repeat(MEBI / 2)),
        worst("in place", it -> InPlacePolicy.of(inPlace(it)), spaces + "x"),
        worst("in place, a name", it -> InPlacePolicy.of(inPlace(it)), "a".repeat(MEBI) + ":"));
  }

  @Test
  void deepAndLongYamlIsRefusedSoon() {
    isRefusedSoon("version: 1\nquotas: " + "[".repeat(500_000));
    isRefusedSoon("version: 1\nquotas: " + "{a: ".repeat(200_000));
    isRefusedSoon("- ".repeat(400_000));
    isRefusedSoon(
        Read.quotaWith(
            "labels: {" + "a-".repeat(100_000) + "a: x, " + "de-x".repeat(999) + ": y}"));
    isRefusedSoon(Read.quotaWith("cost: " + "1_".repeat(200_000) + "1"));
    isRefusedSoon("version: 1\ndefault-zone: " + "A/".repeat(200_000) + "\n");
  }
}
