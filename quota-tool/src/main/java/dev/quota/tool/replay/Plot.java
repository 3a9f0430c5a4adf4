package dev.quota.tool.replay;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** A plot with a bar for each of some names, now and before, and a table of the same numbers. */
final class Plot {

  private static final int WIDTH = 720;
  private static final int HEIGHT = 220;
  private static final int LEFT = 64;
  private static final int BOTTOM = 28;
  private static final int TOP = 12;

  private final String id;
  private final String title;
  private final List<String> names;
  private final long[] now;
  private final Optional<long[]> before;

  Plot(String id, String title, List<String> names, long[] now, Optional<long[]> before) {
    this.id = id;
    this.title = title;
    this.names = names;
    this.now = now;
    this.before = before;
  }

  private boolean isEmpty() {
    return Arrays.stream(now).sum() + before.map(old -> Arrays.stream(old).sum()).orElse(0L) == 0;
  }

  void write(Html html) {
    html.open("section").element("h2", title);
    if (isEmpty()) {
      html.element("p", "None.").close("section");
      return;
    }
    html.open(
        "svg",
        "viewBox",
        "0 0 " + WIDTH + " " + HEIGHT,
        "role",
        "img",
        "aria-labelledby",
        id + "-title");
    html.element("title", title + ". " + summary(), "id", id + "-title");
    axis(html);
    bars(html);
    html.close("svg");
    table(html);
    html.close("section");
  }

  private String summary() {
    int most = 0;
    for (int i = 1; i < now.length; i++) {
      most = now[i] > now[most] ? i : most;
    }
    return "The most are " + TextReport.number(now[most]) + " at " + names.get(most) + ".";
  }

  private long top() {
    long most = Arrays.stream(now).max().orElse(1);
    long old = before.map(counts -> Arrays.stream(counts).max().orElse(1)).orElse(1L);
    long needed = Math.max(1, Math.max(most, old));
    long step = 1;
    while (step * 10 < needed) {
      step *= 10;
    }
    long round = needed % step == 0 ? needed : (needed / step + 1) * step;
    return Math.max(needed <= 4 ? 4 : 1, round);
  }

  private double y(long value) {
    return HEIGHT - BOTTOM - (double) value * (HEIGHT - BOTTOM - TOP) / top();
  }

  private void axis(Html html) {
    for (long quarter : new long[] {0, 2, 4}) {
      long value = top() * quarter / 4;
      String y = at(y(value));
      html.open("line", "class", "grid", "x1", "" + LEFT, "x2", "" + WIDTH, "y1", y, "y2", y)
          .close("line");
      html.element(
          "text",
          TextReport.number(value),
          "class",
          "value",
          "x",
          "" + (LEFT - 8),
          "y",
          at(y(value) + 4));
    }
  }

  private void bars(Html html) {
    double slot = (double) (WIDTH - LEFT) / names.size();
    double width = Math.min(44, slot * (before.isPresent() ? 0.38 : 0.7));
    int every = names.size() > 12 ? 2 : 1;
    for (int i = 0; i < names.size(); i++) {
      double middle = LEFT + slot * (i + 0.5);
      if (before.isPresent()) {
        bar(html, "before", middle - width, width, before.get()[i], names.get(i) + ", before");
        bar(html, "now", middle, width, now[i], names.get(i) + ", now");
      } else {
        bar(html, "now", middle - width / 2, width, now[i], names.get(i));
      }
      if (i % every == 0) {
        html.element(
            "text", names.get(i), "class", "name", "x", at(middle), "y", "" + (HEIGHT - 8));
      }
    }
  }

  private void bar(Html html, String kind, double x, double width, long value, String name) {
    double top = y(value);
    html.open(
            "rect",
            "class",
            kind,
            "x",
            at(x),
            "y",
            at(top),
            "width",
            at(width),
            "height",
            at(HEIGHT - BOTTOM - top))
        .element("title", name + ": " + TextReport.number(value))
        .close("rect");
  }

  private static String at(double coordinate) {
    return String.format(Locale.ROOT, "%.1f", coordinate);
  }

  private void table(Html html) {
    html.open("details").element("summary", "The same as a table");
    html.open("table").open("tr").element("th", "", "scope", "col");
    html.element("th", before.isPresent() ? "now" : "number", "scope", "col");
    if (before.isPresent()) {
      html.element("th", "before", "scope", "col");
    }
    html.close("tr");
    for (int i = 0; i < names.size(); i++) {
      html.open("tr").element("th", names.get(i), "scope", "row");
      html.element("td", TextReport.number(now[i]));
      if (before.isPresent()) {
        html.element("td", TextReport.number(before.get()[i]));
      }
      html.close("tr");
    }
    html.close("table").close("details");
  }
}
