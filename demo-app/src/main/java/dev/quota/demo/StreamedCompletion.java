package dev.quota.demo;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.quota.Reservation;
import dev.quota.Settlement;
import dev.quota.servlet.Notices;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * A completion: events with words, then what it cost. One that ends early says why in an event
 * {@code cut}; the last event is always {@code usage}, and says what was charged.
 */
final class StreamedCompletion implements WordStream.Writer {

  private final Completion completion;
  private final Reservation tokens;
  private final Notices notices;
  private final String language;
  private final StringBuilder written = new StringBuilder();
  private boolean saidGrace;

  StreamedCompletion(Completion completion, Reservation tokens, Notices notices, String language) {
    this.completion = completion;
    this.tokens = tokens;
    this.notices = notices;
    this.language = language;
    // The prompt is read, whatever becomes of the answer. The first word asks again.
    boolean unused = tokens.used(cost());
  }

  @Override
  public Optional<Ending> word(OutputStream out, String text) throws IOException {
    written.append(text);
    boolean mayGoOn = tokens.used(cost());
    write(out, frame("word", json -> json.writeStringField("text", text)));
    if (!mayGoOn) {
      return Optional.of(Ending.LIMIT);
    }
    if (outputTokens() >= completion.maxTokens()) {
      return Optional.of(Ending.DONE);
    }
    if (!saidGrace && tokens.isInGrace()) {
      saidGrace = true;
      write(out, notices.grace(tokens));
    }
    return Optional.empty();
  }

  @Override
  public void last(OutputStream out, Ending ending) throws IOException {
    if (ending == Ending.LIMIT) {
      write(out, notices.cut(tokens));
    }
    if (ending != Ending.DONE) {
      write(out, cut(ending));
    }
    Settlement settlement = tokens.settleAsUsed();
    write(out, notices.settled(settlement));
    write(out, usage(settlement, ending));
  }

  @Override
  public void left() {
    Settlement unused = tokens.settleAsUsed();
  }

  private String cut(Ending ending) throws IOException {
    return frame(
        "cut",
        json -> {
          json.writeStringField("reason", ending.id());
          if (ending != Ending.LIMIT) {
            json.writeStringField("detail", ending.words(language));
          }
        });
  }

  private String usage(Settlement settlement, Ending ending) throws IOException {
    return frame(
        "usage",
        json -> {
          json.writeNumberField("inputTokens", completion.inputTokens());
          json.writeNumberField("outputTokens", outputTokens());
          json.writeNumberField("charged", settlement.charged());
          json.writeStringField("end", ending.id());
        });
  }

  private long outputTokens() {
    return Math.min(Completion.tokens(written.toString()), completion.maxTokens());
  }

  private long cost() {
    return completion.inputTokens() + outputTokens();
  }

  private static void write(OutputStream out, String frame) throws IOException {
    out.write(frame.getBytes(StandardCharsets.UTF_8));
  }

  private static String frame(String event, Json.Members members) throws IOException {
    ByteArrayOutputStream data = new ByteArrayOutputStream();
    try (JsonGenerator json = Json.FACTORY.createGenerator(data)) {
      json.writeStartObject();
      members.to(json);
      json.writeEndObject();
    }
    return "event: " + event + "\ndata: " + data.toString(StandardCharsets.UTF_8) + "\n\n";
  }
}
