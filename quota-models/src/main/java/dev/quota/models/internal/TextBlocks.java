package dev.quota.models.internal;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Reads a stream of lines in blocks. A block ends with a line feed, which is never a part of
 * another character in UTF-8. Not thread-safe.
 */
final class TextBlocks {

  private static final int USUAL_BYTES = 8_192;

  private final InputStream stream;
  private byte[] bytes = new byte[USUAL_BYTES];
  private int size;

  TextBlocks(InputStream stream) {
    this.stream = stream;
  }

  /**
   * Returns the next lines; empty at the end of the stream. Bytes that are no UTF-8 are replaced.
   */
  Optional<String> next() throws IOException {
    while (true) {
      if (size == bytes.length) {
        bytes = Arrays.copyOf(bytes, 2 * size);
      }
      int read = stream.read(bytes, size, bytes.length - size);
      if (read < 0) {
        return size == 0 ? Optional.empty() : Optional.of(taken(size));
      }
      int end = afterLastLine(size, size + read);
      size += read;
      if (end > 0) {
        return Optional.of(taken(end));
      }
    }
  }

  private int afterLastLine(int from, int to) {
    for (int i = to; i > from; i--) {
      if (bytes[i - 1] == '\n') {
        return i;
      }
    }
    return 0;
  }

  private String taken(int end) {
    String text = new String(bytes, 0, end, StandardCharsets.UTF_8);
    System.arraycopy(bytes, end, bytes, 0, size - end);
    size -= end;
    return text;
  }

  /** Splits a text into lines. They end with a line feed, a carriage return, or both. */
  static void lines(String text, Consumer<String> lines) {
    int from = 0;
    while (from < text.length()) {
      int feed = text.indexOf('\n', from);
      int end = feed < 0 ? text.length() : feed;
      String line = text.substring(from, end);
      if (line.indexOf('\r') < 0) {
        lines.accept(line);
      } else {
        line.lines().forEach(lines);
      }
      from = end + 1;
    }
  }
}
