package dev.quota.http;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.quota.QuotaSnapshot;
import dev.quota.QuotaState;
import dev.quota.Quotas;
import dev.quota.Reservation;
import dev.quota.Settlement;
import dev.quota.Subject;
import dev.quota.http.internal.json.MessageJson;
import dev.quota.http.internal.json.QuotaJson;
import dev.quota.http.internal.json.StateJson;
import dev.quota.message.Message;
import dev.quota.message.QuotaMessages;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

/**
 * Makes server-sent events about a reservation, for the stream of an endpoint. Nothing is written
 * by itself. Safe for use by several threads.
 *
 * <pre>{@code
 * event: quota
 * data: {"reason":"settled","cost":812,"message":{…},"state":{…}}
 * }</pre>
 *
 * <p>{@code message} has the words for a person, in their language, and {@code state} is the state
 * document, narrowed to the quota. The schema is {@code quota/schema/notice.schema.json}.
 */
public final class ReservationNotices {

  private final Quotas quotas;
  private final StateJson json;
  private final QuotaMessages messages;
  private final Subject subject;
  private final Locale locale;

  ReservationNotices(
      Quotas quotas, StateJson json, QuotaMessages messages, Subject subject, Locale locale) {
    this.quotas = quotas;
    this.json = json;
    this.messages = messages;
    this.subject = subject;
    this.locale = locale;
  }

  /**
   * Says that the work goes on beyond the limit, within its grace.
   *
   * @param reservation the reservation of the work
   * @return the event
   */
  public Notice grace(Reservation reservation) {
    QuotaSnapshot states = states(reservation);
    QuotaState state = states.quotas().get(0);
    return notice("grace", soFar(reservation), messages.message(states, state, locale), states);
  }

  /**
   * Says that the work was stopped at the limit, and that what was delivered is kept.
   *
   * @param reservation the reservation of the work
   * @return the event
   */
  public Notice cut(Reservation reservation) {
    QuotaSnapshot states = states(reservation);
    QuotaState state = states.quotas().get(0);
    return notice("cut", soFar(reservation), messages.cut(states, state, locale), states);
  }

  /**
   * Says what the work cost in the end, and how things stand now.
   *
   * @param settlement what came of the reservation
   * @return the event
   */
  public Notice settled(Settlement settlement) {
    QuotaSnapshot states = settlement.states();
    QuotaState state = states.quotas().get(0);
    Message message = messages.message(states, state, locale);
    return notice("settled", settlement.charged(), message, states);
  }

  /**
   * Says that the work was stopped at the limit as OpenAI's stream would say it: {@code
   * {"error":{"message":…,"type":…,"param":null,"code":…}}}, in an event without a name.
   *
   * @param reservation the reservation of the work
   * @return the event
   */
  public Notice openAiError(Reservation reservation) {
    Message message = cutMessage(reservation);
    return notice(
        "",
        out -> {
          out.writeStartObject();
          out.writeObjectFieldStart("error");
          out.writeStringField("message", words(message));
          out.writeStringField("type", "insufficient_quota");
          out.writeNullField("param");
          out.writeStringField("code", message.code());
          out.writeEndObject();
          out.writeEndObject();
        });
  }

  /**
   * Says that the work was stopped at the limit as Anthropic's stream would say it: {@code
   * {"type":"error","error":{"type":…,"message":…},"message":…}}, in an event named {@code error}.
   *
   * @param reservation the reservation of the work
   * @return the event
   */
  public Notice anthropicError(Reservation reservation) {
    Message message = cutMessage(reservation);
    return notice(
        "error",
        out -> {
          out.writeStartObject();
          out.writeStringField("type", "error");
          out.writeObjectFieldStart("error");
          out.writeStringField("type", "rate_limit_error");
          out.writeStringField("message", words(message));
          out.writeEndObject();
          // Anthropic's own SDK shows the whole data to people unless it has this member.
          out.writeStringField("message", words(message));
          out.writeEndObject();
        });
  }

  private Message cutMessage(Reservation reservation) {
    QuotaSnapshot states = states(reservation);
    return messages.cut(states, states.quotas().get(0), locale);
  }

  private static String words(Message message) {
    return message.title() + ". " + message.detail();
  }

  private QuotaSnapshot states(Reservation reservation) {
    return quotas.states(subject, List.of(reservation.quota()));
  }

  private static long soFar(Reservation reservation) {
    return reservation.usedSoFar().orElse(reservation.held());
  }

  private Notice notice(String reason, long cost, Message message, QuotaSnapshot states) {
    return notice("quota", out -> write(out, reason, cost, message, states));
  }

  private void write(
      JsonGenerator out, String reason, long cost, Message message, QuotaSnapshot states)
      throws IOException {
    out.writeStartObject();
    out.writeStringField("reason", reason);
    out.writeNumberField("cost", cost);
    MessageJson.write(out, message);
    out.writeFieldName("state");
    json.write(out, states, locale);
    out.writeEndObject();
  }

  private static Notice notice(String event, QuotaJson.Writer writer) {
    // Line breaks are escaped in JSON, so the data is one line.
    return new Notice(event, new String(QuotaJson.bytes(writer), StandardCharsets.UTF_8));
  }
}
