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
 * The charge of a request, for its resource method. With it a method can refund, reserve and
 * refuse. A method gets it as a parameter: {@code @Context QuotaExchange exchange}. Safe for use by
 * several threads.
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
   * Returns the states of the quotas that the request has charged or reserved, after the last
   * change.
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
   * Returns the id under which a method stores its answer, so that it can return the answer when
   * the request is repeated. Two subjects with the same key have different ids.
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
   * node may still do the work: status 409 with {@code Retry-After}.
   *
   * @return the answer, to be returned by the method
   * @throws IllegalStateException if the request is no repetition
   */
  public Response refusalAsRunning() {
    return response(exchange.refusalAsRunning());
  }

  /**
   * Reserves an estimate of what the work will use: {@link Quotas#reserve(Subject, String, long)}.
   * A method that reserves usually has no other charge of that quota: {@code @Quota(value =
   * "tokens", cost = 0)}.
   *
   * <p>If the method neither settles nor refunds the reservation, the end of the answer decides. A
   * complete answer closes it. An answer with a status that refunds, refunds it. If the answer was
   * cut short, it is settled to {@link Reservation#used}.
   *
   * @param quota the quota's name
   * @param estimate units, raised or cut to the policy's bounds
   * @return the reservation, even if it is refused; {@link #refusal(Reservation)} answers a refusal
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
   * @param atLeast the least amount with which the work is worth starting, in units
   * @param estimate the most to take, in units
   * @return the reservation, even if it is refused; {@link #refusal(Reservation)} answers a refusal
   * @throws IllegalArgumentException if the quota is unknown or a number out of range
   * @throws IllegalStateException if the request is over
   */
  public Reservation reserve(String quota, long atLeast, long estimate) {
    return exchange.reservations().reserve(quota, atLeast, estimate);
  }

  /**
   * Returns the answer to a refused reservation, in the same form as every refusal.
   *
   * @param refused a reservation that was refused
   * @return the answer, to be returned by the method
   * @throws IllegalArgumentException if it was granted
   */
  public Response refusal(Reservation refused) {
    return refusal(refused.decision());
  }

  /**
   * Returns the answer to a refusal, in the same form as every refusal.
   *
   * @param refused a decision of the engine that refuses
   * @return the answer, to be returned by the method
   * @throws IllegalArgumentException if the decision is no refusal
   */
  public Response refusal(Decision refused) {
    return response(exchange.refusal(refused));
  }

  private Response response(Answer answer) {
    request.setProperty(AnswerMaker.PROPERTY, answer);
    return answers.response(answer, request);
  }

  /**
   * Returns the maker of server-sent events about reservations, for the method's own stream.
   *
   * @return notices in the language of the request
   */
  public ReservationNotices notices() {
    return exchange.notices();
  }

  /**
   * Returns a notice as an event.
   *
   * @param sse creates events
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
   * Returns the id of the request's conversation.
   *
   * @return the id; empty if no header has one and no policy limits conversations
   */
  public Optional<String> conversation() {
    return exchange.conversation();
  }

  /**
   * Returns the {@code Quota-Conversation} header for requests to other services, so that their
   * work counts on the same conversation.
   *
   * @return the value, signed; empty if there is no conversation
   */
  public Optional<String> conversationHeader() {
    return exchange.conversationHeader();
  }
}
