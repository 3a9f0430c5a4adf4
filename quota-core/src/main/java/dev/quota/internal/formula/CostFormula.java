package dev.quota.internal.formula;

import dev.quota.internal.text.PhraseException;
import dev.quota.internal.text.UsageNames;
import dev.quota.policy.Capacity;
import java.math.BigDecimal;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.ToLongFunction;

/**
 * A formula that computes a cost from what a call used, such as {@code input_tokens + 4 *
 * output_tokens}.
 *
 * <pre>
 * formula = product { ( "+" | "-" ) product }
 * product = operand { ( "*" | "/" ) operand }
 * operand = number | name | price | "(" formula ")"
 * price   = "price" "(" currency ")"
 * number  = digits [ "." digits ], with optional "_" between the first digits
 * </pre>
 *
 * <p>A formula is a tree of numbers and names. It runs no code. Its length and depth are bounded.
 * The arithmetic is exact, and only the result is rounded, up to whole units. A result below zero
 * becomes zero. A result above {@link Capacity#MAX_UNITS} becomes that. A division by zero gives
 * zero. Instances are immutable.
 */
public final class CostFormula {

  private final String text;
  private final Node root;
  private final Map<String, Integer> names;
  private final Map<String, Integer> currencies;

  private CostFormula(
      String text, Node root, Map<String, Integer> names, Map<String, Integer> currencies) {
    this.text = text;
    this.root = root;
    this.names = Collections.unmodifiableMap(new LinkedHashMap<>(names));
    this.currencies = Collections.unmodifiableMap(new LinkedHashMap<>(currencies));
  }

  /**
   * Reads a formula.
   *
   * @param text the formula; any names are accepted
   * @return the formula
   * @throws PhraseException if it is not in the grammar
   */
  public static CostFormula parse(String text) {
    FormulaParser parser = new FormulaParser(text);
    Node root = parser.whole();
    return new CostFormula(text.strip(), root, parser.names(), parser.currencies());
  }

  /**
   * Returns the names in it.
   *
   * @return the position of the first use of each name, in characters from the start, in that order
   */
  public Map<String, Integer> names() {
    return names;
  }

  /**
   * Returns the currencies of the prices in it.
   *
   * @return the position of the first price in each currency, in that order
   */
  public Map<String, Integer> currencies() {
    return currencies;
  }

  /**
   * Returns the formula with prices in another unit than millionths of the currency.
   *
   * @param scale the number of decimal places of the currency that the unit has, such as 2 for
   *     cents
   */
  public CostFormula scaled(int scale) {
    return currencies.isEmpty()
        ? this
        : new CostFormula(text, root.scaled(scale), names, currencies);
  }

  /**
   * Computes the cost.
   *
   * @param values the value of each name, zero or more
   * @return units from 0 to {@link Capacity#MAX_UNITS}
   */
  public long evaluate(ToLongFunction<String> values) {
    return root.value(values).roundedUpBetween(0, Capacity.MAX_UNITS);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof CostFormula that && text.equals(that.text);
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }

  /** Returns the formula as it was written. */
  @Override
  public String toString() {
    return text;
  }

  /** A part of a formula. */
  sealed interface Node {

    Fraction value(ToLongFunction<String> values);

    /** Returns the node with its prices in a unit of a scale. */
    default Node scaled(int scale) {
      return this;
    }
  }

  public record Constant(Fraction number) implements Node {

    @Override
    public Fraction value(ToLongFunction<String> values) {
      return number;
    }
  }

  public record Name(String name) implements Node {

    @Override
    public Fraction value(ToLongFunction<String> values) {
      return Fraction.of(values.applyAsLong(name));
    }
  }

  public record Price(String currency) implements Node {

    private static final int MICROS = 6;

    @Override
    public Fraction value(ToLongFunction<String> values) {
      return Fraction.of(values.applyAsLong(UsageNames.price(currency)));
    }

    @Override
    public Node scaled(int scale) {
      if (scale == MICROS) {
        return this;
      }
      Fraction factor = Fraction.of(BigDecimal.TEN.pow(Math.abs(scale - MICROS)));
      Operator operator = scale < MICROS ? Operator.DIVIDED_BY : Operator.TIMES;
      return operator.between(this, new Constant(factor));
    }
  }

  public record Operation(Operator operator, Node left, Node right) implements Node {

    @Override
    public Fraction value(ToLongFunction<String> values) {
      return operator.apply(left.value(values), right.value(values));
    }

    @Override
    public Node scaled(int scale) {
      return operator.between(left.scaled(scale), right.scaled(scale));
    }
  }

  /** An arithmetic operator. */
  public enum Operator {
    PLUS,
    MINUS,
    TIMES,
    DIVIDED_BY;

    Fraction apply(Fraction left, Fraction right) {
      return switch (this) {
        case PLUS -> left.plus(right);
        case MINUS -> left.minus(right);
        case TIMES -> left.times(right);
        case DIVIDED_BY -> left.dividedBy(right);
      };
    }

    /** Returns two operands as one node. A part without names is computed at once. */
    Node between(Node left, Node right) {
      return left instanceof Constant one && right instanceof Constant other
          ? new Constant(apply(one.number(), other.number()).large().reduced())
          : new Operation(this, left, right);
    }
  }
}
