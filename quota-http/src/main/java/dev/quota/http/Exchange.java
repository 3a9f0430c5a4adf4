package dev.quota.http;

import dev.quota.Decision;
import dev.quota.QuotaSnapshot;
import dev.quota.Quotas;
import dev.quota.Reservation;
import dev.quota.ReserveRequest;
import dev.quota.Subject;
import dev.quota.http.internal.conversation.Conversations;
import dev.quota.http.internal.conversation.Opening;
import dev.quota.http.internal.key.KeyedRequest;
import dev.quota.http.internal.refusal.RefusalKind;
import dev.quota.policy.Scope;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One charged request, from its charge to its end. An adapter ends each with {@link #end}, once,
 * when the work is over. Safe for use by several threads.
 */
public final class Exchange {

  private final ExchangeParts parts;
  private final Decision.Allowed allowed;
  private final KeyedRequest keyed;
  private final RequestView request;
  private final RequestCharges charges;
  private final List<ExchangeReservation> reservations = new ArrayList<>();
  private volatile ExchangeListener listener = ExchangeListener.NONE;
  private boolean ended;

  Exchange(
      ExchangeParts parts,
      Decision.Allowed allowed,
      KeyedRequest keyed,
      RequestView request,
      RequestCharges charges) {
    this.parts = parts;
    this.allowed = allowed;
    this.keyed = keyed;
    this.request = request;
    this.charges = charges;
  }

  /**
   * Sets who hears what the answer has to follow.
   *
   * @param adapter the listener
   */
  public void listen(ExchangeListener adapter) {
    listener = adapter;
  }

  /**
   * Returns whether the request holds an {@code Idempotency-Key}, so that the adapter has to {@link
   * #identify} it before its endpoint runs.
   *
   * @return true if it has to
   */
  public boolean needsFingerprint() {
    return keyed.once().isPresent();
  }

  /**
   * Says what the request asks for, so that the same key is not used for something else.
   *
   * @param fingerprint the same for the same query, media type and body
   * @return the refusal of a key that was used for another request; the exchange is over then
   */
  public Optional<Answer> identify(String fingerprint) {
    if (keyed.isReused(allowed, fingerprint)) {
      keyed.release();
      return Optional.of(
          parts.refusals().keyed(RefusalKind.KEY_REUSED, allowed.states().subject(), request));
    }
    if (!allowed.isRepetition()) {
      keyed.begin(fingerprint);
    }
    return Optional.empty();
  }

  /** Lets the key of a request go that cannot be identified; nothing else ends. */
  public void releaseKey() {
    keyed.release();
  }

  /**
   * Returns who was charged.
   *
   * @return the subject, as part of its conversation
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
   * Returns whether the endpoint must run in its reduced form.
   *
   * @return true if degraded
   */
  public boolean isDegraded() {
    return allowed.isDegraded();
  }

  /**
   * Returns whether the charge had been made before, by a request with the same key.
   *
   * @return true if nothing was charged this time
   */
  public boolean isRepetition() {
    return allowed.isRepetition();
  }

  /**
   * Returns what an endpoint stores its answer by.
   *
   * @return 43 characters of URL-safe Base64; empty without a key
   */
  public Optional<String> idempotencyId() {
    return keyed.id();
  }

  /**
   * Gives the charge back. Only the first call has an effect.
   *
   * @return true if this call gave something back
   * @throws dev.quota.store.QuotaStoreException if the store cannot answer
   */
  public boolean refund() {
    boolean refunded = parts.quotas().refund(allowed.receipt());
    if (refunded) {
      charges.opening().ifPresent(it -> parts.openings().refund(it, allowed.receipt()));
      listener.refunded();
    }
    return refunded;
  }

  /**
   * Reserves an estimate of what the work will use: {@link Quotas#reserve(Subject, String, long)}.
   *
   * @param quota the quota's name
   * @param estimate units
   * @return the reservation, also of a refusal
   * @throws IllegalArgumentException if the quota is unknown or the estimate out of range
   * @throws IllegalStateException if the request is over
   */
  public Reservation reserve(String quota, long estimate) {
    requireOpen();
    return refusedBeginning(quota)
        .orElseGet(() -> added(parts.quotas().reserve(subject(), quota, estimate)));
  }

  /**
   * Reserves as much as there is, up to an estimate: {@link Quotas#reserve(ReserveRequest)}.
   *
   * @param quota the quota's name
   * @param atLeast with less than this the work is not worth beginning
   * @param estimate the most to take
   * @return the reservation, also of a refusal
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
    if (charges.opening().isPresent()) {
      HeaderFields newest = new HeaderFields();
      currentHeader().ifPresent(it -> newest.put(Conversations.FIELD, it));
      listener.changed(newest);
    }
  }

  private Optional<String> currentHeader() {
    return charges.opening().isPresent()
        ? parts.conversations().header(charges.opening().get(), subject())
        : conversation().flatMap(id -> parts.conversations().header(id, subject()));
  }

  private Reservation added(Reservation reservation) {
    ExchangeReservation added =
        new ExchangeReservation(reservation, () -> listener.used(), () -> listener.refunded());
    if (added.isAllowed()) {
      HeaderFields newest;
      synchronized (this) {
        if (ended) {
          boolean unused = reservation.refund();
          throw over();
        }
        reservations.add(added);
        newest = parts.headers().of(charges.merge(reservation.decision().states()));
      }
      listener.changed(newest);
    }
    return added;
  }

  private synchronized void requireOpen() {
    listener.used();
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
   * Returns the answer to a decision that refuses, in the words and with the status of every
   * refusal.
   *
   * @param refused a decision of the engine that refuses
   * @return the answer
   * @throws IllegalArgumentException if it allows
   */
  public Answer refusal(Decision refused) {
    if (refused.isAllowed()) {
      throw new IllegalArgumentException("refused must be a refusal, was " + refused);
    }
    return parts.refusals().refused(refused, request);
  }

  /**
   * Returns the answer to a repetition on which another node may still be working: a 409 with
   * {@code Retry-After}.
   *
   * @return the answer
   * @throws IllegalStateException if the request is no repetition
   */
  public Answer refusalAsRunning() {
    if (!isRepetition()) {
      throw new IllegalStateException(
          "this is the first request with its key, so no other can be running; answer it");
    }
    return parts.refusals().keyed(RefusalKind.IN_PROGRESS, subject(), request);
  }

  /**
   * Returns what makes events about reservations.
   *
   * @return notices in the language of the request
   */
  public ReservationNotices notices() {
    return new ReservationNotices(
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
   * Returns what a request to another service must have as its {@code Quota-Conversation} header.
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

  /**
   * Ends everything that the exchange holds: its charge, its reservations, its permits and its key.
   *
   * @param how how the request ended
   * @throws dev.quota.store.QuotaStoreException if the store cannot answer
   */
  public void end(RequestEnd how) {
    List<ExchangeReservation> open;
    synchronized (this) {
      ended = true;
      open = List.copyOf(reservations);
    }
    boolean failed = how == RequestEnd.FAILED;
    boolean refunds = failed && parts.refundFailed();
    RequestEnd ofReservations = failed && !refunds ? RequestEnd.DELIVERED : how;
    boolean refunded = false;
    try {
      open.forEach(reservation -> reservation.end(ofReservations));
      refunded = refunds && refund();
      // Nothing happens where the charge came back, or holds no place.
      parts.quotas().finish(allowed.receipt());
    } finally {
      keyed.end(how, refunded);
    }
  }
}
