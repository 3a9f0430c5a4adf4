package dev.quota.benchmarks.redis;

import java.io.PrintStream;

/** Writes a Markdown table row by row, so that a run that is stopped shows its results so far. */
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
