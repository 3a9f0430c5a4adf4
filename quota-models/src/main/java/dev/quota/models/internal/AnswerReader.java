package dev.quota.models.internal;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Splits a provider's text into documents: it is one, lines of them, or server-sent events.
 * Stateless.
 */
final class AnswerReader {

  private static final int LONGEST_TEXT = 64 << 20;

  private final AnswerParser parser;
  private final Consumer<UsageFault> faults;

  AnswerReader(Consumer<Answer> answers, Consumer<UsageFault> faults) {
    this.parser = new AnswerParser(answers);
    this.faults = faults;
  }

  /**
   * Reads a text: a document, the data of an event, or a whole stream of them.
   *
   * @param text the text of a provider; null means nothing
   */
  void read(@Nullable String text) {
    if (text == null || text.isBlank()) {
      return;
    }
    if (text.length() > LONGEST_TEXT) {
      faults.accept(tooLarge());
      return;
    }
    String start = withoutMark(text.stripLeading()).stripLeading();
    int end = lineEnd(start, 0);
    if (end == start.length() && start.startsWith("{")) {
      document(start);
      return;
    }
    String first = start.substring(0, end);
    if (AnswerText.isEvents(first)) {
      AnswerText events = new AnswerText(this::document);
      TextBlocks.lines(start, events::line);
      events.end();
    } else if (end < start.length()
        && AnswerText.isLines(first, start.substring(end, lineEnd(start, end + 1)).strip())) {
      start.lines().filter(it -> !it.isBlank()).forEach(this::document);
    } else {
      document(start);
    }
  }

  private static int lineEnd(String text, int from) {
    int end = text.indexOf('\n', from);
    return end < 0 ? text.length() : end;
  }

  private void document(String text) {
    if (text.strip().equals("[DONE]")) {
      return;
    }
    try {
      parser.read(text);
    } catch (JsonProcessingException e) {
      faults.accept(malformed(e));
    } catch (IOException e) {
      throw new UncheckedIOException("memory does not fail", e);
    }
  }

  /**
   * Reads a stream to its end and leaves it open.
   *
   * @param stream UTF-8
   * @throws IOException if it cannot be read
   */
  void read(InputStream stream) throws IOException {
    BufferedInputStream start =
        new BufferedInputStream(new BoundedStream(stream, LONGEST_TEXT), 8_192);
    try {
      if (isJson(start)) {
        parser.read(start);
      } else {
        events(start);
      }
    } catch (JsonProcessingException e) {
      faults.accept(malformed(e));
    } catch (BoundedStream.TooLongException e) {
      faults.accept(tooLarge());
    }
  }

  private static boolean isJson(BufferedInputStream stream) throws IOException {
    stream.mark(4_096);
    int first = stream.read();
    for (int i = 0; i < 4_000 && isBlank(first); i++) {
      first = stream.read();
    }
    int second = stream.read();
    stream.reset();
    return !Character.isLetter(first) && first != ':' && second != ':';
  }

  /** Returns whether it is white space or a byte of a byte order mark. */
  private static boolean isBlank(int character) {
    return Character.isWhitespace(character)
        || character == 0xEF
        || character == 0xBB
        || character == 0xBF;
  }

  private void events(InputStream stream) throws IOException {
    TextBlocks blocks = new TextBlocks(stream);
    Optional<String> block = blocks.next();
    while (block.isPresent() && block.get().isBlank()) {
      block = blocks.next();
    }
    Optional<String> first =
        block.stream().flatMap(String::lines).filter(it -> !it.isBlank()).findFirst();
    if (first.isPresent() && !AnswerText.isEvents(withoutMark(first.get()))) {
      document(first.get());
      return;
    }
    AnswerText events = new AnswerText(this::document);
    while (block.isPresent()) {
      TextBlocks.lines(block.get(), it -> events.line(withoutMark(it)));
      block = blocks.next();
    }
    events.end();
  }

  private static String withoutMark(String text) {
    return text.startsWith("\uFEFF") ? text.substring(1) : text;
  }

  static UsageFault tooLarge() {
    return new UsageFault(
        UsageFault.Kind.TOO_LARGE,
        "the response must be JSON without excess, was too deep or too long");
  }

  /** Returns the fault without the malformed text, which may be private. */
  private static UsageFault malformed(JsonProcessingException e) {
    JsonLocation at = e.getLocation();
    boolean isExcess = e instanceof StreamConstraintsException;
    return new UsageFault(
        isExcess ? UsageFault.Kind.TOO_LARGE : UsageFault.Kind.MALFORMED,
        (isExcess
                ? "the response must be JSON without excess, was too deep or too long"
                : "the response must be JSON, was malformed")
            + (at == null ? "" : " in line " + at.getLineNr() + ", column " + at.getColumnNr()));
  }
}
