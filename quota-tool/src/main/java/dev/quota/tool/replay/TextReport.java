package dev.quota.tool.replay;

import dev.quota.tool.log.BadRows;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Prints the result of a replay for people. */
public final class TextReport {

  private final ReplayReport report;
  private final PrintWriter out;

  private TextReport(ReplayReport report, PrintWriter out) {
    this.report = report;
    this.out = out;
  }

  /**
   * Prints a report.
   *
   * @param report the result
   * @param out the target
   */
  public static void print(ReplayReport report, PrintWriter out) {
    TextReport text = new TextReport(report, out);
    text.rows();
    text.differences();
    text.people();
    text.refusals();
    text.plans();
    text.most();
    out.flush();
  }

  private void rows() {
    BadRows bad = report.badRows();
    out.println(number(report.rowsRead()) + " rows read, " + number(bad.count()) + " bad");
    bad.first().forEach(row -> out.println("  line " + row.line() + ": " + row.problem()));
    if (bad.count() > bad.first().size()) {
      out.println(
          "  … and " + number(bad.count() - bad.first().size()) + " more: " + bad.byColumn());
    }
    if (report.rowsSorted() > 0) {
      out.println(number(report.rowsSorted()) + " rows were not in the order of time, and sorted");
    }
    report
        .unknownPlans()
        .forEach(
            (plan, rows) ->
                out.println(
                    number(rows) + " rows have the unknown plan " + plan + ": the default plan"));
    List<String> notReplayed = report.policies().notReplayed();
    if (!notReplayed.isEmpty()) {
      out.println(
          "A log does not say how many calls ran at once, so nothing was refused by "
              + String.join(", ", notReplayed));
    }
  }

  private void differences() {
    if (report.against().isPresent()) {
      out.println();
      out.println(report.differences().isEmpty() ? "The policies are the same." : "What differs:");
      report.differences().forEach(each -> out.println("  " + each));
    }
  }

  private void people() {
    out.println();
    Facts now = new Facts(report.policies());
    Optional<Facts> before = report.against().map(Facts::new);
    List<String[]> lines = new ArrayList<>();
    for (Map.Entry<String, Long> fact : now.all().entrySet()) {
      String old = before.map(it -> number(it.all().getOrDefault(fact.getKey(), 0L))).orElse("");
      lines.add(new String[] {fact.getKey(), number(fact.getValue()), old});
    }
    if (before.isPresent()) {
      out.printf("%-44s %15s %15s%n", "", "now", "before");
    }
    lines.forEach(
        line -> out.println(String.format("%-44s %15s %15s", (Object[]) line).stripTrailing()));
    report.changes().entrySet().stream()
        .filter(change -> change.getValue() > 0)
        .forEach(
            change ->
                out.printf(
                    "  %-42s %15s%n", Facts.words(change.getKey()), number(change.getValue())));
  }

  private void refusals() {
    Tally tally = report.policies().tally();
    if (tally.all.refusals == 0) {
      return;
    }
    out.println();
    out.println("Refusals by limit");
    tally.refusalsByLimit.forEach(
        (limit, count) -> out.printf("  %-42s %15s%n", limit, number(count)));
    out.println("Refusals by hour of the person's day");
    bars(tally.refusals.hours(), 0);
    long[] cycle = tally.refusals.daysOfCycle();
    if (java.util.Arrays.stream(cycle).sum() > 0) {
      out.println("Refusals by day of the month or billing cycle");
      bars(cycle, 1);
    }
    tally
        .waits
        .worst()
        .ifPresent(
            worst ->
                out.println(
                    "Worst wait: "
                        + words(worst.duration())
                        + " ("
                        + worst.limit()
                        + ", line "
                        + worst.line()
                        + ")"));
  }

  private void bars(long[] counts, int first) {
    long most = Math.max(1, java.util.Arrays.stream(counts).max().orElse(1));
    for (int i = 0; i < counts.length; i++) {
      String bar = "█".repeat((int) (counts[i] * 40 / most));
      out.println(
          String.format("  %2d %9s  %s", i + first, number(counts[i]), bar).stripTrailing());
    }
  }

  private void plans() {
    out.println();
    out.printf(
        "%-16s %12s %12s %12s %12s %12s%n",
        "plan", "people", "warned", "refused", "unwarned", "degraded");
    report
        .policies()
        .tally()
        .byPlan
        .forEach(
            (plan, counts) ->
                out.printf(
                    "%-16s %12s %12s %12s %12s %12s%n",
                    plan,
                    number(counts.people.count(People.SEEN)),
                    number(counts.people.count(People.WARNED)),
                    number(counts.people.count(People.REFUSED)),
                    number(counts.people.count(People.REFUSED_UNWARNED)),
                    number(counts.people.count(People.DEGRADED))));
  }

  private void most() {
    out.println();
    out.println("The most that one person used");
    report.policies().mostUsed().forEach(this::most);
    out.println("The most that one person could use in 31 days");
    report.policies().couldUse().forEach(this::most);
  }

  private void most(SideReport.Most most) {
    String name = most.quota().name() + most.plan().map(plan -> " on " + plan).orElse("");
    String units =
        most.units().map(it -> String.format(Locale.ROOT, "%,d", it)).orElse("unlimited");
    String money = most.money().map(it -> " = " + it).orElse("");
    out.println(String.format("  %-42s %15s%s", name, units, money));
  }

  static String number(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }

  static String words(Duration wait) {
    long days = wait.toDays();
    String time =
        wait.toHoursPart() + " h " + wait.toMinutesPart() + " min " + wait.toSecondsPart() + " s";
    return days > 0 ? days + " d " + time : time;
  }
}
