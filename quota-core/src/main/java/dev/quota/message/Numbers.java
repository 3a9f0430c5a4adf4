package dev.quota.message;

import dev.quota.policy.Unit;
import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.text.NumberFormat;
import java.util.Currency;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The number formats of one language. They are read from the platform once and applied here,
 * because the platform's formatters are slow and not thread-safe. Thread-safe.
 */
final class Numbers {

  private final Locale locale;
  private final char zero;
  private final char separator;
  private final char point;
  private final int groupSize;
  private final Affixes percent;
  private final Map<Currency, Affixes> currencies = new ConcurrentHashMap<>();

  /** The text before and after the digits. */
  private record Affixes(String before, String after) {}

  Numbers(Locale locale) {
    this.locale = locale;
    DecimalFormatSymbols symbols = DecimalFormatSymbols.getInstance(locale);
    zero = symbols.getZeroDigit();
    separator = symbols.getGroupingSeparator();
    point = symbols.getMonetaryDecimalSeparator();
    groupSize =
        NumberFormat.getIntegerInstance(locale) instanceof DecimalFormat format
                && format.isGroupingUsed()
            ? format.getGroupingSize()
            : 0;
    percent = affixes(NumberFormat.getPercentInstance(locale).format(0));
  }

  private Affixes affixes(String sample) {
    int first = sample.indexOf(zero);
    return new Affixes(sample.substring(0, first), sample.substring(sample.lastIndexOf(zero) + 1));
  }

  /** Appends {@code 2,000,000}. */
  void append(long number, StringBuilder out) {
    if (number < 0) {
      out.append('-');
    }
    int start = out.length();
    long rest = Math.abs(number);
    do {
      out.append((char) (zero + rest % 10));
      rest /= 10;
    } while (rest > 0);
    reverse(out, start);
    if (groupSize > 0) {
      for (int at = out.length() - groupSize; at > start; at -= groupSize) {
        out.insert(at, separator);
      }
    }
  }

  private static void reverse(StringBuilder out, int start) {
    for (int i = start, j = out.length() - 1; i < j; i++, j--) {
      char c = out.charAt(i);
      out.setCharAt(i, out.charAt(j));
      out.setCharAt(j, c);
    }
  }

  /** Appends the two digits of a clock. */
  void appendTwoDigits(int number, StringBuilder out) {
    out.append((char) (zero + number / 10)).append((char) (zero + number % 10));
  }

  /** Appends digits without grouping, for years. */
  void appendPlain(int number, StringBuilder out) {
    for (char c : Integer.toString(number).toCharArray()) {
      out.append((char) (zero + c - '0'));
    }
  }

  /** Appends {@code 16%}. */
  void appendPercent(long share, StringBuilder out) {
    out.append(percent.before);
    append(share, out);
    out.append(percent.after);
  }

  /** Appends {@code $12.34}, in the decimal places the currency has. */
  void appendMoney(long units, Unit.Money money, boolean roundUp, StringBuilder out) {
    Affixes affixes = currencies.computeIfAbsent(money.currency(), this::currencyAffixes);
    int places = places(money);
    int counted = Math.min(places, money.scale());
    long amount = units;
    for (int scale = money.scale(); scale > counted; scale--) {
      amount = roundUp ? (amount + 9) / 10 : amount / 10;
    }
    long one = 1;
    for (int i = 0; i < counted; i++) {
      one *= 10;
    }
    out.append(affixes.before);
    append(amount / one, out);
    if (places > 0) {
      out.append(point);
      for (long digit = one / 10; digit > 0; digit /= 10) {
        out.append((char) (zero + amount / digit % 10));
      }
      for (int i = counted; i < places; i++) {
        out.append(zero);
      }
    }
    out.append(affixes.after);
  }

  /** Returns how many units the smallest amount of the currency is; 1 if a unit can be shown. */
  static long unitsOfSmallestAmount(Unit.Money money) {
    long units = 1;
    for (int scale = money.scale(); scale > places(money); scale--) {
      units *= 10;
    }
    return units;
  }

  private static int places(Unit.Money money) {
    return Math.max(0, money.currency().getDefaultFractionDigits());
  }

  private Affixes currencyAffixes(Currency currency) {
    NumberFormat format = NumberFormat.getCurrencyInstance(locale);
    format.setCurrency(currency);
    format.setMinimumFractionDigits(0);
    format.setMaximumFractionDigits(0);
    return affixes(format.format(0));
  }
}
