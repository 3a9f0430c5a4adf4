package dev.quota.models.internal;

import com.fasterxml.jackson.core.JsonParser;
import dev.quota.policy.Capacity;
import java.io.IOException;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/**
 * One value in a usage: a number of tokens, or something else in the place of one. Immutable.
 *
 * @param name the provider's name, with the names of its parents
 * @param number the number, if it is a valid number of tokens
 * @param text a short text unchanged; for other values their kind
 */
record Figure(String name, OptionalLong number, String text) {

  private static final Pattern WHOLE = Pattern.compile("[0-9]{1,16}(?:\\.0{1,16})?");
  private static final Pattern SHOWABLE =
      Pattern.compile("a string|an array|an object|[-+.0-9eE]{1,40}…?");
  private static final Pattern NUMERIC = Pattern.compile("-?[0-9][-+.0-9eE]{0,40}…?");
  private static final int LONGEST_TEXT = 64;
  private static final int LONGEST_NUMBER = 40;

  /** Reads the present value of the parser. */
  static Figure read(String name, JsonParser json) throws IOException {
    return switch (json.currentToken()) {
      case VALUE_NUMBER_INT -> whole(name, json);
      case VALUE_NUMBER_FLOAT -> fraction(name, json.getDoubleValue(), cut(json.getText()));
      case VALUE_STRING -> text(name, json);
      case VALUE_TRUE -> new Figure(name, OptionalLong.empty(), "true");
      case VALUE_FALSE -> new Figure(name, OptionalLong.empty(), "false");
      case START_ARRAY -> new Figure(name, OptionalLong.empty(), "an array");
      default -> new Figure(name, OptionalLong.empty(), "an object");
    };
  }

  private static Figure whole(String name, JsonParser json) throws IOException {
    String text = cut(json.getText());
    if (json.getNumberType() == JsonParser.NumberType.BIG_INTEGER) {
      return new Figure(name, OptionalLong.empty(), text);
    }
    return of(name, json.getLongValue(), text);
  }

  /** Makes a figure of a number, which may be one that no tokens can have. */
  static Figure of(String name, long number, String text) {
    boolean isPossible = number >= 0 && number <= Capacity.MAX_UNITS;
    return new Figure(name, isPossible ? OptionalLong.of(number) : OptionalLong.empty(), text);
  }

  /** Some services write 12 as 12.0. */
  private static Figure fraction(String name, double number, String text) {
    boolean isWhole = number == Math.rint(number) && Math.abs(number) <= Capacity.MAX_UNITS;
    return isWhole ? of(name, (long) number, text) : new Figure(name, OptionalLong.empty(), text);
  }

  /** Some services write 12 as "12". */
  private static Figure text(String name, JsonParser json) throws IOException {
    if (json.getTextLength() > LONGEST_TEXT) {
      return new Figure(name, OptionalLong.empty(), "a string");
    }
    String text = json.getText();
    if (WHOLE.matcher(text).matches()) {
      int point = text.indexOf('.');
      return of(name, Long.parseLong(point < 0 ? text : text.substring(0, point)), text);
    }
    return new Figure(name, OptionalLong.empty(), text);
  }

  private static String cut(String text) {
    return text.length() > LONGEST_NUMBER ? text.substring(0, LONGEST_NUMBER) + "…" : text;
  }

  /** Returns whether it is a number, even one that no tokens can have. */
  boolean isNumeric() {
    return number.isPresent() || NUMERIC.matcher(text).matches();
  }

  /** Returns the kind of the value, without text that may be private. */
  String kind() {
    if (text.equals("true") || text.equals("false")) {
      return "a boolean";
    }
    return SHOWABLE.matcher(text).matches() ? text : "a string";
  }
}
