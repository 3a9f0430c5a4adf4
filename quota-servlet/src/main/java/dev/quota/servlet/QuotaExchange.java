package dev.quota.servlet;

import dev.quota.Charge;
import dev.quota.Decision;
import dev.quota.QuotaSnapshot;
import dev.quota.Quotas;
import dev.quota.Reservation;
import dev.quota.Subject;
import dev.quota.http.Exchange;
import dev.quota.http.ExchangeKey;
import dev.quota.http.answer.Answer;
import dev.quota.http.request.RequestEnd;
import dev.quota.http.request.RequestView;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The charge of a request, for its endpoint. With it an endpoint can refund, charge more, reserve,
 * and refuse. Thread-safe.
 */
public final class QuotaExchange {

  static final String ATTRIBUTE = QuotaExchange.class.getName();

  private final Exchange exchange;
  private final AnswerWriter writer;
  private final HttpServletRequest request;
  private final ChargedResponse response;

  /** The next charge of the same request. */
  private volatile @Nullable QuotaExchange next;

  QuotaExchange(
      Exchange exchange,
      AnswerWriter writer,
      HttpServletRequest request,
      ChargedResponse response,
      RequestDispatches dispatches) {
    this.exchange = exchange;
    this.writer = writer;
    this.request = request;
    this.response = response;
    exchange.listen(dispatches);
  }

  /**
   * Returns the exchange of a charged request.
   *
   * @param request a request behind the filter
   * @return the exchange
   * @throws IllegalStateException if the request was not charged: the filter is not installed, or
   *     the endpoint has no quota
   */
  public static QuotaExchange of(ServletRequest request) {
    return find(request)
        .orElseThrow(
            () ->
                new IllegalStateException(
                    "this request was not charged; is the filter installed, and does the endpoint"
                        + " have a @Quota?"));
  }

