package dev.quota.demo;

import dev.quota.Reservation;
import dev.quota.Settlement;
import dev.quota.servlet.Notices;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * A completion: events with words, then an event with the cost. If it ends early, an event {@code
 * cut} says why. The last event is always {@code usage}, which says what was charged.
 */
final class StreamedCompletion implements WordStream.Writer {

  private final CountedAnswer answer;
  private final Notices notices;
  private final String language;
  private boolean saidGrace;

  StreamedCompletion(Completion completion, Reservation tokens, Notices notices, String language) {
    this.notices = notices;
    this.language = language;
    answer = new CountedAnswer(completion.inputTokens(), completion.maxTokens(), tokens);
  }

  @Override
  public Optional<Ending> word(OutputStream out, String text) throws IOException {
    Optional<Ending> ending = answer.add(text);
    write(out, Json.frame("word", json -> json.writeStringField("text", text)));
    if (ending.isEmpty() && !saidGrace && answer.reservation().isInGrace()) {
      saidGrace = true;
      write(out, notices.grace(answer.reservation()));
    }
    return ending;
  }

  @Override
  public void last(OutputStream out, Ending ending) throws IOException {
    if (ending == Ending.LIMIT) {
      write(out, notices.cut(answer.reservation()));
    }
    if (ending != Ending.DONE) {
      write(out, cut(ending));
    }
    Settlement settlement = answer.settle();
    write(out, notices.settled(settlement));
    write(out, usage(settlement, ending));
  }

  @Override
  public void left() {
    Settlement unused = answer.settle();
  }

  private String cut(Ending ending) throws IOException {
    return Json.frame(
        "cut",
        json -> {
          json.writeStringField("reason", ending.id());
          if (ending != Ending.LIMIT) {
            json.writeStringField("detail", ending.words(language));
          }
        });
  }

  private String usage(Settlement settlement, Ending ending) throws IOException {
    return Json.frame(
        "usage",
        json -> {
          json.writeNumberField("inputTokens", answer.inputTokens());
          json.writeNumberField("outputTokens", answer.outputTokens());
          json.writeNumberField("charged", settlement.charged());
          json.writeStringField("end", ending.id());
        });
  }

  private static void write(OutputStream out, String frame) throws IOException {
    out.write(frame.getBytes(StandardCharsets.UTF_8));
  }
}
