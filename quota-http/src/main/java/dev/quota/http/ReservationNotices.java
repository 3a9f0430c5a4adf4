package dev.quota.http;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.quota.AsyncReservation;
import dev.quota.QuotaSnapshot;
import dev.quota.QuotaState;
import dev.quota.Reservation;
import dev.quota.Settlement;
import dev.quota.Subject;
import dev.quota.http.internal.call.Calls;
import dev.quota.http.internal.call.Eventual;
import dev.quota.http.internal.json.MessageJson;
import dev.quota.http.internal.json.QuotaJson;
import dev.quota.http.internal.json.StateJson;
import dev.quota.message.Message;
import dev.quota.message.QuotaMessages;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletionStage;

/**
 * Makes server-sent events about a reservation, for the stream of an endpoint. The endpoint writes
 * them. Thread-safe.
 *
 * <pre>{@code
 * event: quota
 * data: {"reason":"settled","cost":812,"message":{…},"state":{…}}
 * }</pre>
 *
 * <p>{@code message} has the texts for a person, in their language. {@code state} is the state
 * document of the quota. The schema is {@code quota/schema/notice.schema.json}.
 */
public final class ReservationNotices {

  private final ExchangeParts parts;
  private final StateJson json;
  private final QuotaMessages messages;
  private final Subject subject;
  private final Locale locale;

  ReservationNotices(ExchangeParts parts, Subject subject, Locale locale) {
    this.parts = parts;
    this.json = parts.json();
    this.messages = parts.messages();
    this.subject = subject;
    this.locale = locale;
  }

  /**
   * Returns the event that the work goes on beyond the limit, within its grace.
   *
   * @param reservation the reservation of the work
   * @return the event
   */
  public Notice grace(Reservation reservation) {
    return grace(parts.blocking(), reservation.quota(), soFar(reservation)).get();
  }

  /**
   * Returns the event that the work goes on beyond the limit, as {@link #grace}, without waiting.
   *
   * @param reservation the reservation of the work
   * @return completes with the event
   */
  public CompletionStage<Notice> graceAsync(AsyncReservation reservation) {
    return Eventual.attempt(() -> grace(parts.async(), reservation.quota(), soFar(reservation)))
        .toStage();
  }

  private Eventual<Notice> grace(Calls<?> calls, String quota, long used) {
    return states(calls, quota)
        .map(
            states -> {
              QuotaState state = states.quotas().get(0);
              return notice("grace", used, messages.message(states, state, locale), states);
            });
  }

  /**
   * Returns the event that the work was stopped at the limit. What was delivered stays charged.
   *
   * @param reservation the reservation of the work
   * @return the event
   */
  public Notice cut(Reservation reservation) {
    return cut(parts.blocking(), reservation.quota(), soFar(reservation)).get();
  }

  /**
   * Returns the event that the work was stopped at the limit, as {@link #cut}, without waiting.
   *
   * @param reservation the reservation of the work
   * @return completes with the event
   */
  public CompletionStage<Notice> cutAsync(AsyncReservation reservation) {
    return Eventual.attempt(() -> cut(parts.async(), reservation.quota(), soFar(reservation)))
        .toStage();
  }

  private Eventual<Notice> cut(Calls<?> calls, String quota, long used) {
    return states(calls, quota).map(states -> notice("cut", used, cutMessage(states), states));
  }

  /**
   * Returns the event with the final cost of the work and the present state.
   *
   * @param settlement the settlement of the reservation
   * @return the event
   */
  public Notice settled(Settlement settlement) {
    QuotaSnapshot states = settlement.states();
    QuotaState state = states.quotas().get(0);
    Message message = messages.message(states, state, locale);
    return notice("settled", settlement.charged(), message, states);
  }

  /**
   * Returns the event that the work was stopped at the limit, in the format of OpenAI's streams:
   * {@code {"error":{"message":…,"type":…,"param":null,"code":…}}}, in an event without a name.
   *
   * @param reservation the reservation of the work
   * @return the event
   */
  public Notice openAiError(Reservation reservation) {
    return states(parts.blocking(), reservation.quota()).map(this::openAiError).get();
  }

  /**
   * Returns the event that the work was stopped, as {@link #openAiError}, without waiting.
   *
   * @param reservation the reservation of the work
   * @return completes with the event
   */
  public CompletionStage<Notice> openAiErrorAsync(AsyncReservation reservation) {
    return Eventual.attempt(() -> states(parts.async(), reservation.quota()).map(this::openAiError))
        .toStage();
  }

  private Notice openAiError(QuotaSnapshot states) {
    Message message = cutMessage(states);
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
   * Returns the event that the work was stopped at the limit, in the format of Anthropic's streams:
   * {@code {"type":"error","error":{"type":…,"message":…},"message":…}}, in an event named {@code
   * error}.
   *
   * @param reservation the reservation of the work
   * @return the event
   */
  public Notice anthropicError(Reservation reservation) {
    return states(parts.blocking(), reservation.quota()).map(this::anthropicError).get();
  }

  /**
   * Returns the event that the work was stopped, as {@link #anthropicError}, without waiting.
   *
   * @param reservation the reservation of the work
   * @return completes with the event
   */
  public CompletionStage<Notice> anthropicErrorAsync(AsyncReservation reservation) {
    return Eventual.attempt(
            () -> states(parts.async(), reservation.quota()).map(this::anthropicError))
        .toStage();
  }

  private Notice anthropicError(QuotaSnapshot states) {
    Message message = cutMessage(states);
    return notice(
        "error",
        out -> {
          out.writeStartObject();
          out.writeStringField("type", "error");
          out.writeObjectFieldStart("error");
          out.writeStringField("type", "rate_limit_error");
          out.writeStringField("message", words(message));
          out.writeEndObject();
          // Without this member Anthropic's SDK shows the whole data as the message.
          out.writeStringField("message", words(message));
          out.writeEndObject();
        });
  }

  private Message cutMessage(QuotaSnapshot states) {
    return messages.cut(states, states.quotas().get(0), locale);
  }

  private Eventual<QuotaSnapshot> states(Calls<?> calls, String quota) {
    return calls.states(subject, List.of(quota));
  }

  private static String words(Message message) {
    return message.title() + ". " + message.detail();
  }

  private static long soFar(Reservation reservation) {
    return reservation.usedSoFar().orElse(reservation.held());
  }

  private static long soFar(AsyncReservation reservation) {
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
