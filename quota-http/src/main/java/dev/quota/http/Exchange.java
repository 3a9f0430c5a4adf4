package dev.quota.http;

import dev.quota.Charge;
import dev.quota.Decision;
import dev.quota.QuotaSnapshot;
import dev.quota.Subject;
import dev.quota.http.answer.Answer;
import dev.quota.http.internal.call.Calls;
import dev.quota.http.internal.call.Eventual;
import dev.quota.http.internal.key.KeyedRequest;
import dev.quota.http.internal.refusal.RefusalKind;
import dev.quota.http.request.RequestEnd;
import dev.quota.http.request.RequestView;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * One charged request, from its charge to its end. An adapter calls {@link #end} once, when the
 * work is over. Thread-safe.
 */
public final class Exchange {

  private final ExchangeParts parts;
  private final Decision.Allowed allowed;
  private final KeyedRequest keyed;
  private final RequestView request;
  private final RequestCharges charges;
  private volatile ExchangeListener listener = ExchangeListener.NONE;

  /** Created at the first use. Guarded by this. */
  private @Nullable ExchangeReservations reservations;

  /** Created at the first use. Guarded by this. */
  private @Nullable LaterCharges later;

  /** Guarded by this. */
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
   * Sets the listener for changes that affect the answer.
   *
   * @param adapter the listener
   */
  public void listen(ExchangeListener adapter) {
    listener = adapter;
  }

  /**
   * Returns the {@code Idempotency-Key} that the request holds. The adapter must {@linkplain
   * ExchangeKey#identify identify} such a request before its endpoint runs.
   *
   * @return the key; empty without one
   */
  public Optional<ExchangeKey> key() {
    return keyed.once().map(once -> new ExchangeKey(keyed, allowed, parts.refusals(), request));
  }

  /**
   * Returns who was charged.
   *
   * @return the subject, with its conversation
   */
  public Subject subject() {
    Subject charged = allowed.states().subject();
    return charges.opening().map(it -> it.with(charged)).orElse(charged);
  }

  /**
   * Returns the request.
   *
   * @return the request at its beginning
   */
  public RequestView request() {
    return request;
  }

  /**
   * Returns the states of the quotas that the request has charged or reserved, after the last
   * change.
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
    return allowed.isDegraded() || later().filter(LaterCharges::isDegraded).isPresent();
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
   * Refunds the charge. Only the first call has an effect.
   *
   * @return true if this call refunded something
   * @throws dev.quota.store.QuotaStoreException if the store cannot answer
   */
  public boolean refund() {
    return refund(parts.blocking()).get();
  }

  /**
   * Refunds the charge, as {@link #refund}, without waiting.
   *
   * @return completes with true if this call refunded something; with a {@link
   *     dev.quota.store.QuotaStoreException} if the store cannot answer
   */
  public CompletionStage<Boolean> refundAsync() {
    return Eventual.attempt(() -> refund(parts.async())).toStage();
  }

  private Eventual<Boolean> refund(Calls<?> calls) {
    return calls
        .refund(allowed.receipt())
        .then(
            refunded ->
                inConversation()
                    .refund(calls, allowed.receipt())
                    .map(alsoThere -> refunded || alsoThere))
        .then(
            refunded ->
                later().isPresent()
                    ? later().get().refund(calls).map(alsoLater -> refunded || alsoLater)
                    : Eventual.done(refunded))
        .map(
            refunded -> {
              if (refunded) {
                listener.refunded();
              }
              return refunded;
            });
  }

  /**
   * Charges a cost that becomes known after the request began, for instance by its body. The charge
   * belongs to the request: it is refunded and ended with the request, and headers show it.
   *
   * @param who who is charged: {@link #subject}, or another subject
   * @param costs the quotas to charge, all or none
   * @return the decision; answer a refusal with {@link #refusal}
   * @throws dev.quota.UnknownQuotaException if a quota is unknown
   * @throws IllegalStateException if the request is over
   */
  public Decision charge(Subject who, List<Charge> costs) {
    return charge(who, costs, parts.blocking()).get();
  }

  /**
   * Charges a cost that becomes known after the request began, as {@link #charge}, without waiting.
   *
   * @param who who is charged
   * @param costs the quotas to charge, all or none
   * @return completes with the decision, or with the exceptions of {@link #charge}
   */
  public CompletionStage<Decision> chargeAsync(Subject who, List<Charge> costs) {
    return Eventual.attempt(() -> charge(who, costs, parts.async())).toStage();
  }

  private Eventual<Decision> charge(Subject who, List<Charge> costs, Calls<?> calls) {
    LaterCharges made;
    synchronized (this) {
      made = later == null ? new LaterCharges(this, parts, charges, ended) : later;
      later = made;
    }
    return made.charge(calls, who, costs);
  }

  private synchronized Optional<LaterCharges> later() {
    return Optional.ofNullable(later);
  }

  /**
   * Returns the reservations, which are made in addition to the charge.
   *
   * @return the reservations of the request
   */
  public synchronized ExchangeReservations reservations() {
    ExchangeReservations made = reservations;
    if (made == null) {
      made = new ExchangeReservations(this, parts, charges, ended);
      reservations = made;
    }
    return made;
  }

  /**
   * Returns the answer for a refusal, in the same form as for every refusal.
   *
   * @param refused a decision of the engine that refuses
   * @return the answer
   * @throws IllegalArgumentException if the decision is no refusal
   */
  public Answer refusal(Decision refused) {
    if (refused.isAllowed()) {
      throw new IllegalArgumentException("refused must be a refusal, was " + refused);
    }
    return parts.refusals().refused(refused, request);
  }

  /**
   * Returns the answer to a repetition while another node may still do the work: status 409 with
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
   * Returns the maker of server-sent events about reservations.
   *
   * @return notices in the language of the request
   */
  public ReservationNotices notices() {
    return new ReservationNotices(parts, subject(), parts.languages().of(subject(), request));
  }

  /**
   * Returns the id of the request's conversation.
   *
   * @return the id; empty if no header has one and no policy limits conversations
   */
  public Optional<String> conversation() {
    return inConversation().id();
  }

  /**
   * Returns the {@code Quota-Conversation} header for requests to other services.
   *
   * @return the value, signed; empty if there is no conversation
   */
  public Optional<String> conversationHeader() {
    return inConversation().passOn(parts.blocking()).get();
  }

  /**
   * Returns the {@code Quota-Conversation} header for requests to other services, as {@link
   * #conversationHeader}, without waiting.
   *
   * @return completes with the value, signed; empty if there is no conversation
   */
  public CompletionStage<Optional<String>> conversationHeaderAsync() {
    return Eventual.attempt(() -> inConversation().passOn(parts.async())).toStage();
  }

  ExchangeConversation inConversation() {
    return new ExchangeConversation(parts, charges, subject(), listener);
  }

  ExchangeListener listener() {
    return listener;
  }

  /**
   * Ends everything that the exchange holds: its charge, its reservations, its permits and its key.
   * It also waits for asynchronous reservations.
   *
   * @param how how the request ended
   * @throws dev.quota.store.QuotaStoreException if the store cannot answer
   */
  public void end(RequestEnd how) {
    boolean unused = end(how, parts.blocking(), Owned::end).get();
  }

  /**
   * Ends everything that the exchange holds, as {@link #end}, without waiting. If a reservation is
   * in use at that moment, it ends after that use.
   *
   * @param how how the request ended
   * @return completes when everything has ended; with a {@link dev.quota.store.QuotaStoreException}
   *     if the store cannot answer
   */
  public CompletionStage<Void> endAsync(RequestEnd how) {
    return Eventual.attempt(() -> end(how, parts.async(), Owned::endAsync)).toVoidStage();
  }

  private Eventual<Boolean> end(
      RequestEnd how,
      Calls<?> calls,
      BiFunction<Owned<?>, RequestEnd, Eventual<Boolean>> endReservation) {
    boolean refunds = how == RequestEnd.FAILED && parts.refundFailed();
    List<Owned<?>> open = closedReservations();
    Optional<LaterCharges> more = later();
    if (open.isEmpty() && more.isEmpty() && !refunds && keyed.once().isEmpty()) {
      // The usual case.
      return calls.finish(allowed.receipt());
    }
    RequestEnd ofOthers = how == RequestEnd.FAILED && !refunds ? RequestEnd.DELIVERED : how;
    Eventual<Boolean> others = Eventual.done(true);
    for (Owned<?> reservation : open) {
      others = others.always(() -> endReservation.apply(reservation, ofOthers));
    }
    if (more.isPresent()) {
      others = others.always(() -> more.get().end(ofOthers, calls));
    }
    return endCharge(others, how, refunds, calls);
  }

  /** Ends the charge itself and the key, after everything else has ended. */
  private Eventual<Boolean> endCharge(
      Eventual<Boolean> others, RequestEnd how, boolean refunds, Calls<?> calls) {
    AtomicBoolean cameBack = new AtomicBoolean();
    Eventual<Boolean> refunded =
        refunds
            ? others.always(
                () -> refund(calls).whenOver((it, failure) -> cameBack.set(it != null && it)))
            : others;
    return refunded
        // Does nothing if the charge was refunded or holds no permit.
        .always(() -> calls.finish(allowed.receipt()))
        .whenOver((done, failure) -> keyed.end(how, cameBack.get()));
  }

  private List<Owned<?>> closedReservations() {
    ExchangeReservations open;
    synchronized (this) {
      ended = true;
      open = reservations;
    }
    return open == null ? List.of() : open.close();
  }
}
