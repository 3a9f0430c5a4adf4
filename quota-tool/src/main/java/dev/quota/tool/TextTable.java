package dev.quota.tool;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;

/** Prints columns of text below each other. Not thread-safe. */
final class TextTable {

  private final List<String[]> rows = new ArrayList<>();

  TextTable(String... header) {
    rows.add(header);
  }

  void add(String... cells) {
    rows.add(cells);
  }

  void print(PrintWriter out) {
    int[] widths = new int[rows.get(0).length];
    for (String[] row : rows) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], row[i].codePointCount(0, row[i].length()));
      }
    }
    for (String[] row : rows) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < widths.length; i++) {
        int missing = widths[i] - row[i].codePointCount(0, row[i].length());
        boolean number = rows.size() > 1 && i > 0 && isNumber(rows.get(1)[i]);
        line.append(i == 0 ? "" : "  ");
        line.append(number ? " ".repeat(missing) + row[i] : row[i] + " ".repeat(missing));
      }
      out.println(line.toString().stripTrailing());
    }
  }

  private static boolean isNumber(String cell) {
    return !cell.isEmpty() && cell.chars().allMatch(c -> (c >= '0' && c <= '9') || c == ',');
  }
}
