package dev.quota.servlet;

import dev.quota.Decision;
import dev.quota.QuotaSnapshot;
import dev.quota.Quotas;
import dev.quota.Reservation;
import dev.quota.ReserveRequest;
import dev.quota.Subject;
import dev.quota.http.HeaderFields;
import dev.quota.http.RequestEnd;
import dev.quota.http.internal.conversation.Conversations;
import dev.quota.http.internal.conversation.Opening;
import dev.quota.http.internal.refusal.RefusalKind;
import dev.quota.policy.Scope;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What an endpoint can ask and say about the charge that let it run, and what it reserves beside
 * it. Safe for use by several threads.
 */
public final class QuotaExchange {

  static final String ATTRIBUTE = QuotaExchange.class.getName();

  private static final System.Logger LOG = System.getLogger(QuotaExchange.class.getName());

  private final ExchangeParts parts;
  private final Decision.Allowed allowed;
  private final KeyedRequest keyed;
  private final HttpServletRequest request;
  private final ChargedResponse response;
  private final RequestCharges charges;
  private final Settlement settlement;
  private final List<ExchangeReservation> reservations = new ArrayList<>();
  private boolean ended;

  QuotaExchange(
      ExchangeParts parts,
      Decision.Allowed allowed,
      KeyedRequest keyed,
      HttpServletRequest request,
      ChargedResponse response,
      RequestCharges charges,
      Settlement settlement) {
    this.parts = parts;
    this.allowed = allowed;
    this.keyed = keyed;
    this.request = request;
    this.response = response;
    this.charges = charges;
    this.settlement = settlement;
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
    Subject charged = allowed.states().subject();
    return charges.opening().map(it -> it.with(charged)).orElse(charged);
  }

  /**
   * Returns the states of the quotas that the request was charged or that it reserved, after the
   * last of it.
   *
   * @return the states
   */
  public QuotaSnapshot states() {
    return charges.states();
  }

  /**
   * Returns whether the endpoint must run in its reduced form, because a quota was short and its
   * policy degrades.
   *
   * @return true if degraded
   */
  public boolean isDegraded() {
    return allowed.isDegraded();
  }

  /**
   * Gives the charge back, for work that turned out not to be needed or possible. Only the first
   * call has an effect. If the response is not committed, it loses the headers that speak of the
   * charge.
   *
   * @return true if this call gave something back
   * @throws dev.quota.spi.QuotaStoreException if the store cannot answer
   */
  public boolean giveBack() {
    boolean givenBack = parts.quotas().giveBack(allowed.receipt());
    if (givenBack) {
      charges.opening().ifPresent(it -> parts.openings().giveBack(it, allowed.receipt()));
      hideHeaders();
    }
    return givenBack;
  }

  /** Takes headers off that speak of what came back. */
  private void hideHeaders() {
    try {
      charges.hide();
    } catch (IllegalStateException e) {
      LOG.log(System.Logger.Level.DEBUG, "The container has taken its response back already.", e);
    }
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
    return keyed.id();
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
    if (!isRepetition()) {
      throw new IllegalStateException(
          "this is the first request with its key, so no other can be running; answer it");
    }
    requireUncommitted();
    response.resetBuffer();
    parts.refusals().keyed(RefusalKind.IN_PROGRESS, subject(), request, response);
  }

  /**
   * Returns whether the charge had been made before, by a request with the same {@code
   * Idempotency-Key}. The endpoint then returns the answer it stored under {@link #idempotencyId}.
   *
   * @return true if nothing was charged this time
   */
  public boolean isRepetition() {
    return allowed.isRepetition();
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
    requireOpen();
    return refusedBeginning(quota)
        .orElseGet(() -> added(parts.quotas().reserve(subject(), quota, estimate)));
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
    requireOpen();
    return refusedBeginning(quota)
        .orElseGet(
            () ->
                added(
                    parts
                        .quotas()
                        .reserve(new ReserveRequest(subject(), quota, atLeast, estimate))));
  }

  /** Begins the conversation, on which a reservation counts at once. */
  private Optional<Reservation> refusedBeginning(String quota) {
    Optional<Reservation> refused =
        charges.opening().flatMap(it -> parts.openings().reserve(it, subject(), quota));
    updateConversation();
    return refused;
  }

  private void updateConversation() {
    if (charges.opening().isPresent() && !settlement.outcome().isTroubled()) {
      HeaderFields newest = new HeaderFields();
      currentHeader().ifPresent(it -> newest.put(Conversations.FIELD, it));
      response.update(newest);
    }
  }

  private Optional<String> currentHeader() {
    return charges.opening().isPresent()
        ? parts.conversations().header(charges.opening().get(), subject())
        : conversation().flatMap(id -> parts.conversations().header(id, subject()));
  }

  private Reservation added(Reservation reservation) {
    ExchangeReservation added =
        new ExchangeReservation(reservation, settlement.work()::touch, this::hideHeaders);
    if (added.isAllowed()) {
      HeaderFields newest;
      synchronized (this) {
        if (ended) {
          boolean unused = reservation.giveBack();
          throw over();
        }
        reservations.add(added);
        newest = parts.headers().of(charges.merge(reservation.decision().states()));
      }
      if (!settlement.outcome().isTroubled()) {
        response.update(newest);
      }
    }
    return added;
  }

  private synchronized void requireOpen() {
    settlement.work().touch();
    if (ended) {
      throw over();
    }
  }

  private static IllegalStateException over() {
    return new IllegalStateException(
        "this request is over, and nothing would end its reservation; reserve with Quotas.reserve"
            + " for work that outlives its request");
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
    parts.refusals().refuse(refused, request, response);
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
    return new Notices(
        parts.quotas(),
        parts.json(),
        parts.messages(),
        subject(),
        parts.languages().of(subject(), request));
  }

  /**
   * Returns the conversation that the request belongs to.
   *
   * @return its id; empty if no header named one and no policy limits conversations
   */
  public Optional<String> conversation() {
    return Optional.ofNullable(subject().groups().get(Scope.CONVERSATION));
  }

  /**
   * Returns what a request to another service must have as its {@code Quota-Conversation} header,
   * so that what that does counts on the same conversation.
   *
   * @return the value, signed; empty if there is no conversation
   */
  public Optional<String> conversationHeader() {
    Optional<Opening> opening = charges.opening().filter(it -> !it.isBegun());
    if (opening.isPresent()) {
      // What others do counts on it from now on; where too many were begun, they hear of it.
      Optional<Decision> tooMany = parts.openings().begin(opening.get(), subject());
      if (tooMany.isEmpty()) {
        updateConversation();
      }
    }
    return currentHeader();
  }

  /** Ends everything that the exchange holds, in the way that the request ended. */
  void end(RequestEnd how, boolean giveBackFailed) {
    List<ExchangeReservation> open;
    synchronized (this) {
      ended = true;
      open = List.copyOf(reservations);
    }
    boolean failed = how == RequestEnd.FAILED;
    RequestEnd ofReservations = failed && !giveBackFailed ? RequestEnd.DELIVERED : how;
    boolean givenBack = false;
    try {
      open.forEach(reservation -> reservation.end(ofReservations));
      givenBack = failed && giveBackFailed && giveBack();
      // Nothing happens where the charge came back, or holds no place.
      parts.quotas().finish(allowed.receipt());
    } finally {
      keyed.end(how, givenBack);
    }
  }
}
