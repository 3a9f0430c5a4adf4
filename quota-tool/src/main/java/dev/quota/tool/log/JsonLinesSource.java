package dev.quota.tool.log;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.BufferedReader;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads one JSON object in each line. Members of an inner object are named with a dot: {@code
 * usage.output_tokens}. Not thread-safe.
 */
final class JsonLinesSource implements RowSource {

  private static final int LONGEST_LINE = 1 << 24;
  private static final int MOST_NAMES = 10_000;

  private final JsonFactory json =
      new JsonFactoryBuilder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();
  private final BufferedReader text;
  private final Columns columns;
  private final Map<String, Integer> byName = new HashMap<>();
  private final boolean[] exact;
  private final StringBuilder buffer = new StringBuilder();
  private long line;
  private boolean noted;

  JsonLinesSource(BufferedReader text, Columns columns) {
    this.text = text;
    this.columns = columns;
    this.exact = new boolean[columns.count()];
  }

  @Override
  public boolean next(RawRow row) throws IOException {
    while (true) {
      String next = readLine();
      if (next == null) {
        return false;
      }
      line++;
      if (!next.isBlank()) {
        row.clear(line);
        java.util.Arrays.fill(exact, false);
        fill(row, next);
        return true;
      }
    }
  }

  /** Reads a line of bounded length, because a file of another format may have no line ends. */
  private @Nullable String readLine() throws IOException {
    buffer.setLength(0);
    int c = text.read();
    if (c < 0) {
      return null;
    }
    while (c >= 0 && c != '\n') {
      if (buffer.length() == LONGEST_LINE) {
        throw new LogException("line " + (line + 1) + " is longer than 16 Mi characters");
      }
      buffer.append((char) c);
      c = text.read();
    }
    return buffer.toString();
  }

  private void fill(RawRow row, String object) throws IOException {
    try (JsonParser parser = json.createParser(object)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        row.problem = "the line is not a JSON object";
        return;
      }
      members(parser, "", row);
      if (parser.nextToken() != null) {
        row.problem = "something follows the JSON object in the same line";
      }
    } catch (JsonProcessingException e) {
      row.problem = "malformed JSON: " + e.getOriginalMessage().lines().findFirst().orElse("");
    }
    if (row.problem == null) {
      note(row);
    }
  }

  /** The first row gives the columns of the log. */
  private void note(RawRow row) {
    if (!noted) {
      for (int i = 0; i < row.cells.length; i++) {
        if (row.cells[i] != null) {
          columns.note(i);
        }
      }
      noted = true;
    }
  }

  private void members(JsonParser parser, String prefix, RawRow row) throws IOException {
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = prefix + parser.currentName();
      JsonToken value = parser.nextToken();
      if (value == JsonToken.START_OBJECT) {
        members(parser, name + ".", row);
      } else {
        int column = column(name);
        if (column >= 0) {
          set(parser, value, name, column, row);
        }
        parser.skipChildren();
      }
    }
  }

  private int column(String name) {
    Integer known = byName.get(name);
    if (known == null) {
      known = columns.indexOf(name);
      if (byName.size() < MOST_NAMES) {
        byName.put(name, known);
      }
    }
    return known;
  }

  private void set(JsonParser parser, JsonToken value, String name, int column, RawRow row)
      throws IOException {
    if (value == JsonToken.VALUE_NULL) {
      return;
    }
    if (value != JsonToken.VALUE_STRING && !value.isNumeric()) {
      row.problem = columns.name(column) + " must be a text or a number";
      return;
    }
    boolean isExact = columns.isExact(name, column);
    if (row.cells[column] != null && isExact == exact[column]) {
      row.problem = "two members mean " + columns.name(column) + "; say which one with --column";
    } else if (row.cells[column] == null || isExact) {
      row.cells[column] = parser.getText();
      exact[column] = isExact;
    }
  }

  @Override
  public void close() throws IOException {
    text.close();
  }
}
