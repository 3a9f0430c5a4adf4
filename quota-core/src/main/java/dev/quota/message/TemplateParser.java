package dev.quota.message;

import dev.quota.message.PluralRule.Category;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads the grammar of templates.
 *
 * <pre>
 * template = { text | "'{'" | "'}'" | "{" name "}"
 *            | "{" name "," "plural" "," { ( "=" digits | category ) "{" template "}" } "}"
 *            | "{" name "," "select" "," { choice "{" template "}" } "}" }
 * </pre>
 *
 * <p>A plural and a select must have the case {@code other}.
 */
final class TemplateParser {

  private static final String OTHER = "other";
  private static final int DEEPEST = 12;

  private final String source;
  private final PluralRule rule;
  private final Vocabulary words;
  private int next;

  private TemplateParser(String source, PluralRule rule, Vocabulary words) {
    this.source = source;
    this.rule = rule;
    this.words = words;
  }

  static Template parse(String source, PluralRule rule, Vocabulary words) throws TemplateException {
    TemplateParser parser = new TemplateParser(source, rule, words);
    Template template = parser.template(0);
    if (parser.next < source.length()) {
      throw new TemplateException("nothing is open that this } could close", parser.next);
    }
    return template;
  }

  private Template template(int depth) throws TemplateException {
    if (depth > DEEPEST) {
      throw new TemplateException("cases are nested too deeply", next);
    }
    List<Template.Segment> segments = new ArrayList<>();
    StringBuilder text = new StringBuilder();
    while (next < source.length() && source.charAt(next) != '}') {
      char c = source.charAt(next);
      if (c == '{') {
        flush(text, segments);
        segments.add(argument(depth));
      } else if (isQuotedBrace()) {
        text.append(source.charAt(next + 1));
        next += 3;
      } else {
        text.append(c);
        next++;
      }
    }
    flush(text, segments);
    return new Template(segments);
  }

  private boolean isQuotedBrace() {
    return source.startsWith("'{'", next) || source.startsWith("'}'", next);
  }

  private static void flush(StringBuilder text, List<Template.Segment> segments) {
    if (text.length() > 0) {
      segments.add(new Template.Text(text.toString()));
      text.setLength(0);
    }
  }

  private Template.Segment argument(int depth) throws TemplateException {
    next++;
    skipSpace();
    int at = next;
    String name = word("the name of an argument");
    skipSpace();
    if (accept('}')) {
      words.requirePrintable(name, at);
      return new Template.Argument(name);
    }
    expect(',', "} or , after the name of an argument");
    skipSpace();
    int typeAt = next;
    String type = word("plural or select");
    skipSpace();
    expect(',', "a , after " + type);
    return switch (type) {
      case "plural" -> {
        words.requireNumber(name, at);
        yield plural(name, depth);
      }
      case "select" -> {
        words.requireChoice(name, at);
        yield select(name, depth);
      }
      default -> throw new TemplateException("expected plural or select, was " + type, typeAt);
    };
  }

  private Template.Segment plural(String name, int depth) throws TemplateException {
    Map<Long, Template> exact = new HashMap<>();
    Map<Category, Template> byCategory = new EnumMap<>(Category.class);
    int start = next;
    for (skipSpace(); !accept('}'); skipSpace()) {
      int at = next;
      boolean seen;
      if (accept('=')) {
        long number = number(at);
        seen = exact.put(number, part(depth)) != null;
      } else {
        Category category = category(word("a plural category"), at);
        seen = byCategory.put(category, part(depth)) != null;
      }
      if (seen) {
        throw new TemplateException("this case stands here twice", at);
      }
    }
    Template other = byCategory.get(Category.OTHER);
    if (other == null) {
      throw new TemplateException("the case other is missing", start);
    }
    return new Template.Plural(name, rule, Map.copyOf(exact), byCategory, other);
  }

  private Template.Segment select(String name, int depth) throws TemplateException {
    Map<String, Template> byChoice = new HashMap<>();
    int start = next;
    for (skipSpace(); !accept('}'); skipSpace()) {
      int at = next;
      String choice = word("a case");
      if (!choice.equals(OTHER)) {
        words.requireCase(name, choice, at);
      }
      if (byChoice.put(choice, part(depth)) != null) {
        throw new TemplateException("this case stands here twice", at);
      }
    }
    Template other = byChoice.remove(OTHER);
    if (other == null) {
      throw new TemplateException("the case other is missing", start);
    }
    return new Template.Select(name, byChoice, other);
  }

  private Template part(int depth) throws TemplateException {
    skipSpace();
    expect('{', "{ before the text of a case");
    Template part = template(depth + 1);
    expect('}', "} after the text of a case");
    return part;
  }

  private static Category category(String word, int at) throws TemplateException {
    return Category.of(word)
        .orElseThrow(
            () ->
                new TemplateException(
                    "expected zero, one, two, few, many, other or =number, was " + word, at));
  }

  private long number(int at) throws TemplateException {
    int start = next;
    while (next < source.length() && source.charAt(next) >= '0' && source.charAt(next) <= '9') {
      next++;
    }
    if (next == start || next - start > 15) {
      throw new TemplateException("expected a whole number after =", at);
    }
    return Long.parseLong(source.substring(start, next));
  }

  private String word(String expected) throws TemplateException {
    int start = next;
    while (next < source.length() && isWordPart(source.charAt(next))) {
      next++;
    }
    if (next == start) {
      throw new TemplateException("expected " + expected, start);
    }
    return source.substring(start, next).intern();
  }

  private static boolean isWordPart(char c) {
    return c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  }

  private void skipSpace() {
    while (next < source.length() && Character.isWhitespace(source.charAt(next))) {
      next++;
    }
  }

  private boolean accept(char c) {
    if (next < source.length() && source.charAt(next) == c) {
      next++;
      return true;
    }
    return false;
  }

  private void expect(char c, String expected) throws TemplateException {
    if (!accept(c)) {
      throw new TemplateException("expected " + expected, next);
    }
  }
}
