package dev.quota.redis;

import java.util.Map;
import java.util.regex.Pattern;

/** The parts of {@code take.lua}, with placeholders replaced and variables named. Immutable. */
final class ScriptParts {

  private static final Map<String, String> PARTS =
      LuaText.partsOf(LuaRules.included(LuaText.read("take.lua")));

  private static final Pattern VARIABLE = Pattern.compile("(local )?([@&$])([a-z]+)");

  /** Whether variables are fields of a table, because there are too many for Lua. */
  final boolean inTable;

  ScriptParts(boolean inTable) {
    this.inTable = inTable;
  }

  static String part(String name) {
    String part = PARTS.get(name);
    if (part == null) {
      throw new IllegalStateException("take.lua has no part " + name);
    }
    return part;
  }

  /** Returns a part with its placeholders replaced. Names and values alternate. */
  static String part(String name, Object... filled) {
    String part = part(name);
    for (int i = 0; i < filled.length; i += 2) {
      part = part.replace("{{" + filled[i] + "}}", String.valueOf(filled[i + 1]));
    }
    return part;
  }

  /** Renames the variables of a template with the numbers of its quota, entry and limit. */
  String named(String template, int quota, int entry, int limit) {
    return VARIABLE
        .matcher(template)
        .replaceAll(
            match -> {
              char level = match.group(2).charAt(0);
              int number = level == '@' ? limit : level == '&' ? entry : quota;
              String local = match.group(1) == null || inTable ? "" : match.group(1);
              return local + name(level, match.group(3), number);
            });
  }

  private String name(char level, String name, int number) {
    String suffix =
        switch (level) {
          case '@' -> "" + number;
          case '&' -> "_entry" + number;
          default -> "_quota" + number;
        };
    return (inTable ? "V." : "") + name + suffix;
  }
}
