package dev.quota.http;

import dev.quota.AsyncReservation;
import dev.quota.Decision;
import dev.quota.Quotas;
import dev.quota.Reservation;
import dev.quota.ReserveRequest;
import dev.quota.Subject;
import dev.quota.http.internal.call.Calls;
import dev.quota.http.internal.call.Eventual;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/**
 * The reservations of one request. They end when the request ends. Closing one before that does
 * nothing. Thread-safe.
 */
public final class ExchangeReservations {

  private final Exchange exchange;
  private final ExchangeParts parts;
  private final RequestCharges charges;

  /** Guarded by this. */
  private final List<Owned<?>> owned = new ArrayList<>(1);

  /** Guarded by this. */
  private boolean over;

  ExchangeReservations(
      Exchange exchange, ExchangeParts parts, RequestCharges charges, boolean over) {
    this.exchange = exchange;
    this.parts = parts;
    this.charges = charges;
    this.over = over;
  }

  /**
   * Reserves an estimate of what the work will use: {@link Quotas#reserve(Subject, String, long)}.
   *
   * @param quota the quota's name
   * @param estimate units, zero or more
   * @return the reservation, even if it is refused
   * @throws IllegalArgumentException if the quota is unknown or the estimate out of range
   * @throws IllegalStateException if the request is over
   */
  public Reservation reserve(String quota, long estimate) {
    return reserve(parts.blocking(), quota, one(quota, estimate), this::bound).get();
  }

  /**
   * Reserves as much as there is, up to an estimate: {@link Quotas#reserve(ReserveRequest)}.
   *
   * @param quota the quota's name
   * @param atLeast the least amount with which the work is worth starting, in units
   * @param estimate the most to take, in units
   * @return the reservation, even if it is refused
   * @throws IllegalArgumentException if the quota is unknown or a number out of range
   * @throws IllegalStateException if the request is over
   */
  public Reservation reserve(String quota, long atLeast, long estimate) {
    return reserve(parts.blocking(), quota, range(quota, atLeast, estimate), this::bound).get();
  }

  /**
   * Reserves an estimate, as {@link #reserve(String, long)}, without waiting.
   *
   * @param quota the quota's name
   * @param estimate units
   * @return completes with the reservation, even if it is refused; with the exceptions of {@link
   *     #reserve(String, long)}
   */
  public CompletionStage<AsyncReservation> reserveAsync(String quota, long estimate) {
    return Eventual.attempt(() -> reserve(parts.async(), quota, one(quota, estimate), this::bound))
        .toStage();
  }

  /**
   * Reserves as much as there is, up to an estimate, as {@link #reserve(String, long, long)},
   * without waiting.
   *
   * @param quota the quota's name
   * @param atLeast the least amount with which the work is worth starting, in units
   * @param estimate the most to take, in units
   * @return completes with the reservation, even if it is refused; with the exceptions of {@link
   *     #reserve(String, long, long)}
   */
  public CompletionStage<AsyncReservation> reserveAsync(String quota, long atLeast, long estimate) {
    return Eventual.attempt(
            () -> reserve(parts.async(), quota, range(quota, atLeast, estimate), this::bound))
        .toStage();
  }

  /** Makes a reservation, blocking or asynchronously. */
  private interface Ask {
    <R> Eventual<R> of(Calls<R> calls);
  }

  private Ask one(String quota, long estimate) {
    return new Ask() {
      @Override
      public <R> Eventual<R> of(Calls<R> calls) {
        return calls.reserve(exchange.subject(), quota, estimate);
      }
    };
  }

  private Ask range(String quota, long atLeast, long estimate) {
    return new Ask() {
      @Override
      public <R> Eventual<R> of(Calls<R> calls) {
        return calls.reserve(new ReserveRequest(exchange.subject(), quota, atLeast, estimate));
      }
    };
  }

  private ExchangeReservation bound(Reservation reservation) {
    return new ExchangeReservation(
        reservation, () -> exchange.listener().used(), () -> exchange.listener().refunded());
  }

  private AsyncExchangeReservation bound(AsyncReservation reservation) {
    return new AsyncExchangeReservation(
        reservation, () -> exchange.listener().used(), () -> exchange.listener().refunded());
  }

  /** Reserves. It begins the conversation first, because a reservation counts on it at once. */
  private <R> Eventual<R> reserve(
      Calls<R> calls, String quota, Ask ask, Function<R, Owned<R>> bind) {
    requireOpen();
    return exchange
        .inConversation()
        .reserve(calls, quota)
        .then(
            refused ->
                refused.isPresent()
                    ? Eventual.done(refused.get())
                    : ask.of(calls).then(reservation -> added(calls, reservation, bind)));
  }

  private <R> Eventual<R> added(Calls<R> calls, R reservation, Function<R, Owned<R>> bind) {
    Owned<R> bound = bind.apply(reservation);
    Decision decision = calls.decision(reservation);
    if (decision.isAllowed()) {
      if (!own(bound)) {
        // No lock is held while the store is asked.
        return calls.refund(reservation).then(refunded -> Eventual.failed(isOver()));
      }
      exchange.listener().changed(parts.headers().of(charges.merge(decision.states())));
    }
    return Eventual.done(bound.handle());
  }

  private void requireOpen() {
    exchange.listener().used();
    synchronized (this) {
      if (!over) {
        return;
      }
    }
    throw isOver();
  }

  private static IllegalStateException isOver() {
    return new IllegalStateException(
        "this request is over, and nothing would end its reservation; reserve with Quotas.reserve"
            + " for work that outlives its request");
  }

  /** Adds a reservation, which ends with the request. Returns false if the request is over. */
  private synchronized boolean own(Owned<?> bound) {
    if (!over) {
      owned.add(bound);
    }
    return !over;
  }

  /** Accepts no more reservations. Returns those that end with the request. */
  synchronized List<Owned<?>> close() {
    over = true;
    return List.copyOf(owned);
  }
}
