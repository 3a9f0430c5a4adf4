package dev.quota.internal.formula;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quota.internal.text.PhraseException;
import dev.quota.policy.Capacity;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever stands in a formula is refused in one way, or computed as another arithmetic does. */
final class CostFormulaFuzzTest {

  private static final int CASES = 4_000;

  /** More digits than any formula here needs, and a distance that no two of its results have. */
  private static final MathContext DIGITS = new MathContext(600);

  private static final BigDecimal TINY = BigDecimal.ONE.movePointLeft(200);
  private static final BigDecimal MAX = BigDecimal.valueOf(Capacity.MAX_UNITS);
  private static final List<String> PARTS =
      List.of(
          "in",
          "out",
          "x_1",
          "0",
          "1",
          "4",
          "0.1",
          "2_000",
          "9".repeat(15),
          "(",
          ")",
          "(",
          ")",
          "+",
          "-",
          "*",
          "/",
          " ",
          "\t",
          ".",
          ",",
          "_",
          "e",
          "×",
          "−",
          "\u0000",
          "\ud83d",
          "😀",
          "é",
          "#",
          "%",
          "\"");

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  @Timeout(60)
  void anyTextIsReadOrRefusedWithItsPlace(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int read = 0;
    for (int i = 0; i < CASES; i++) {
      StringBuilder text = new StringBuilder();
      for (int parts = random.nextInt(1, random.nextInt(5) == 0 ? 300 : 8); parts > 0; parts--) {
        text.append(PARTS.get(random.nextInt(PARTS.size())));
      }
      String as = "seed " + seed + ", case " + i + ": " + text;
      try {
        long cost = CostFormula.parse(text.toString()).evaluate(name -> Capacity.MAX_UNITS);
        assertThat(cost).as(as).isBetween(0L, Capacity.MAX_UNITS);
        read++;
      } catch (PhraseException e) {
        assertThat(e.offset()).as(as).isBetween(0, text.length());
        assertThat(e).as(as).message().isNotBlank().hasSizeLessThan(250);
      }
    }
    assertThat(read).as("seed %d", seed).isBetween(CASES / 20, CASES / 2);
  }

  @ParameterizedTest
  @ValueSource(longs = {4, 5, 6, 7})
  @Timeout(60)
  void anyFormulaIsComputedAsAnotherArithmeticDoes(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int inside = 0;
    for (int i = 0; i < CASES; i++) {
      long in = random.nextInt(4) == 0 ? 0 : random.nextLong(1L << random.nextInt(1, 54));
      long out = random.nextInt(1_000);
      Tree tree = Tree.random(random, 4, in, out);
      String as = "seed " + seed + ", case " + i + ": " + tree.text + ", " + in + ", " + out;

      long cost = CostFormula.parse(tree.text).evaluate(name -> name.equals("in") ? in : out);

      assertThat(BigDecimal.valueOf(cost)).as(as).isEqualByComparingTo(rounded(tree.value));
      inside += cost > 0 && cost < Capacity.MAX_UNITS ? 1 : 0;
    }
    assertThat(inside).as("seed %d", seed).isGreaterThan(CASES / 4);
  }

  /** Rounds up, but not for what is there only because a third has no last digit. */
  private static BigDecimal rounded(BigDecimal value) {
    return value.subtract(TINY).setScale(0, RoundingMode.CEILING).max(BigDecimal.ZERO).min(MAX);
  }

  /** A formula as it is written, beside its value. */
  private record Tree(String text, BigDecimal value, boolean isConstant) {

    private static final List<String> NUMBERS =
        List.of("1", "4", "0.1", "2.5", "0.000000001", "3", "1_000", "7.25", "999999999999999");

    static Tree random(SplittableRandom random, int depth, long in, long out) {
      if (depth == 0 || random.nextInt(5) == 0) {
        return leaf(random, in, out);
      }
      Tree left = random(random, depth - 1, in, out);
      Tree right = random(random, depth - 1, in, out);
      String space = random.nextBoolean() ? " " : "";
      String sign = List.of("+", "-", "*", "/").get(random.nextInt(4));
      boolean constant = left.isConstant && right.isConstant;
      if (sign.equals("/") && right.isConstant && isZero(right.value)) {
        return left; // refused when it is read
      }
      String text = "(" + left.text + space + sign + space + right.text + ")";
      return new Tree(text, compute(sign, left.value, right.value), constant);
    }

    private static Tree leaf(SplittableRandom random, long in, long out) {
      return switch (random.nextInt(3)) {
        case 0 -> new Tree("in", BigDecimal.valueOf(in), false);
        case 1 -> new Tree("out", BigDecimal.valueOf(out), false);
        default -> {
          String number = NUMBERS.get(random.nextInt(NUMBERS.size()));
          yield new Tree(number, new BigDecimal(number.replace("_", "")), true);
        }
      };
    }

    private static BigDecimal compute(String sign, BigDecimal left, BigDecimal right) {
      return switch (sign) {
        case "+" -> left.add(right, DIGITS);
        case "-" -> left.subtract(right, DIGITS);
        case "*" -> left.multiply(right, DIGITS);
        default -> isZero(right) ? BigDecimal.ZERO : left.divide(right, DIGITS);
      };
    }

    private static boolean isZero(BigDecimal value) {
      return value.abs().compareTo(TINY) < 0;
    }
  }
}
