package dev.quota.tool.log;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Counts the rows that cannot be charged, and keeps the first of them. Not thread-safe. */
public final class BadRows {

  private final int kept;
  private final List<BadRow> first = new ArrayList<>();
  private final Map<String, Long> byColumn = new TreeMap<>();
  private long count;

  /**
   * One bad row.
   *
   * @param line the line on which the row begins, from 1
   * @param column the column that is wrong, {@code row} for the whole row, or {@code order}
   * @param problem what is wrong, without the id of a person
   */
  public record BadRow(long line, String column, String problem) {}

  /**
   * Starts to count.
   *
   * @param kept the number of rows that are kept to show them
   */
  public BadRows(int kept) {
    this.kept = kept;
  }

  void add(long line, String column, String problem) {
    count++;
    byColumn.merge(column, 1L, Long::sum);
    if (first.size() < kept) {
      first.add(new BadRow(line, column, problem));
    }
  }

  void add(long line, BadRowException bad) {
    add(line, bad.column(), bad.problem());
  }

  /** {@return how many there are} */
  public long count() {
    return count;
  }

  /** {@return the first of them, in the order in which they were found} */
  public List<BadRow> first() {
    return Collections.unmodifiableList(first);
  }

  /** {@return how many there are for each column that is wrong} */
  public Map<String, Long> byColumn() {
    return Collections.unmodifiableMap(byColumn);
  }
}
