package dev.quota.internal.formula;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.quota.internal.text.PhraseException;
import dev.quota.policy.Capacity;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class CostFormulaTest {

  /** What the names of the tables stand for; everything else is 0. */
  private static final Map<String, Long> USED =
      Map.of("in", 1000L, "out", 300L, "cached", 11L, "max", Capacity.MAX_UNITS);

  private static long cost(String formula) {
    return CostFormula.parse(formula).evaluate(name -> USED.getOrDefault(name, 0L));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          in                              | 1000
          in + 4 * out                    | 2200
          in + 4 * out + 0.1 * cached     | 2202
          4                               | 4
          2_000_000 + 1                   | 2000001
          00.50 * in                      | 500
          in - out - 1                    | 699
          in - (out - 1)                  | 701
          in / 10 / 10                    | 10
          in / (10 / 10)                  | 1000
          in + out * 2                    | 1600
          (in + out) * 2                  | 2600
          ((((in))))                      | 1000
          in*out/1000                     | 300
          10 / 4                          | 3
          in2 + _x + a_b                  | 0
          """)
  void isComputedByTheUsualRules(String formula, long expected) {
    assertThat(cost(formula)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          0.1 * cached                    | 2
          0.1 * cached - 1.1              | 0
          0.1 + 0.2 - 0.3 + in            | 1000
          in / 3 * 3                      | 1000
          in / 3 + in / 3 + in / 3        | 1000
          0.000000001 * cached            | 1
          1.000000001 * in                | 1001
          (in - 999.1) * 10               | 9
          max / 3 * 3 / max               | 1
          max * 1000.1 - max * 1000       | 900719925474100
          max * max / max / max * in      | 1000
          in * (1 / (0 - max)) * (0 - max) | 1000
          999999999999999.999999999 - 999999999999998 | 2
          in / 3                          | 334
          """)
  void isExactAndRoundedUpOnlyAtTheEnd(String formula, long expected) {
    assertThat(cost(formula)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          cached - in                     | 0
          (cached - in) / 3               | 0
          (cached - in) * (out - in)      | 692300
          in / (cached - in - 11)         | 0
          (0 - in) / (0 - 3)              | 334
          in / nothing                    | 0
          out + in / (out - 300)          | 300
          max                             | 9007199254740991
          max - 1                         | 9007199254740990
          max + 0.1                       | 9007199254740991
          max + max                       | 9007199254740991
          max * max * max * max           | 9007199254740991
          max * max / max                 | 9007199254740991
          max * max / max - 1             | 9007199254740990
          999999999999999 * in            | 9007199254740991
          """)
  void staysBetweenNothingAndTheLargestCount(String formula, long expected) {
    assertThat(cost(formula)).isEqualTo(expected);
  }

  @Test
  void theLongestProductOfTheLargestCountsIsComputed() {
    String formula = "max" + "*max".repeat((FormulaParser.LONGEST - 3) / 4);

    assertThat(cost(formula)).isEqualTo(Capacity.MAX_UNITS);
    assertThat(cost("1/(" + formula.substring(0, 399) + ")")).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          ``                 |  0 | expected a number, a name or ( at the end
          `  `               |  2 | expected a number, a name or ( at the end
          in +               |  4 | expected a number, a name or ( at the end
          in + * out         |  5 | expected a number, a name or (, was "*"
          * in               |  0 | expected a number, a name or (, was "*"
          - in               |  0 | expected a number, a name or (, was "-"
          in ** 2            |  4 | expected a number, a name or (, was "*"
          in out             |  3 | expected +, -, * or /, was "out"
          4 5                |  2 | expected +, -, * or /, was "5"
          4 in               |  2 | expected +, -, * or /, was "in"
          in (out)           |  3 | expected +, -, * or /, was "("
          (in) out           |  5 | expected +, -, * or /, was "out"
          in % 4             |  3 | expected +, -, * or /, was "%"
          in ^ 2             |  3 | expected +, -, * or /, was "^"
          in; out            |  2 | expected +, -, * or /, was ";"
          (in + out          |  0 | this ( is not closed
          (in + (out)        |  0 | this ( is not closed
          (in out)           |  4 | expected +, -, *, / or ), was "out"
          in + out)          |  8 | nothing is open that this ) could close
          )                  |  0 | expected a number, a name or (, was ")"
          ()                 |  1 | expected a number, a name or (, was ")"
          """)
  void whatIsMissingOrTooMuchIsSaidWhereItIs(String formula, int offset, String message) {
    assertRefused(formula, offset, message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          .5 * in            |  0 | a number must be like 4, 0.1 or 2_000_000, was ".5"
          in * 5.            |  5 | a number must be like 4, 0.1 or 2_000_000, was "5."
          1.2.3              |  0 | a number must be like 4, 0.1 or 2_000_000, was "1.2.3"
          1__0               |  0 | a number must be like 4, 0.1 or 2_000_000, was "1__0"
          in + 1e6           |  5 | a number must be like 4, 0.1 or 2_000_000, was "1e6"; between a number and a name stands a *
          4out               |  0 | a number must be like 4, 0.1 or 2_000_000, was "4out"; between a number and a name stands a *
          in + 1234567890123456 | 5 | a number must have at most 15 digits before its point and 9 after it, was "1234567890123456"
          0.1234567890       |  0 | a number must have at most 15 digits before its point and 9 after it, was "0.1234567890"
          1,5 * in           |  1 | write a decimal point instead of ","
          4 × in             |  2 | write * instead of "×"
          in ÷ 4             |  3 | write / instead of "÷"
          in − 4             |  3 | write - instead of "−"
          −4                 |  0 | write - instead of "−"
          in / 0             |  5 | nothing can be divided by "0"
          in / 0.0 + 1       |  5 | nothing can be divided by "0.0"
          in / (2 - 1 - 1)   |  5 | nothing can be divided by "(2 - 1 - 1)"
          1 / (1 / 3 * 3 - 1) | 4 | nothing can be divided by "(1 / 3 * 3 - 1)"
          in + 😀            |  5 | expected a number, a name or (, was "😀"
          """)
  void whatIsNoNumberOrNoSignIsSaidWhereItIs(String formula, int offset, String message) {
    assertRefused(formula, offset, message);
  }

  @Test
  void lengthAndDepthHaveABound() {
    String open = "(".repeat(FormulaParser.DEEPEST);
    String close = ")".repeat(FormulaParser.DEEPEST);
    String longest = "in" + " ".repeat(FormulaParser.LONGEST - 2);

    assertThat(cost(open + "in" + close)).isEqualTo(1000);
    assertRefused("(" + open + "in" + close + ")", 16, "at most 16 ( may be open at once");
    assertRefused("(".repeat(400), 16, "at most 16 ( may be open at once");
    assertThat(cost(longest)).isEqualTo(1000);
    assertRefused(longest + " ", 0, "a cost must have at most 500 characters, was 501");
    assertRefused(
        "9".repeat(400),
        0,
        "a number must have at most 15 digits before its point and 9"
            + " after it, was \""
            + "9".repeat(60)
            + "…\"");
  }

  @Test
  void namesAreKeptWithThePlaceWhereEachStandsFirst() {
    assertThat(CostFormula.parse(" in + 2 * (gen_ai.x - in) + In").names())
        .containsExactly(Map.entry("in", 1), Map.entry("gen_ai.x", 11), Map.entry("In", 28));
  }

  @ParameterizedTest
  @ValueSource(strings = {"in+out", " in +\tout ", "in\n+ out", "in\u00a0+ out"})
  void spaceDoesNotMatter(String formula) {
    assertThat(cost(formula)).isEqualTo(1300);
  }

  @Test
  void formulasAreEqualIfTheyAreWrittenAlike() {
    CostFormula formula = CostFormula.parse(" in + out ");

    assertThat(formula).isEqualTo(CostFormula.parse("in + out")).hasToString("in + out");
    assertThat(formula).hasSameHashCodeAs(CostFormula.parse("in + out"));
    assertThat(formula).isNotEqualTo(CostFormula.parse("in + 1"));
  }

  private static void assertRefused(String formula, int offset, String message) {
    assertThatThrownBy(() -> CostFormula.parse(formula)).hasMessage(message);
    assertThat(
            catchThrowableOfType(PhraseException.class, () -> CostFormula.parse(formula)).offset())
        .as(formula)
        .isEqualTo(offset);
  }
}
