package dev.quota.tool.log;

import org.jspecify.annotations.Nullable;

/** The cells of one row as text, in the order of {@link Columns}. Sources reuse one instance. */
final class RawRow {

  final @Nullable String[] cells;
  long line;
  @Nullable String problem;

  RawRow(int columns) {
    cells = new String[columns];
  }

  void clear(long newLine) {
    java.util.Arrays.fill(cells, null);
    line = newLine;
    problem = null;
  }

  /** Returns a cell without the spaces around it; null if it is empty or not there. */
  @Nullable String cell(int column) {
    String cell = cells[column];
    if (cell == null) {
      return null;
    }
    String stripped = cell.strip();
    return stripped.isEmpty() ? null : stripped;
  }
}