  /**
   * Returns the exchange of a request, if it was charged.
   *
   * @param request any request
   * @return the exchange, or empty
   */
  public static Optional<QuotaExchange> find(ServletRequest request) {
    return request.getAttribute(ATTRIBUTE) instanceof QuotaExchange exchange
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
   * Returns the request that was charged, in the form that is the same in every framework.
   *
   * @return the request
   */
  public RequestView request() {
    return exchange.request();
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
   * Returns whether the endpoint must run in its reduced form, because a quota was short and its
   * policy degrades.
   *
   * @return true if degraded
   */
  public boolean isDegraded() {
    return exchange.isDegraded();
  }

  /**
   * Refunds the charge, for work that was not needed or not possible. Only the first call has an
   * effect. If the response is not committed, it loses the headers about the charge.
   *
   * @return true if this call refunded something
   * @throws dev.quota.store.QuotaStoreException if the store cannot answer
   */
  public boolean refund() {
    return exchange.refund();
  }

  /**
   * Returns the id under which an endpoint stores its answer, so that it can return the answer when
   * the request is repeated. It is a digest of the subject, the endpoint and the {@code
   * Idempotency-Key}. Two subjects with the same key have different ids.
   *
   * @return 43 characters of URL-safe Base64; empty if no key was sent, or if the endpoint is not
   *     {@link dev.quota.Quota#idempotent}
   */
  public Optional<String> idempotencyId() {
    return exchange.key().map(ExchangeKey::id);
  }

  /**
   * Answers a repetition for which the endpoint has no stored answer, because another node may
   * still do the work. The answer has status 409 and {@code Retry-After}. The endpoint must return
   * after this call. If this node itself does the work, the filter sends this answer.
   *
   * @throws IOException if the answer cannot be written
   * @throws IllegalStateException if the request is no repetition, or the answer has begun already
   */
  public void refuseAsRunning() throws IOException {
    Answer answer = exchange.refusalAsRunning();
    requireUncommitted();
    response.resetBuffer();
    writer.write(answer, request, response);
  }

  /**
   * Returns whether the charge had been made before, by a request with the same {@code
   * Idempotency-Key}. The endpoint then returns the answer it stored under {@link #idempotencyId}.
   *
   * @return true if nothing was charged this time
   */
  public boolean isRepetition() {
    return exchange.isRepetition();
  }

  /**
   * Reserves an estimate of what the work will use: {@link Quotas#reserve(Subject, String, long)}.
   * An endpoint that reserves usually has no other charge of that quota: {@code @Quota(value =
   * "tokens", cost = 0)}.
   *
   * <p>If the endpoint neither settles nor refunds the reservation, the end of the request decides.
   * If the request was answered, the reservation is closed. If the application failed before
   * anything was delivered, it is refunded. If the answer was cut short by a failure, a timeout or
   * the client, it is settled to {@link Reservation#used}. To close it before the end does nothing.
   *
   * @param quota the quota's name
   * @param estimate units, raised or cut to the policy's bounds
   * @return the reservation, even if it is refused; {@link #refuse(Reservation)} answers a refusal
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
   * @return the reservation, even if it is refused; {@link #refuse(Reservation)} answers a refusal
   * @throws IllegalArgumentException if the quota is unknown or a number out of range
   * @throws IllegalStateException if the request is over
   */
  public Reservation reserve(String quota, long atLeast, long estimate) {
    return exchange.reservations().reserve(quota, atLeast, estimate);
  }

  /**
   * Charges a cost that becomes known after the request began, for instance by its body. The charge
   * is refunded and ended with the request. Headers that are not sent yet show it. An endpoint that
   * charges this way usually has no other charge of that quota: {@code @Quota(value = "tokens",
   * cost = 0)}.
   *
   * @param charges the quotas to charge, all or none
   * @return the decision; {@link #refuse(Decision)} answers a refusal
   * @throws dev.quota.UnknownQuotaException if a quota is unknown
   * @throws IllegalStateException if the request is over
   */
  public Decision charge(List<Charge> charges) {
    return exchange.charge(exchange.subject(), charges);
  }

  /**
   * Charges another subject, as {@link #charge(List)}.
   *
   * @param subject who is charged
   * @param charges the quotas to charge, all or none
   * @return the decision; {@link #refuse(Decision)} answers a refusal
   * @throws dev.quota.UnknownQuotaException if a quota is unknown
   * @throws IllegalStateException if the request is over
   */
  public Decision charge(Subject subject, List<Charge> charges) {
    return exchange.charge(subject, charges);
  }

  /**
   * Answers the request with the refusal of a reservation, in the same form as the filter. The
   * endpoint must return after this call.
   *
   * @param refused a reservation that was refused
   * @throws IOException if the answer cannot be written
   * @throws IllegalArgumentException if it was granted
   * @throws IllegalStateException if the answer has begun already
   */
  public void refuse(Reservation refused) throws IOException {
    refuse(refused.decision());
  }

  /**
   * Answers the request with a refusal, in the same form as the filter. The endpoint must return
   * after this call.
   *
   * @param refused a decision of the engine that refuses
   * @throws IOException if the answer cannot be written
   * @throws IllegalArgumentException if the decision is no refusal
   * @throws IllegalStateException if the answer has begun already
   */
  public void refuse(Decision refused) throws IOException {
    if (refused.isAllowed()) {
      throw new IllegalArgumentException("refused must be a refusal, was " + refused);
    }
    requireUncommitted();
    response.resetBuffer();
    writer.write(exchange.refusal(refused), request, response);
  }

  private void requireUncommitted() {
    if (response.isCommitted()) {
      throw new IllegalStateException(
          "the answer has begun already, so it cannot become a refusal; reserve before writing");
    }
  }

  /**
   * Returns the maker of server-sent events about reservations, for the endpoint's own stream.
   *
   * @return notices in the language of the request
   */
  public Notices notices() {
    return new Notices(exchange.notices());
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

  /** Returns the next charge of the same request; null if this is the last one. */
  @Nullable QuotaExchange next() {
    return next;
  }

  /** Adds a charge of the same request at the end. Called with the lock of the settlement. */
  void append(QuotaExchange last) {
    QuotaExchange at = this;
    for (QuotaExchange after = next; after != null; after = at.next) {
      at = after;
    }
    at.next = last;
  }

  /** Ends everything that the exchange holds, as the request ended. */
  void end(RequestEnd how) {
    exchange.end(how);
  }
}
