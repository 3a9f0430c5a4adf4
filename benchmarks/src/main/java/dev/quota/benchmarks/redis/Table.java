package dev.quota.benchmarks.redis;

import java.io.PrintStream;

/** Writes a Markdown table, a row at a time, so that a run that is ended shows what it had. */
final class Table {

  private final PrintStream out;

  Table(PrintStream out, String title, String... heads) {
    this.out = out;
    out.println("\n### " + title + "\n");
    row(heads);
    out.println("|" + " --- |".repeat(heads.length));
  }

  void row(String... cells) {
    out.println("| " + String.join(" | ", cells) + " |");
  }
}
