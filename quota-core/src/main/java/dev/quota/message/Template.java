package dev.quota.message;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A text with named arguments, parsed once. Instances are immutable.
 *
 * <p>An empty argument removes the space before it, so that optional sentences and zones leave no
 * gap. The values of arguments are never parsed.
 */
final class Template {

  private final Segment[] segments;

  Template(List<Segment> segments) {
    this.segments = segments.toArray(Segment[]::new);
  }

  void render(Arguments arguments, StringBuilder out) {
    for (Segment segment : segments) {
      segment.render(arguments, out);
    }
  }

  private static void renderOptional(Template part, Arguments arguments, StringBuilder out) {
    int start = out.length();
    part.render(arguments, out);
    closeGap(start, out);
  }

  private static void closeGap(int start, StringBuilder out) {
    if (out.length() == start && start > 0 && out.charAt(start - 1) == ' ') {
      out.setLength(start - 1);
    }
  }

  /** One piece of a template. */
  sealed interface Segment {
    void render(Arguments arguments, StringBuilder out);
  }

  record Text(String text) implements Segment {
    @Override
    public void render(Arguments arguments, StringBuilder out) {
      int length = out.length();
      boolean gap = text.charAt(0) == ' ' && (length == 0 || out.charAt(length - 1) == ' ');
      out.append(text, gap ? 1 : 0, text.length());
    }
  }

  record Argument(String name) implements Segment {
    @Override
    public void render(Arguments arguments, StringBuilder out) {
      int start = out.length();
      arguments.append(name, out);
      closeGap(start, out);
    }
  }

  record Plural(
      String name,
      PluralRule rule,
      Map<Long, Template> exact,
      Map<PluralRule.Category, Template> byCategory,
      Template other)
      implements Segment {
    @Override
    public void render(Arguments arguments, StringBuilder out) {
      long count = arguments.count(name);
      Template part = exact.isEmpty() ? null : exact.get(count);
      if (part == null) {
        part = byCategory.getOrDefault(rule.of(count), other);
      }
      renderOptional(part, arguments, out);
    }
  }

  record Select(String name, Map<String, Template> byChoice, Template other) implements Segment {

    Select {
      // Faster at finding than what Map.copyOf makes.
      byChoice = new HashMap<>(byChoice);
    }

    @Override
    public void render(Arguments arguments, StringBuilder out) {
      renderOptional(byChoice.getOrDefault(arguments.choice(name), other), arguments, out);
    }
  }
}
