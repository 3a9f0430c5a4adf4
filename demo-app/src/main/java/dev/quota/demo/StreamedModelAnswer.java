package dev.quota.demo;

import dev.quota.Settlement;
import dev.quota.servlet.Notices;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * An answer as the stream of a provider. If it ends early, it ends with an error, and the client
 * shows its sentence.
 */
final class StreamedModelAnswer implements WordStream.Writer {

  private final AnswerFormat format;
  private final AnswerFormat.Head head;
  private final CountedAnswer answer;
  private final boolean isUsageAsked;
  private final Notices notices;
  private final String language;
  private boolean hasBegun;

  StreamedModelAnswer(
      AnswerFormat format,
      AnswerFormat.Head head,
      CountedAnswer answer,
      boolean isUsageAsked,
      Notices notices,
      String language) {
    this.format = format;
    this.head = head;
    this.answer = answer;
    this.isUsageAsked = isUsageAsked;
    this.notices = notices;
    this.language = language;
  }

  @Override
  public Optional<Ending> word(OutputStream out, String text) throws IOException {
    begin(out);
    Optional<Ending> ending = answer.add(text);
    write(out, format.word(head, text));
    return ending;
  }

  @Override
  public void last(OutputStream out, Ending ending) throws IOException {
    begin(out);
    Settlement unused = answer.settle();
    write(
        out,
        switch (ending) {
          case DONE -> format.end(head, answer, isUsageAsked);
          case LIMIT -> notices.error(answer.reservation(), format.errors());
          case TIME, SHUTDOWN, FAILURE -> format.failure(ending.words(language));
        });
  }

  @Override
  public void left() {
    Settlement unused = answer.settle();
  }

  private void begin(OutputStream out) throws IOException {
    if (!hasBegun) {
      hasBegun = true;
      write(out, format.begin(head, answer));
    }
  }

  private static void write(OutputStream out, String frames) throws IOException {
    out.write(frames.getBytes(StandardCharsets.UTF_8));
  }
}
