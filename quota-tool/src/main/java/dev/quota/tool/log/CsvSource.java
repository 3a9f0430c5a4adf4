package dev.quota.tool.log;

import de.siegmar.fastcsv.reader.CloseableIterator;
import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import java.io.FilterReader;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.util.List;

/** Reads CSV (RFC 4180), with any delimiter of one character. Not thread-safe. */
final class CsvSource implements RowSource {

  private final Quotes quotes;
  private final CsvReader<CsvRecord> reader;
  private final CloseableIterator<CsvRecord> records;
  private final int[] columns;

  /**
   * Creates a source, and reads the header.
   *
   * @param text the file
   * @param delimiter what separates cells
   * @param known the columns
   * @param names the names of the columns of a file without a header; empty if it has one
   */
  CsvSource(Reader text, char delimiter, Columns known, List<String> names) {
    quotes = new Quotes(text);
    reader =
        CsvReader.builder()
            .fieldSeparator(delimiter)
            .allowExtraFields(true)
            .allowMissingFields(true)
            .allowExtraCharsAfterClosingQuote(true)
            .ofCsvRecord(quotes);
    records = reader.iterator();
    List<String> header = names;
    if (names.isEmpty()) {
      if (!records.hasNext()) {
        throw new LogException("the log is empty: there is not even a header");
      }
      header = records.next().getFields();
    }
    columns = known.ofHeader(header);
    requireMeaning(header, known, names.isEmpty());
  }

  private static void requireMeaning(List<String> header, Columns known, boolean read) {
    for (int column : new int[] {Columns.TIME, Columns.SUBJECT}) {
      if (!known.has(column)) {
        throw new LogException(
            "the log has no column "
                + known.name(column)
                + "; its "
                + (read ? "header is " : "columns are ")
                + Columns.shown(header)
                + ". Say which one it is with --column "
                + known.name(column)
                + "=NAME, or name the columns of a log without a header with --header");
      }
    }
  }

  @Override
  public boolean next(RawRow row) throws IOException {
    try {
      while (records.hasNext()) {
        CsvRecord csv = records.next();
        row.clear(csv.getStartingLineNumber());
        if (!isBlank(csv)) {
          fill(row, csv);
          return true;
        }
      }
      return false;
    } catch (UncheckedIOException e) {
      throw e.getCause();
    } catch (CsvParseException e) {
      throw new LogException("malformed CSV after line " + row.line + ": " + reason(e), e);
    }
  }

  private static String reason(Throwable e) {
    Throwable cause = e;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause.getMessage() + "; perhaps a quote is not closed";
  }

  private static boolean isBlank(CsvRecord csv) {
    return csv.getFieldCount() == 1 && csv.getField(0).isBlank();
  }

  private void fill(RawRow row, CsvRecord csv) {
    int count = csv.getFieldCount();
    for (int i = 0; i < Math.min(count, columns.length); i++) {
      if (columns[i] >= 0) {
        row.cells[columns[i]] = csv.getField(i);
      }
    }
    if (count != columns.length) {
      requireWidth(row, csv, count);
    }
    int lines = lines(csv);
    if (lines > 1 && !records.hasNext() && quotes.areOdd()) {
      row.problem = "a quote is not closed, to the end of the log";
    }
    if (row.problem != null && lines > 1) {
      row.problem += "; the row has " + lines + " lines, perhaps because a quote is not closed";
    }
  }

  /** Accepts empty cells at the end, because spreadsheets write them. */
  private void requireWidth(RawRow row, CsvRecord csv, int count) {
    boolean harmless = count > columns.length;
    for (int i = columns.length; i < count; i++) {
      harmless &= csv.getField(i).isBlank();
    }
    if (!harmless) {
      row.problem = "the row has " + count + " cells, and the header has " + columns.length;
    }
  }

  private static int lines(CsvRecord csv) {
    int lines = 1;
    for (int i = 0; i < csv.getFieldCount(); i++) {
      String field = csv.getField(i);
      for (int at = field.indexOf('\n'); at >= 0; at = field.indexOf('\n', at + 1)) {
        lines++;
      }
    }
    return lines;
  }

  @Override
  public void close() throws IOException {
    reader.close();
  }

  /** Counts quotes. In a well-formed row their number is even. */
  private static final class Quotes extends FilterReader {

    private boolean odd;

    Quotes(Reader text) {
      super(text);
    }

    boolean areOdd() {
      return odd;
    }

    @Override
    public int read() throws IOException {
      int one = super.read();
      odd ^= one == '"';
      return one;
    }

    @Override
    public int read(char[] buffer, int offset, int length) throws IOException {
      int read = super.read(buffer, offset, length);
      for (int i = offset; i < offset + read; i++) {
        odd ^= buffer[i] == '"';
      }
      return read;
    }
  }
}
