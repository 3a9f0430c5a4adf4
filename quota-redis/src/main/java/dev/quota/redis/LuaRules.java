package dev.quota.redis;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The arithmetic of limits in {@code rules.lua}. The scripts of {@link TakeScript} and {@link
 * OperateScript} contain the same rules, so that each is written once.
 */
final class LuaRules {

  private static final Map<String, String> RULES = LuaText.parts("rules.lua");

  private static final Pattern USE = Pattern.compile("(?m)^( *)--= ([a-z-]+)\n");

  private static final Pattern VARIABLE = Pattern.compile("[@&$][a-z]+");

  /** The names in operate.lua of variables of the rules; {@link #fieldOf} has the others. */
  private static final Map<String, String> FIELDS =
      Map.of(
          "@ends", "r.till",
          "@cap", "cap",
          "@until", "ends",
          "@mine", "mine",
          "$taken", "units",
          "&now", "state.time",
          "&changed", "state.changed",
          "&till", "ends");

  private LuaRules() {}

  /** Returns a text with its lines {@code --= name} replaced by the rules of these names. */
  static String included(String text) {
    return USE.matcher(text)
        .replaceAll(
            use -> Matcher.quoteReplacement(rule(use.group(2)).indent(use.group(1).length())));
  }

  /**
   * Returns the same, with the variables of the rules as fields of the loop variables of
   * operate.lua.
   */
  static String includedWithFields(String text) {
    return VARIABLE
        .matcher(included(text))
        .replaceAll(variable -> Matcher.quoteReplacement(fieldOf(variable.group())));
  }

  private static String fieldOf(String variable) {
    String owner = variable.startsWith("@") ? "r." : "ops.";
    String field = FIELDS.get(variable);
    return field == null ? owner + variable.substring(1) : field;
  }

  private static String rule(String name) {
    String rule = RULES.get(name);
    if (rule == null) {
      throw new IllegalStateException("rules.lua has no rule " + name);
    }
    return rule;
  }
}
