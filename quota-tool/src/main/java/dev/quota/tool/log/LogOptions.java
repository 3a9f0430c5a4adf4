package dev.quota.tool.log;

import java.nio.charset.Charset;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How a log is read.
 *
 * @param format CSV or JSON lines; empty to find out
 * @param delimiter what separates the cells of CSV; empty to find out
 * @param encoding of the text; a byte order mark takes precedence
 * @param zone the zone of times without an offset; empty if they are mistakes
 * @param timeUnit how numbers are read as times: {@code auto}, {@code seconds} or {@code millis}
 * @param mapped the log's names of columns, by column
 * @param header the names of the columns of CSV without a header; empty if it has one
 * @param quota the quota of rows without one; empty if each row must have one
 * @param sortWindow by how many rows a row may be late and still be sorted
 * @param shownBadRows the number of bad rows that are shown
 */
public record LogOptions(
    Optional<Format> format,
    Optional<Character> delimiter,
    Charset encoding,
    Optional<ZoneId> zone,
    TimeUnit timeUnit,
    Map<String, String> mapped,
    List<String> header,
    Optional<String> quota,
    int sortWindow,
    int shownBadRows) {

  /** The format of a log. */
  public enum Format {
    /** Rows of cells, after a header. */
    CSV,
    /** One JSON object in each line. */
    JSONL
  }

  /** How a number is read as a time. */
  public enum TimeUnit {
    /** Below 100,000,000,000 they are seconds, and milliseconds from there on. */
    AUTO(RowTime.Unit.EITHER),
    /** Seconds since 1970. */
    SECONDS(RowTime.Unit.SECONDS),
    /** Milliseconds since 1970. */
    MILLIS(RowTime.Unit.MILLIS);

    private final RowTime.Unit unit;

    TimeUnit(RowTime.Unit unit) {
      this.unit = unit;
    }
  }

  /** Copies the collections. */
  public LogOptions {
    mapped = Map.copyOf(mapped);
    header = List.copyOf(header);
  }

  RowTime times() {
    return new RowTime(timeUnit.unit, zone);
  }
}
