package dev.quota.internal.text;

import java.util.Collection;

/** The grammar of the names of models and of numbers of use. */
public final class UsageNames {

  private static final String PRICE = "micro_";
  private static final int LONGEST_MODEL = 200;
  private static final int LONGEST = 64;

  private UsageNames() {}

  /** Returns whether it is the code of a currency in lower case. */
  public static boolean isCurrency(String text) {
    return text.matches("[a-z]{3}");
  }

  /** Returns the name of the number that has the price of a call, in millionths of a currency. */
  public static String price(String currency) {
    return PRICE + currency;
  }

  /** Returns a model's name if it is valid. */
  public static String requireModel(String name) {
    if (name.isBlank() || name.length() > LONGEST_MODEL || hasControls(name)) {
      throw new IllegalArgumentException(
          "model must be 1 to "
              + LONGEST_MODEL
              + " characters without control characters, was "
              + Quoted.text(name));
    }
    return name;
  }

  private static boolean hasControls(String name) {
    for (int i = 0; i < name.length(); i++) {
      if (Character.isISOControl(name.charAt(i))) {
        return true;
      }
    }
    return false;
  }

  /**
   * Returns the pattern of a model's name in a policy, if it is valid: a name, or the beginning of
   * one and a star.
   */
  public static String requirePattern(String pattern) {
    int star = pattern.indexOf('*');
    if (star == 0 || (star > 0 && star < pattern.length() - 1)) {
      throw new IllegalArgumentException(
          "model must have its * at the end, after at least one character, was "
              + Quoted.text(pattern));
    }
    return requireModel(pattern);
  }

  /** Returns the name of an application's own number if it is valid and not taken. */
  public static String requireOwn(String name, Collection<String> taken) {
    if (name.startsWith(PRICE) && isCurrency(name.substring(PRICE.length()))) {
      throw new IllegalArgumentException(
          "usage name must not be that of a price: write price("
              + name.substring(PRICE.length())
              + ") in the cost instead of "
              + Quoted.text(name));
    }
    return requireNumber(name, taken);
  }

  /** Returns the name of a number in a report if it is valid and not taken. */
  public static String requireNumber(String name, Collection<String> taken) {
    if (name.length() > LONGEST || !name.matches("[a-z][a-z0-9_]*")) {
      throw new IllegalArgumentException(
          "usage name must match [a-z][a-z0-9_]* and have at most "
              + LONGEST
              + " characters, was "
              + Quoted.text(name));
    }
    if (taken.contains(name)) {
      throw new IllegalArgumentException(
          "usage name must be none of " + taken + ", was " + Quoted.text(name));
    }
    return name;
  }
}
