package dev.quota.servlet;

import dev.quota.Charge;
import dev.quota.Decision;
import dev.quota.QuotaSnapshot;
import dev.quota.Quotas;
import dev.quota.Reservation;
import dev.quota.Subject;
import dev.quota.http.Exchange;
import dev.quota.http.ExchangeKey;
import dev.quota.http.ExchangeListener;
import dev.quota.http.answer.Answer;
import dev.quota.http.answer.HeaderFields;
import dev.quota.http.request.RequestEnd;
import dev.quota.http.request.RequestView;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * What an endpoint can ask and say about the charge that let it run, and what it reserves beside
 * it. Safe for use by several threads.
 */
public final class QuotaExchange {

  static final String ATTRIBUTE = QuotaExchange.class.getName();

  private static final System.Logger LOG = System.getLogger(QuotaExchange.class.getName());

  private final Exchange exchange;
  private final AnswerWriter writer;
  private final HttpServletRequest request;
  private final ChargedResponse response;
  private final Settlement settlement;

  QuotaExchange(
      Exchange exchange,
      AnswerWriter writer,
      HttpServletRequest request,
      ChargedResponse response,
      RequestDispatches dispatches,
      Settlement settlement) {
    this.exchange = exchange;
    this.writer = writer;
    this.request = request;
    this.response = response;
    this.settlement = settlement;
    exchange.listen(new Following(dispatches));
  }

  /** Keeps the response in step with the exchange. */
  private final class Following implements ExchangeListener {

    private final RequestDispatches dispatches;

    Following(RequestDispatches dispatches) {
      this.dispatches = dispatches;
    }

    @Override
    public void used() {
      settlement.work().touch();
    }

    @Override
    public void changed(HeaderFields newest) {
      if (!settlement.outcome().hasFailed()) {
        response.update(newest);
      }
    }

    @Override
    public void refunded() {
      try {
        dispatches.hide();
      } catch (IllegalStateException e) {
        LOG.log(System.Logger.Level.DEBUG, "The container has taken its response back already.", e);
      }
    }
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
   * Returns the request that was charged, as cost functions of any stack see it.
   *
   * @return the request
   */
  public RequestView request() {
    return exchange.request();
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
   * Returns whether the endpoint must run in its reduced form, because a quota was short and its
   * policy degrades.
   *
   * @return true if degraded
   */
  public boolean isDegraded() {
    return exchange.isDegraded();
  }

  /**
   * Gives the charge back, for work that turned out not to be needed or possible. Only the first
   * call has an effect. If the response is not committed, it loses the headers that speak of the
   * charge.
   *
   * @return true if this call gave something back
   * @throws dev.quota.store.QuotaStoreException if the store cannot answer
   */
  public boolean refund() {
    return exchange.refund();
  }

  /**
   * Returns what an endpoint stores its answer by, so that it can return it when the request is
   * sent again. It is made of the subject, the endpoint and the {@code Idempotency-Key}: two
   * subjects that send the same key never share one. It gives away neither of them.
   *
   * @return 43 characters of URL-safe Base64; empty if no key was sent, or if the endpoint is not
   *     {@link dev.quota.Quota#idempotent}
   */
  public Optional<String> idempotencyId() {
    return exchange.key().map(ExchangeKey::id);
  }

  /**
   * Answers a repetition for which the endpoint has no stored answer: another node may still be
   * working on it. The answer is a 409 with {@code Retry-After}, in words like every refusal. The
   * endpoint must return then. While this node itself works on it, the filter answers so.
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
   * Who reserves has usually no other charge of that quota: {@code @Quota(value = "tokens", cost =
   * 0)}.
   *
   * <p>What becomes of a reservation that the endpoint neither settles nor gives back is decided
   * when the work of the request ends: it is kept where the request was answered, given back where
   * the application failed before anything was delivered, and settled to what {@link
   * Reservation#used} said where it ended early: the application failed in the middle of its
   * answer, its time passed, or the reader left. Closing it earlier does nothing.
   *
   * @param quota the quota's name
   * @param estimate units, raised or cut to the policy's bounds
   * @return the reservation, also of a refusal, which {@link #refuse(Reservation)} answers
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
   * @return the reservation, also of a refusal, which {@link #refuse(Reservation)} answers
   * @throws IllegalArgumentException if the quota is unknown or a number out of range
   * @throws IllegalStateException if the request is over
   */
  public Reservation reserve(String quota, long atLeast, long estimate) {
    return exchange.reservations().reserve(quota, atLeast, estimate);
  }

  /**
   * Charges what became known after the request began, such as a cost that depends on its body. The
   * charge is refunded and ended with the request, and headers that are not sent yet show it. Who
   * charges this way has usually no other charge of that quota: {@code @Quota(value = "tokens",
   * cost = 0)}.
   *
   * @param charges the quotas to charge, together or not at all
   * @return the decision, also a refusal, which {@link #refuse(Decision)} answers
   * @throws dev.quota.UnknownQuotaException if a quota is unknown
   * @throws IllegalStateException if the request is over
   */
  public Decision charge(List<Charge> charges) {
    return exchange.charge(exchange.subject(), charges);
  }

  /**
   * Charges somebody else, as {@link #charge(List)}.
   *
   * @param subject who is charged
   * @param charges the quotas to charge, together or not at all
   * @return the decision, also a refusal, which {@link #refuse(Decision)} answers
   * @throws dev.quota.UnknownQuotaException if a quota is unknown
   * @throws IllegalStateException if the request is over
   */
  public Decision charge(Subject subject, List<Charge> charges) {
    return exchange.charge(subject, charges);
  }

  /**
   * Answers the request with the refusal of a reservation, in the words and with the status that
   * the filter would have used. The endpoint must return then.
   *
   * @param refused a reservation that was not granted
   * @throws IOException if the answer cannot be written
   * @throws IllegalArgumentException if it was granted
   * @throws IllegalStateException if the answer has begun already
   */
  public void refuse(Reservation refused) throws IOException {
    refuse(refused.decision());
  }

  /**
   * Answers the request with a refusal, in the words and with the status that the filter would have
   * used. The endpoint must return then.
   *
   * @param refused a decision of the engine that refuses
   * @throws IOException if the answer cannot be written
   * @throws IllegalArgumentException if it allows
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
   * Returns what makes frames about reservations, for the endpoint's own stream.
   *
   * @return notices in the language of the request
   */
  public Notices notices() {
    return new Notices(exchange.notices());
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

  /** Ends everything that the exchange holds, in the way that the request ended. */
  void end(RequestEnd how) {
    exchange.end(how);
  }
}
