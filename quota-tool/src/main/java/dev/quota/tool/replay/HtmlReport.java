package dev.quota.tool.replay;

import dev.quota.tool.log.BadRows;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.ToLongFunction;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** Writes the result of a replay as one page, which needs no other files. */
public final class HtmlReport {

  private static final List<String> HOURS =
      IntStream.range(0, 24).mapToObj(hour -> String.format(Locale.ROOT, "%02d", hour)).toList();
  private static final List<String> WEEKDAYS =
      List.of("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun");
  private static final List<String> DAYS =
      IntStream.rangeClosed(1, 31).mapToObj(Integer::toString).toList();
  private static final List<String> WAITS =
      List.of("≤ 1 min", "≤ 1 h", "≤ 6 h", "≤ 1 day", "≤ 7 days", "longer", "never");

  private final ReplayReport report;
  private final Tally now;
  private final Optional<Tally> before;
  private final Html html = new Html();

  private HtmlReport(ReplayReport report) {
    this.report = report;
    now = report.policies().tally();
    before = report.against().map(SideReport::tally);
  }

  /**
   * Returns the page.
   *
   * @param report what was found
   * @return HTML in UTF-8, without scripts and without links to other files
   */
  public static String of(ReplayReport report) {
    return new HtmlReport(report).write();
  }

