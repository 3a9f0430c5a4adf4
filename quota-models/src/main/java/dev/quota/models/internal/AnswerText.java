package dev.quota.models.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Splits the text of a provider into documents: the data of server-sent events, the lines of
 * NDJSON, or one document. It gets the text line by line. Not thread-safe.
 */
final class AnswerText {

  /** A field of an event, or the part of a stream of Vercel's AI SDK. */
  private static final Pattern EVENTS =
      Pattern.compile("(?:data|event|id|retry)?:.*|[0-9a-g]:[\\[{\"].*", Pattern.DOTALL);

  private final StringBuilder data = new StringBuilder();
  private final List<String> documents = new ArrayList<>();

  /** Returns whether a text that begins with this line is a stream of events. */
  static boolean isEvents(String line) {
    return EVENTS.matcher(line.strip()).matches();
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
      data.append(line, 5, line.length()).append('\n');
    } else if (line.startsWith("{")) {
      documents.add(line);
    } else if (line.length() > 2 && line.charAt(1) == ':' && line.charAt(2) == '{') {
      documents.add(line.substring(2));
    }
  }

  /** Ends the event. */
  void end() {
    String document = data.toString().strip();
    if (document.startsWith("{") || (document.startsWith("[") && !document.startsWith("[DONE]"))) {
      documents.add(document);
    }
    data.setLength(0);
  }

  /** Returns the documents since the last call. */
  List<String> take() {
    List<String> taken = List.copyOf(documents);
    documents.clear();
    return taken;
  }
}
