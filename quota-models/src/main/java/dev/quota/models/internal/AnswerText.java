package dev.quota.models.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/**
 * Splits the text of a provider into documents: the data of server-sent events, the lines of
 * NDJSON, or one document. It gets the text line by line, and gives each document away. Not
 * thread-safe.
 */
final class AnswerText {

  /** A field of an event, or the part of a stream of Vercel's AI SDK. */
  private static final Pattern EVENTS =
      Pattern.compile("(?:data|event|id|retry)?:.*|[0-9a-g]:[\\[{\"].*", Pattern.DOTALL);

  private final Consumer<String> documents;

  /** The lines of data of the event so far. */
  private final List<String> data = new ArrayList<>();

  AnswerText(Consumer<String> documents) {
    this.documents = documents;
  }

  /** Returns whether a text that begins with this line is a stream of events. */
  static boolean isEvents(String line) {
    String text = line.strip();
    return !text.startsWith("{") && EVENTS.matcher(text).matches();
  }

  /** Returns whether a text that begins with these lines has one document per line. */
  static boolean isLines(String first, String second) {
    return isWhole(first.strip()) && second.stripLeading().startsWith("{");
  }

  private static boolean isWhole(String line) {
    return line.startsWith("{") && line.endsWith("}");
  }

  /** Reads the next line of a stream of events. */
  void line(String line) {
    if (line.isBlank()) {
      end();
    } else if (line.startsWith("data:")) {
      data.add(line.substring(line.startsWith(" ", 5) ? 6 : 5));
    } else if (line.startsWith("{")) {
      documents.accept(line);
    } else if (line.length() > 2 && line.charAt(1) == ':' && line.charAt(2) == '{') {
      documents.accept(line.substring(2));
    }
  }

  /** Ends the event. */
  void end() {
    if (data.isEmpty()) {
      return;
    }
    String document = (data.size() == 1 ? data.get(0) : String.join("\n", data)).strip();
    data.clear();
    if (document.startsWith("{") || (document.startsWith("[") && !document.startsWith("[DONE]"))) {
      documents.accept(document);
    }
  }
}
