package dev.quota.jaxrs;

import dev.quota.Decision;
import dev.quota.QuotaSnapshot;
import dev.quota.Quotas;
import dev.quota.Reservation;
import dev.quota.ReserveRequest;
import dev.quota.Subject;
import dev.quota.http.Exchange;
import dev.quota.http.ExchangeKey;
import dev.quota.http.Notice;
import dev.quota.http.ReservationNotices;
import dev.quota.http.answer.Answer;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.sse.OutboundSseEvent;
import jakarta.ws.rs.sse.Sse;
import java.util.Optional;

/**
 * What a resource method can ask and say about the charge that let it run, and what it reserves
 * beside it. A method gets it as a parameter: {@code @Context QuotaExchange exchange}. Safe for use
 * by several threads.
 */
public final class QuotaExchange {

  static final String PROPERTY = QuotaExchange.class.getName();

  private final Exchange exchange;
  private final AnswerMaker answers;
  private final ContainerRequestContext request;

  QuotaExchange(Exchange exchange, AnswerMaker answers, ContainerRequestContext request) {
    this.exchange = exchange;
    this.answers = answers;
    this.request = request;
  }

  /**
   * Returns the exchange of a charged request.
   *
   * @param request the request
   * @return the exchange
   * @throws IllegalStateException if the request was not charged: the feature is not registered, or
   *     the method has no quota
   */
  public static QuotaExchange of(ContainerRequestContext request) {
    return find(request)
        .orElseThrow(
            () ->
                new IllegalStateException(
                    "this request was not charged; is QuotaFeature registered, and does the method"
                        + " have a @Quota?"));
  }

  /**
   * Returns the exchange of a request, if it was charged.
   *
   * @param request any request
   * @return the exchange, or empty
   */
  public static Optional<QuotaExchange> find(ContainerRequestContext request) {
    return request.getProperty(PROPERTY) instanceof QuotaExchange exchange
        ? Optional.of(exchange)
        : Optional.empty();
  }

  /**
   * Returns who was charged.
   *
   * @return the subject
   */
  public Subject subject() {
    return exchange.subject();
  }

  /**
   * Returns the states of the quotas that the request was charged or that it reserved, after the
   * last of it.
   *
   * @return the states
   */
  public QuotaSnapshot states() {
    return exchange.states();
  }

  /**
   * Returns whether the method must run in its reduced form, because a quota was short and its
   * policy degrades.
   *
   * @return true if degraded
   */
  public boolean isDegraded() {
    return exchange.isDegraded();
  }

  /**
   * Gives the charge back, for work that turned out not to be needed or possible. Only the first
   * call has an effect.
   *
   * @return true if this call gave something back
   * @throws dev.quota.store.QuotaStoreException if the store cannot answer
   */
  public boolean refund() {
    return exchange.refund();
  }

  /**
   * Returns what a method stores its answer by, so that it can return it when the request is sent
   * again. Two subjects that send the same key never share one.
   *
   * @return 43 characters of URL-safe Base64; empty if no key was sent, or if the method is not
   *     {@link dev.quota.Quota#idempotent}
   */
  public Optional<String> idempotencyId() {
    return exchange.key().map(ExchangeKey::id);
  }

  /**
   * Returns whether the charge had been made before, by a request with the same {@code
   * Idempotency-Key}. The method then returns the answer it stored under {@link #idempotencyId}.
   *
   * @return true if nothing was charged this time
   */
  public boolean isRepetition() {
    return exchange.isRepetition();
  }

  /**
   * Returns the answer to a repetition for which the method has no stored answer, because another
   * node may still be working on it: a 409 with {@code Retry-After}.
   *
   * @return the answer, to be returned by the method
   * @throws IllegalStateException if the request is no repetition
   */
  public Response refusalAsRunning() {
    return response(exchange.refusalAsRunning());
  }

  /**
   * Reserves an estimate of what the work will use: {@link Quotas#reserve(Subject, String, long)}.
   * Who reserves has usually no other charge of that quota: {@code @Quota(value = "tokens", cost =
   * 0)}.
   *
   * <p>What the method neither settles nor gives back ends with the answer: it is kept where the
   * request was answered, given back where the answer refunds, and settled to what {@link
   * Reservation#used} said where the answer broke off.
   *
   * @param quota the quota's name
   * @param estimate units, raised or cut to the policy's bounds
   * @return the reservation, also of a refusal, which {@link #refusal(Reservation)} answers
   * @throws IllegalArgumentException if the quota is unknown or the estimate out of range
   * @throws IllegalStateException if the request is over
   */
  public Reservation reserve(String quota, long estimate) {
    return exchange.reservations().reserve(quota, estimate);
  }

  /**
   * Reserves as much as there is, up to an estimate: {@link Quotas#reserve(ReserveRequest)}. It
   * ends with the request, as {@link #reserve(String, long)} says.
   *
   * @param quota the quota's name
   * @param atLeast with less than this the work is not worth beginning
   * @param estimate the most to take
   * @return the reservation, also of a refusal, which {@link #refusal(Reservation)} answers
   * @throws IllegalArgumentException if the quota is unknown or a number out of range
   * @throws IllegalStateException if the request is over
   */
  public Reservation reserve(String quota, long atLeast, long estimate) {
    return exchange.reservations().reserve(quota, atLeast, estimate);
  }

  /**
   * Returns the answer to a reservation that was not granted, in the words and with the status of
   * every refusal.
   *
   * @param refused a reservation that was not granted
   * @return the answer, to be returned by the method
   * @throws IllegalArgumentException if it was granted
   */
  public Response refusal(Reservation refused) {
    return refusal(refused.decision());
  }

  /**
   * Returns the answer to a decision that refuses, in the words and with the status of every
   * refusal.
   *
   * @param refused a decision of the engine that refuses
   * @return the answer, to be returned by the method
   * @throws IllegalArgumentException if it allows
   */
  public Response refusal(Decision refused) {
    return response(exchange.refusal(refused));
  }

  private Response response(Answer answer) {
    request.setProperty(AnswerMaker.PROPERTY, answer);
    return answers.response(answer, request);
  }

  /**
   * Returns what makes events about reservations, for the method's own stream.
   *
   * @return notices in the language of the request
   */
  public ReservationNotices notices() {
    return exchange.notices();
  }

  /**
   * Frames a notice as an event.
   *
   * @param sse makes events
   * @param notice one of {@link #notices}
   * @return the event
   */
  public OutboundSseEvent event(Sse sse, Notice notice) {
    OutboundSseEvent.Builder event = sse.newEventBuilder();
    if (!notice.event().isEmpty()) {
      event.name(notice.event());
    }
    return event.data(String.class, notice.data()).build();
  }

  /**
   * Returns the conversation that the request belongs to.
   *
   * @return its id; empty if no header named one and no policy limits conversations
   */
  public Optional<String> conversation() {
    return exchange.conversation();
  }

  /**
   * Returns what a request to another service must have as its {@code Quota-Conversation} header,
   * so that what that does counts on the same conversation.
   *
   * @return the value, signed; empty if there is no conversation
   */
  public Optional<String> conversationHeader() {
    return exchange.conversationHeader();
  }
}
