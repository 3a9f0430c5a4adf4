package dev.quota.internal.yaml;

import org.yaml.snakeyaml.error.Mark;

/** A place in a file. Both numbers count from 1, columns in characters. */
public record Position(int line, int column) implements Comparable<Position> {

  public static final Position START = new Position(1, 1);

  /** The line ends of YAML 1.1, which the parser uses. */
  private static final String LINE_ENDS = "\n\r\u0085\u2028\u2029";

  public static Position of(Mark mark) {
    return new Position(mark.getLine() + 1, mark.getColumn() + 1);
  }

  /** Returns the place after a text. */
  public static Position after(CharSequence text) {
    int line = 1;
    int start = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean inPair = c == '\r' && i + 1 < text.length() && text.charAt(i + 1) == '\n';
      if (LINE_ENDS.indexOf(c) >= 0 && !inPair) {
        line++;
        start = i + 1;
      }
    }
    return new Position(line, Character.codePointCount(text, start, text.length()) + 1);
  }

  public Position right(int characters) {
    return new Position(line, column + characters);
  }

  @Override
  public int compareTo(Position other) {
    int byLine = Integer.compare(line, other.line);
    return byLine == 0 ? Integer.compare(column, other.column) : byLine;
  }
}
