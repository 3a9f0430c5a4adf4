package dev.quota.message;

import dev.quota.LimitState;
import dev.quota.policy.Unit;
import java.util.function.Consumer;

/** The numbers of one limit as a person may see them: amounts, shares, or rounded. */
final class LimitAmounts {

  /** The rounding step of the shares of shared limits, in percent. */
  private static final int STEP = 5;

  private final Language language;
  private final Unit unit;
  private final long cost;
  private final LimitState limit;

  LimitAmounts(Language language, Unit unit, long cost, LimitState limit) {
    this.language = language;
    this.unit = unit;
    this.cost = cost;
    this.limit = limit;
  }

  void append(String name, StringBuilder out) {
    long units = units(name);
    if (isRounded(name)) {
      language.appendPercent(Math.max(count(name), STEP), out);
    } else {
      switch (style()) {
        case COUNT -> language.appendNumber(units, out);
        case PERCENT -> appendPercent(name, out);
        case MONEY -> appendMoney(name, units, out);
      }
    }
  }

  /** Appends a capacity, as a number or as money. */
  void appendCapacity(long units, StringBuilder out) {
    if (style() == Unit.Style.MONEY) {
      language.appendMoney(units, unit.money().orElseThrow(), false, out);
    } else {
      language.appendNumber(units, out);
    }
  }

  private void appendPercent(String name, StringBuilder out) {
    long share = count(name);
    if (name.equals("remaining") && share == 0 && units(name) > 0) {
      less(words -> language.appendPercent(1, words), out);
    } else {
      language.appendPercent(share, out);
    }
  }

  private void appendMoney(String name, long units, StringBuilder out) {
    Unit.Money money = unit.money().orElseThrow();
    long smallest = Numbers.unitsOfSmallestAmount(money);
    if (name.equals("remaining") && units > 0 && units < smallest) {
      less(words -> language.appendMoney(smallest, money, true, words), out);
    } else {
      boolean roundUp = name.equals("used") || name.equals("cost");
      language.appendMoney(units, money, roundUp, out);
    }
  }

  private void less(Consumer<StringBuilder> amount, StringBuilder out) {
    language.template("number.less").render(new OneText("amount", amount), out);
  }

  /** Returns the number that chooses the plural form. It is a share if a share is shown. */
  long count(String name) {
    if (isRounded(name)) {
      long left = roundedShare();
      return name.equals("used") ? 100 - left : left;
    }
    return style() == Unit.Style.PERCENT ? share(name) : units(name);
  }

  /**
   * Returns the style of numbers. Permits and calls are plain numbers, even if the unit is money.
   */
  private Unit.Style style() {
    return limit.countsPermits() || limit.countsCalls() ? Unit.Style.COUNT : unit.style();
  }

  private boolean isRounded(String name) {
    return limit.rounded() && (name.equals("remaining") || name.equals("used"));
  }

  private long roundedShare() {
    return Math.round(limit.remainingShare().orElse(1) * 100);
  }

  private long units(String name) {
    return switch (name) {
      case "limit" -> limit.limit().orElse(0);
      case "remaining" -> limit.remaining().orElse(0);
      case "used" -> limit.used().orElse(0);
      case "cost" -> cost;
      default -> throw new IllegalArgumentException("name must be a number, was " + name);
    };
  }

  /**
   * Returns a percentage of the limit. What is left is rounded down, and what is taken is rounded
   * up.
   */
  private long share(String name) {
    long capacity = limit.limit().orElse(0);
    if (capacity == 0) {
      return name.equals("remaining") ? 0 : 100;
    }
    return switch (name) {
      case "remaining" -> units(name) * 100 / capacity;
      case "used" -> {
        long used = (units(name) * 100 + capacity - 1) / capacity;
        yield units("remaining") > 0 ? Math.min(used, 99) : used;
      }
      default -> (units(name) * 100 + capacity - 1) / capacity;
    };
  }

  /** Returns the choice of words for what is left of a rounded limit. */
  String share() {
    if (limit.remaining().orElse(1) == 0) {
      return "zero";
    }
    long share = roundedShare();
    if (share < STEP) {
      return "little";
    }
    return share == 100 ? "full" : "some";
  }
}
