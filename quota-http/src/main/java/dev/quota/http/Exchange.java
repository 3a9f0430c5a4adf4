package dev.quota.http;

import dev.quota.AsyncReservation;
import dev.quota.Decision;
import dev.quota.QuotaSnapshot;
import dev.quota.Quotas;
import dev.quota.Reservation;
import dev.quota.ReserveRequest;
import dev.quota.Subject;
import dev.quota.http.internal.call.Calls;
import dev.quota.http.internal.call.Eventual;
import dev.quota.http.internal.conversation.Conversations;
import dev.quota.http.internal.conversation.Opening;
import dev.quota.http.internal.key.KeyedRequest;
import dev.quota.http.internal.refusal.RefusalKind;
import dev.quota.policy.Scope;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.Supplier;

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
  private final List<Owned<?>> reservations = new ArrayList<>();
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
    return refund(parts.blocking()).get();
  }

  /**
   * Gives the charge back, as {@link #refund}, without waiting.
   *
   * @return completes with true if this call gave something back; with a {@link
   *     dev.quota.store.QuotaStoreException} if the store cannot answer
   */
  public CompletionStage<Boolean> refundAsync() {
    return Eventual.attempt(() -> refund(parts.async())).toStage();
  }

  private Eventual<Boolean> refund(Calls<?> calls) {
    return calls
        .refund(allowed.receipt())
        .then(refunded -> refunded ? refundConversation(calls) : Eventual.done(false));
  }

  private Eventual<Boolean> refundConversation(Calls<?> calls) {
    Eventual<Boolean> refunded =
        charges.opening().isPresent()
            ? parts.openings().refund(calls, charges.opening().get(), allowed.receipt())
            : Eventual.done(true);
    return refunded.map(
        over -> {
          listener.refunded();
          return true;
        });
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
    return reserve(
            parts.blocking(),
            quota,
            () -> parts.blocking().reserve(subject(), quota, estimate),
            this::bound)
        .get();
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
    return reserve(
            parts.blocking(),
            quota,
            () -> parts.blocking().reserve(range(quota, atLeast, estimate)),
            this::bound)
        .get();
  }

  /**
   * Reserves an estimate, as {@link #reserve(String, long)}, without waiting. Its reservation
   * belongs to the exchange as well, and {@link AsyncReservation#close} does nothing.
   *
   * @param quota the quota's name
   * @param estimate units
   * @return completes with the reservation, also of a refusal; with what {@link #reserve(String,
   *     long)} throws
   */
  public CompletionStage<AsyncReservation> reserveAsync(String quota, long estimate) {
    return Eventual.attempt(
            () ->
                reserve(
                    parts.async(),
                    quota,
                    () -> parts.async().reserve(subject(), quota, estimate),
                    this::bound))
        .toStage();
  }

  /**
   * Reserves as much as there is, up to an estimate, as {@link #reserve(String, long, long)},
   * without waiting.
   *
   * @param quota the quota's name
   * @param atLeast with less than this the work is not worth beginning
   * @param estimate the most to take
   * @return completes with the reservation, also of a refusal; with what {@link #reserve(String,
   *     long, long)} throws
   */
  public CompletionStage<AsyncReservation> reserveAsync(String quota, long atLeast, long estimate) {
    return Eventual.attempt(
            () ->
                reserve(
                    parts.async(),
                    quota,
                    () -> parts.async().reserve(range(quota, atLeast, estimate)),
                    this::bound))
        .toStage();
  }

  private ReserveRequest range(String quota, long atLeast, long estimate) {
    return new ReserveRequest(subject(), quota, atLeast, estimate);
  }

  private ExchangeReservation bound(Reservation reservation) {
    return new ExchangeReservation(reservation, () -> listener.used(), () -> listener.refunded());
  }

  private AsyncExchangeReservation bound(AsyncReservation reservation) {
    return new AsyncExchangeReservation(
        reservation, () -> listener.used(), () -> listener.refunded());
  }

  /** Begins the conversation, on which a reservation counts at once, and reserves. */
  private <R> Eventual<R> reserve(
      Calls<R> calls, String quota, Supplier<Eventual<R>> work, Function<R, Owned<R>> bind) {
    requireOpen();
    Eventual<Optional<R>> refused =
        charges.opening().isPresent()
            ? parts.openings().reserve(calls, charges.opening().get(), subject(), quota)
            : Eventual.done(Optional.empty());
    return refused.then(
        beginning -> {
          updateConversation();
          return beginning.isPresent()
              ? Eventual.done(beginning.get())
              : work.get().then(reservation -> added(calls, reservation, bind));
        });
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

  private <R> Eventual<R> added(Calls<R> calls, R reservation, Function<R, Owned<R>> bind) {
    Owned<R> owned = bind.apply(reservation);
    Decision decision = calls.decision(reservation);
    if (decision.isAllowed()) {
      if (!own(owned)) {
        // No lock is held while the store is asked.
        return calls.refund(reservation).then(refunded -> Eventual.failed(over()));
      }
      listener.changed(parts.headers().of(charges.merge(decision.states())));
    }
    return Eventual.done(owned.handle());
  }

  /** Makes a reservation end with this; returns false if this is over. */
  private synchronized boolean own(Owned<?> owned) {
    if (!ended) {
      reservations.add(owned);
    }
    return !ended;
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
    return conversationHeader(parts.blocking()).get();
  }

  /**
   * Returns what a request to another service must have as its {@code Quota-Conversation} header,
   * as {@link #conversationHeader}, without waiting.
   *
   * @return completes with the value, signed; empty if there is no conversation
   */
  public CompletionStage<Optional<String>> conversationHeaderAsync() {
    return Eventual.attempt(() -> conversationHeader(parts.async())).toStage();
  }

  private Eventual<Optional<String>> conversationHeader(Calls<?> calls) {
    Optional<Opening> opening = charges.opening();
    if (opening.isEmpty() || opening.get().isBegun()) {
      return Eventual.done(currentHeader());
    }
    // What others do counts on it from now on; where too many were begun, they hear of it.
    return parts
        .openings()
        .begin(calls, opening.get(), subject())
        .map(
            tooMany -> {
              if (tooMany.isEmpty()) {
                updateConversation();
              }
              return currentHeader();
            });
  }

  /**
   * Ends everything that the exchange holds: its charge, its reservations, its permits and its key.
   * Waits also for the stages of reservations that {@link #reserveAsync(String, long)} made.
   *
   * @param how how the request ended
   * @throws dev.quota.store.QuotaStoreException if the store cannot answer
   */
  public void end(RequestEnd how) {
    boolean unused = end(how, parts.blocking()).get();
  }

  /**
   * Ends everything that the exchange holds, as {@link #end}, without waiting. A reservation that
   * {@link #reserve(String, long)} made, and that is not over, makes the calling thread wait:
   * stacks whose threads must not wait reserve with {@link #reserveAsync(String, long)}.
   *
   * @param how how the request ended
   * @return completes when all of it is over; with a {@link dev.quota.store.QuotaStoreException} if
   *     the store cannot answer
   */
  public CompletionStage<Void> endAsync(RequestEnd how) {
    return Eventual.attempt(() -> end(how, parts.async())).toVoidStage();
  }

  private Eventual<Boolean> end(RequestEnd how, Calls<?> calls) {
    List<Owned<?>> open;
    synchronized (this) {
      ended = true;
      open = List.copyOf(reservations);
    }
    boolean failed = how == RequestEnd.FAILED;
    boolean refunds = failed && parts.refundFailed();
    RequestEnd ofReservations = failed && !refunds ? RequestEnd.DELIVERED : how;
    AtomicBoolean cameBack = new AtomicBoolean();
    Eventual<Boolean> over = Eventual.done(true);
    for (Owned<?> reservation : open) {
      over = over.then(before -> reservation.end(ofReservations));
    }
    return over.then(before -> refunds ? refund(calls) : Eventual.done(false))
        .then(
            refunded -> {
              cameBack.set(refunded);
              // Nothing happens where the charge came back, or holds no place.
              return calls.finish(allowed.receipt());
            })
        .whenOver((done, failure) -> keyed.end(how, cameBack.get()));
  }
}
