package dev.quota.internal.formula;

import dev.quota.internal.formula.CostFormula.Constant;
import dev.quota.internal.formula.CostFormula.Name;
import dev.quota.internal.formula.CostFormula.Node;
import dev.quota.internal.formula.CostFormula.Operator;
import dev.quota.internal.formula.CostFormula.Price;
import dev.quota.internal.text.PhraseException;
import dev.quota.internal.text.PhraseWords;
import dev.quota.internal.text.UsageNames;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads one formula from left to right, by the grammar of {@link CostFormula}. */
final class FormulaParser {

  static final int LONGEST = 500;
  static final int DEEPEST = 16;

  private static final String PRICE = "price";
  private static final int SHOWN = 60;
  private static final int MOST_DIGITS = 15;
  private static final int MOST_DECIMALS = 9;
  private static final Pattern NUMBER = Pattern.compile("(\\d+(?:_\\d+)*)(?:\\.(\\d+))?");

  /** Characters that people paste from documents, and the operator that each means. */
  private static final String FOREIGN = "×✕·∙÷∕−–—";

  private static final String MEANT = "****//---";

  private final String source;
  private final Map<String, Integer> names = new LinkedHashMap<>();
  private final Map<String, Integer> currencies = new LinkedHashMap<>();
  private int next;

  FormulaParser(String source) {
    this.source = source;
  }

  /** Returns the position of the first use of each name. */
  Map<String, Integer> names() {
    return names;
  }

  /** Returns the position of the first price in each currency. */
  Map<String, Integer> currencies() {
    return currencies;
  }

  /** Parses the whole source. */
  Node whole() {
    if (source.length() > LONGEST) {
      throw new PhraseException(
          "a cost must have at most " + LONGEST + " characters, was " + source.length(), 0);
    }
    Node formula = formula(0);
    if (next < source.length()) {
      throw source.charAt(next) == ')'
          ? new PhraseException("nothing is open that this ) could close", next)
          : expected("+, -, * or /");
    }
    return formula;
  }

  private Node formula(int depth) {
    Node left = product(depth);
    while (true) {
      if (accept('+')) {
        left = Operator.PLUS.between(left, product(depth));
      } else if (accept('-')) {
        left = Operator.MINUS.between(left, product(depth));
      } else {
        return left;
      }
    }
  }

  private Node product(int depth) {
    Node left = operand(depth);
    while (true) {
      if (accept('*')) {
        left = Operator.TIMES.between(left, operand(depth));
      } else if (accept('/')) {
        left = Operator.DIVIDED_BY.between(left, divisor(depth));
      } else {
        return left;
      }
    }
  }

  private Node divisor(int depth) {
    skipSpace();
    int at = next;
    Node divisor = operand(depth);
    if (divisor instanceof Constant constant && constant.number().isZero()) {
      throw new PhraseException("nothing can be divided by " + shown(at, next), at);
    }
    return divisor;
  }

  private Node operand(int depth) {
    skipSpace();
    int at = next;
    if (accept('(')) {
      if (depth == DEEPEST) {
        throw new PhraseException("at most " + DEEPEST + " ( may be open at once", at);
      }
      Node inner = formula(depth + 1);
      if (!accept(')')) {
        throw next < source.length()
            ? expected("+, -, *, / or )")
            : new PhraseException("this ( is not closed", at);
      }
      return inner;
    }
    if (next < source.length() && isDigitOrPoint(source.charAt(next))) {
      return number();
    }
    if (next < source.length() && isWordPart(source.charAt(next))) {
      return name();
    }
    throw expected("a number, a name or (");
  }

  private Node number() {
    int at = next;
    String written = word();
    Matcher parts = NUMBER.matcher(written);
    if (!parts.matches()) {
      String hint =
          written.matches("[0-9_.]+[A-Za-z].*") ? "; between a number and a name stands a *" : "";
      throw new PhraseException(
          "a number must be like 4, 0.1 or 2_000_000, was " + shown(at, next) + hint, at);
    }
    String digits = parts.group(1).replace("_", "");
    String decimals = parts.group(2) == null ? "0" : parts.group(2);
    if (digits.length() > MOST_DIGITS || decimals.length() > MOST_DECIMALS) {
      throw new PhraseException(
          "a number must have at most "
              + MOST_DIGITS
              + " digits before its point and "
              + MOST_DECIMALS
              + " after it, was "
              + shown(at, next),
          at);
    }
    return new Constant(Fraction.of(new BigDecimal(digits + "." + decimals)));
  }

  private Node name() {
    int at = next;
    String name = word();
    if (name.equals(PRICE) && accept('(')) {
      return price();
    }
    names.putIfAbsent(name, at);
    return new Name(name);
  }

  private Node price() {
    skipSpace();
    int at = next;
    String currency = word();
    if (!UsageNames.isCurrency(currency)) {
      throw new PhraseException(
          "price needs a currency of three lower-case letters, as in price(usd), was "
              + shown(at, next),
          at);
    }
    if (!accept(')')) {
      throw expected(") after the currency");
    }
    currencies.putIfAbsent(currency, at);
    return new Price(currency);
  }

  /** Takes everything that looks like one word, so that a message shows all of it. */
  private String word() {
    int start = next;
    while (next < source.length()
        && (isWordPart(source.charAt(next)) || isDigitOrPoint(source.charAt(next)))) {
      next++;
    }
    return source.substring(start, next);
  }

  private static boolean isWordPart(char c) {
    return c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  }

  private static boolean isDigitOrPoint(char c) {
    return c == '.' || (c >= '0' && c <= '9');
  }

  private boolean accept(char c) {
    skipSpace();
    if (next < source.length() && source.charAt(next) == c) {
      next++;
      return true;
    }
    return false;
  }

  private void skipSpace() {
    while (next < source.length() && PhraseWords.isSpace(source.charAt(next))) {
      next++;
    }
  }

  /** Returns the error that something else was expected here. */
  private PhraseException expected(String what) {
    if (next == source.length()) {
      return new PhraseException("expected " + what + " at the end", next);
    }
    int sign = FOREIGN.indexOf(source.charAt(next));
    if (sign >= 0) {
      return new PhraseException(
          "write " + MEANT.charAt(sign) + " instead of " + shown(next, next + 1), next);
    }
    if (source.charAt(next) == ',') {
      return new PhraseException("write a decimal point instead of \",\"", next);
    }
    int start = next;
    word();
    int end = next > start ? next : source.offsetByCodePoints(start, 1);
    return new PhraseException("expected " + what + ", was " + shown(start, end), start);
  }

  private String shown(int start, int end) {
    String text = source.substring(start, Math.min(end, start + SHOWN));
    String cut = end > start + SHOWN ? text + "…" : text;
    return "\"" + cut.replaceAll("\\p{Cntrl}", " ") + "\"";
  }
}
