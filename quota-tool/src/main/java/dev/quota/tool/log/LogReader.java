package dev.quota.tool.log;

import dev.quota.policy.Policies;
import dev.quota.policy.QuotaPolicy;
import java.io.BufferedReader;
import java.io.EOFException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.zip.ZipException;

/**
 * Reads a usage log in the order of time. A row that is late by at most the sort window is moved to
 * its place. A row that is later is a bad row. Rows of the same millisecond keep their order. Not
 * thread-safe.
 */
public final class LogReader {

  private final LogOptions options;
  private final List<Policies> policies;
  private final People people = new People();
  private final BadRows badRows;
  private final Columns columns;
  private final RowParser parser;
  private List<UsageRow> waiting = new ArrayList<>();
  private long rowsRead;
  private long rowsSorted;
  private long newestMillis = Long.MIN_VALUE;
  private long handedMillis = Long.MIN_VALUE;

  /**
   * Creates a reader.
   *
   * @param policies the sets of policies for which rows are read, the newest first
   * @param options how the log is read
   * @throws LogException if the options contradict the policies
   */
  public LogReader(List<Policies> policies, LogOptions options) {
    this.policies = List.copyOf(policies);
    this.options = options;
    badRows = new BadRows(options.shownBadRows());
    columns = new Columns(usageNames(), options.mapped());
    parser = new RowParser(this.policies, columns, options, people);
  }

  private Set<String> usageNames() {
    Set<String> names = new LinkedHashSet<>();
    for (Policies each : policies) {
      for (QuotaPolicy policy : each.quotas().values()) {
        names.addAll(policy.usageNames());
        policy.currency().ifPresent(it -> names.add("micro_" + it));
      }
    }
    return names;
  }

  /**
   * Reads a log to its end.
   *
   * @param file a path, or {@code -} for standard input
   * @param rows gets every good row, in the order of time
   * @param bytesRead gets how many bytes of the file were read so far
   * @throws LogException if the log cannot be read
   */
  public void read(String file, Consumer<UsageRow> rows, LongConsumer bytesRead) {
    try (BufferedReader text = LogFile.open(file, options.encoding(), bytesRead);
        RowSource source = RowSources.open(text, options, columns)) {
      RawRow raw = new RawRow(columns.count());
      while (source.next(raw)) {
        rowsRead++;
        read(raw, rows);
      }
      sort();
      hand(waiting.size(), rows);
    } catch (EOFException | ZipException e) {
      throw new LogException(
          file + ": the compressed file is damaged or cut off, after " + rowsRead + " rows", e);
    } catch (IOException e) {
      throw new LogException(
          file + ": the file cannot be read on, after " + rowsRead + " rows: " + e.getMessage(), e);
    } catch (LogException e) {
      throw new LogException(file + ": " + withoutName(file, e), e);
    }
  }

  private static String withoutName(String file, LogException e) {
    String problem = String.valueOf(e.getMessage());
    return problem.startsWith(file + ": ") ? problem.substring(file.length() + 2) : problem;
  }

  private void read(RawRow raw, Consumer<UsageRow> rows) {
    try {
      UsageRow row = parser.parse(raw);
      if (row.epochMillis() < handedMillis) {
        throw new BadRowException(
            "order",
            "the row is more than "
                + options.sortWindow()
                + " rows too late; sort the log by time, or use a larger --sort-window");
      }
      rowsSorted += row.epochMillis() < newestMillis ? 1 : 0;
      newestMillis = Math.max(newestMillis, row.epochMillis());
      waiting.add(row);
    } catch (BadRowException e) {
      badRows.add(raw.line, e);
    }
    // The buffer has two windows of rows. No later row can belong before its first half, or the row
    // is late by more than the window.
    if (waiting.size() >= 2L * options.sortWindow()) {
      sort();
      hand(waiting.size() - options.sortWindow(), rows);
    }
  }

  private void sort() {
    waiting.sort(Comparator.comparingLong(UsageRow::epochMillis));
  }

  private void hand(int count, Consumer<UsageRow> rows) {
    for (int i = 0; i < count; i++) {
      UsageRow row = waiting.get(i);
      handedMillis = row.epochMillis();
      rows.accept(row);
    }
    waiting = new ArrayList<>(waiting.subList(count, waiting.size()));
  }

  /** {@return how many rows the log has, bad ones included, without header and empty lines} */
  public long rowsRead() {
    return rowsRead;
  }

  /** {@return how many good rows were late and were moved to their place} */
  public long rowsSorted() {
    return rowsSorted;
  }

  /** {@return the rows that were not charged} */
  public BadRows badRows() {
    return badRows;
  }

  /** {@return the number of rows by plan, for plans that no policy has} */
  public Map<String, Long> unknownPlans() {
    return parser.unknownPlans();
  }

  /** {@return how many people the good rows have} */
  public int people() {
    return people.count();
  }
}