  private String write() {
    html.own("<!doctype html>\n").open("html", "lang", "en").open("head");
    html.own("<meta charset=\"utf-8\">\n");
    html.own("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
    html.own("<meta name=\"color-scheme\" content=\"light dark\">\n");
    html.own(
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none';"
            + " style-src 'unsafe-inline'\">\n");
    html.element("title", "Replay of policies");
    html.open("style").own(style()).close("style").close("head");
    html.open("body").open("main").element("h1", "Replay of policies");
    rows();
    differences();
    people();
    plots();
    plans();
    most();
    return html.close("main").close("body").close("html").toString();
  }

  private static String style() {
    try (InputStream css = HtmlReport.class.getResourceAsStream("replay.css")) {
      return new String(
          Objects.requireNonNull(css, "replay.css").readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void rows() {
    BadRows bad = report.badRows();
    html.element(
        "p",
        TextReport.number(report.rowsRead())
            + " rows were read. "
            + TextReport.number(bad.count())
            + " of them could not be charged.");
    if (bad.count() > 0) {
      html.open("details").element("summary", "The first bad rows").open("ul");
      bad.first().forEach(row -> html.element("li", "Line " + row.line() + ": " + row.problem()));
      html.close("ul").close("details");
    }
    notes();
  }

  private void notes() {
    report
        .unknownPlans()
        .forEach(
            (plan, rows) ->
                html.element(
                    "p",
                    TextReport.number(rows)
                        + " rows name the unknown plan "
                        + plan
                        + ". They were charged on the default plan."));
    List<String> notReplayed = report.policies().notReplayed();
    if (!notReplayed.isEmpty()) {
      html.element(
          "p",
          "A log does not say how many calls ran at once. Nothing was refused by "
              + String.join(", ", notReplayed)
              + ".");
    }
  }

  private void differences() {
    if (report.against().isEmpty()) {
      return;
    }
    html.open("section").element("h2", "What differs");
    if (report.differences().isEmpty()) {
      html.element("p", "The policies are the same.");
    } else {
      html.open("ul");
      report.differences().forEach(each -> html.element("li", each.toString()));
      html.close("ul");
    }
    html.close("section");
  }

  private void people() {
    Facts facts = new Facts(report.policies());
    Optional<Facts> old = report.against().map(Facts::new);
    html.open("section").element("h2", "People and requests");
    List<String> header = new ArrayList<>(List.of("", old.isPresent() ? "now" : "number"));
    old.ifPresent(it -> header.add("before"));
    startTable(header);
    facts
        .all()
        .forEach(
            (name, count) -> {
              List<String> cells = new ArrayList<>(List.of(name, TextReport.number(count)));
              old.ifPresent(it -> cells.add(TextReport.number(it.all().getOrDefault(name, 0L))));
              row(cells);
            });
    html.close("table").close("div");
    if (old.isPresent()) {
      startTable(List.of("People who were", "number"));
      report
          .changes()
          .forEach((name, count) -> row(List.of(Facts.words(name), TextReport.number(count))));
      html.close("table").close("div");
    }
    html.close("section");
  }

  private void startTable(List<String> header) {
    html.open("div", "class", "scroll", "tabindex", "0").open("table").open("tr");
    header.forEach(name -> html.element("th", name, "scope", "col"));
    html.close("tr");
  }

  private void row(List<String> cells) {
    html.open("tr").element("th", cells.get(0), "scope", "row");
    cells.stream().skip(1).forEach(cell -> html.element("td", cell));
    html.close("tr");
  }

  private void plots() {
    if (before.isPresent()) {
      html.open("p", "class", "legend").element("span", "now", "class", "now");
      html.element("span", "before", "class", "before").close("p");
    }
    plot("hours", "Refusals by hour of the person's day", HOURS, it -> it.refusals.hours());
    plot("weekdays", "Refusals by day of the week", WEEKDAYS, it -> it.refusals.weekdays());
    plot(
        "cycle",
        "Refusals by day of the month or billing cycle",
        DAYS,
        it -> it.refusals.daysOfCycle());
    plot("warned", "Warnings by hour of the person's day", HOURS, it -> it.warnings.hours());
    plot("waits", "How long refused requests had to wait", WAITS, it -> it.waits.counts());
    plotLimits();
    worstWait();
  }

  private void plotLimits() {
    List<String> limits = new ArrayList<>(now.refusalsByLimit.keySet());
    before.ifPresent(
        old ->
            old.refusalsByLimit.keySet().stream()
                .filter(name -> !limits.contains(name))
                .forEach(limits::add));
    plot("limits", "Refusals by limit", limits, it -> byLimit(it, limits));
  }

  private void worstWait() {
    now.waits
        .worst()
        .ifPresent(
            worst ->
                html.element(
                    "p",
                    "The worst wait was "
                        + TextReport.words(worst.duration())
                        + ", for "
                        + worst.limit()
                        + " at line "
                        + worst.line()
                        + "."));
  }

  private static long[] byLimit(Tally tally, List<String> limits) {
    ToLongFunction<String> count = name -> tally.refusalsByLimit.getOrDefault(name, 0L);
    return LongStream.of(limits.stream().mapToLong(count).toArray()).toArray();
  }

  private void plot(
      String id,
      String title,
      List<String> names,
      java.util.function.Function<Tally, long[]> counts) {
    if (!names.isEmpty()) {
      new Plot(id, title, names, counts.apply(now), before.map(counts)).write(html);
    }
  }

  private void plans() {
    html.open("section").element("h2", "By plan");
    startTable(List.of("Plan", "people", "warned", "refused", "without a warning", "degraded"));
    for (Map.Entry<String, Counts> plan : now.byPlan.entrySet()) {
      People people = plan.getValue().people;
      row(
          List.of(
              plan.getKey(),
              TextReport.number(people.count(People.SEEN)),
              TextReport.number(people.count(People.WARNED)),
              TextReport.number(people.count(People.REFUSED)),
              TextReport.number(people.count(People.REFUSED_UNWARNED)),
              TextReport.number(people.count(People.DEGRADED))));
    }
    html.close("table").close("div").close("section");
  }

  private void most() {
    html.open("section").element("h2", "The most that one person used");
    most(report.policies().mostUsed());
    html.close("section");
    html.open("section").element("h2", "The most that one person could use in 31 days");
    most(report.policies().couldUse());
    html.close("section");
  }

  private void most(List<SideReport.Most> most) {
    startTable(List.of("Quota", "units", "money"));
    for (SideReport.Most each : most) {
      row(
          List.of(
              each.quota().name() + each.plan().map(plan -> " on " + plan).orElse(""),
              each.units()
                  .map(units -> String.format(Locale.ROOT, "%,d", units))
                  .orElse("unlimited"),
              each.money().orElse("")));
    }
    html.close("table").close("div");
  }
}
