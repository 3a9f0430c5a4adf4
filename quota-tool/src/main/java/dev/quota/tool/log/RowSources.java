package dev.quota.tool.log;

import java.io.BufferedReader;
import java.io.IOException;

/** Finds out the format of a log, unless the options give it. */
final class RowSources {

  private static final String DELIMITERS = ",;\t|";

  private RowSources() {}

  static RowSource open(BufferedReader text, LogOptions options, Columns columns)
      throws IOException {
    String start = start(text);
    LogOptions.Format format = options.format().orElseGet(() -> formatOf(start));
    if (format == LogOptions.Format.JSONL) {
      return new JsonLinesSource(text, columns);
    }
    char delimiter = options.delimiter().orElseGet(() -> delimiterOf(start));
    return new CsvSource(text, delimiter, columns, options.header());
  }

  private static String start(BufferedReader text) throws IOException {
    char[] start = new char[LogFile.BUFFER / 2];
    text.mark(start.length);
    int length = 0;
    int read = text.read(start, 0, start.length);
    while (read > 0 && length + read < start.length) {
      length += read;
      read = text.read(start, length, start.length - length);
    }
    length += Math.max(0, read);
    text.reset();
    return new String(start, 0, length);
  }

  private static LogOptions.Format formatOf(String start) {
    String content = start.strip();
    if (content.startsWith("[")) {
      throw new LogException(
          "the log is a JSON array; write one object in each line, such as with jq -c '.[]'");
    }
    return content.startsWith("{") ? LogOptions.Format.JSONL : LogOptions.Format.CSV;
  }

  /** Returns the delimiter that is most frequent in the first line, outside quotes. */
  private static char delimiterOf(String start) {
    int[] counts = new int[DELIMITERS.length()];
    boolean quoted = false;
    for (char c : start.stripLeading().toCharArray()) {
      if (c == '"') {
        quoted = !quoted;
      } else if (!quoted && (c == '\n' || c == '\r')) {
        break;
      } else if (!quoted && DELIMITERS.indexOf(c) >= 0) {
        counts[DELIMITERS.indexOf(c)]++;
      }
    }
    int best = 0;
    for (int i = 1; i < counts.length; i++) {
      if (counts[i] > counts[best]) {
        best = i;
      }
    }
    return DELIMITERS.charAt(best);
  }
}
