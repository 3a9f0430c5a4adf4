package dev.quota.http;

import dev.quota.Charge;
import dev.quota.Decision;
import dev.quota.QuotaSnapshot;
import dev.quota.Subject;
import dev.quota.http.internal.call.Calls;
import dev.quota.http.internal.call.Eventual;
import dev.quota.http.request.RequestEnd;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The charges that were made while a request ran. They end with the request. Thread-safe. */
final class LaterCharges {

  private final Exchange exchange;
  private final ExchangeParts parts;
  private final RequestCharges charges;

  /** Guarded by this. */
  private final List<Decision.Allowed> made = new ArrayList<>(1);

  /** Guarded by this. */
  private boolean over;

  LaterCharges(Exchange exchange, ExchangeParts parts, RequestCharges charges, boolean over) {
    this.exchange = exchange;
    this.parts = parts;
    this.charges = charges;
    this.over = over;
  }

  /** Charges. If the caller is charged, the charge counts on the conversation of the request. */
  Eventual<Decision> charge(Calls<?> calls, Subject who, List<Charge> costs) {
    exchange.listener().used();
    if (isOver()) {
      throw requestIsOver();
    }
    boolean ofCaller = who.equals(exchange.subject());
    Eventual<Optional<Decision>> tooMany =
        ofCaller && charges.opening().filter(it -> !it.isBegun()).isPresent()
            ? parts.openings().begin(calls, charges.opening().orElseThrow(), who)
            : Eventual.done(Optional.empty());
    return tooMany.then(
        refused ->
            refused.isPresent()
                ? Eventual.done(refused.get())
                : calls
                    .charge(ofCaller ? exchange.subject() : who, costs, Optional.empty())
                    .then(decision -> decided(calls, costs, decision)));
  }

  private Eventual<Decision> decided(Calls<?> calls, List<Charge> costs, Decision decision) {
    if (decision instanceof Decision.Allowed allowed) {
      if (!own(allowed)) {
        // No lock is held while the store is asked.
        return calls.refund(allowed.receipt()).then(it -> Eventual.failed(requestIsOver()));
      }
      charges.add(costs, allowed, false);
      exchange.listener().changed(parts.headers().of(charges.merge(ofCaller(allowed.states()))));
    }
    return Eventual.done(decision);
  }

  /** Returns states with the subject of the request, even if another subject was charged. */
  private QuotaSnapshot ofCaller(QuotaSnapshot states) {
    QuotaSnapshot caller = exchange.states();
    return new QuotaSnapshot(
        states.now(),
        caller.subject(),
        caller.plan(),
        caller.zone(),
        caller.zoneSource(),
        states.quotas());
  }

  synchronized boolean isDegraded() {
    return made.stream().anyMatch(Decision.Allowed::isDegraded);
  }

  /** Refunds all of them. True if anything was refunded. */
  Eventual<Boolean> refund(Calls<?> calls) {
    Eventual<Boolean> refunded = Eventual.done(false);
    for (Decision.Allowed allowed : made()) {
      refunded = refunded.then(any -> calls.refund(allowed.receipt()).map(it -> any || it));
    }
    return refunded;
  }

  /** Ends all of them as the request ended. Always true. */
  Eventual<Boolean> end(RequestEnd how, Calls<?> calls) {
    synchronized (this) {
      over = true;
    }
    Eventual<Boolean> ended = how == RequestEnd.FAILED ? refund(calls) : Eventual.done(true);
    for (Decision.Allowed allowed : made()) {
      ended = ended.always(() -> calls.finish(allowed.receipt()));
    }
    return ended.map(it -> true);
  }

  private synchronized List<Decision.Allowed> made() {
    return List.copyOf(made);
  }

  private synchronized boolean isOver() {
    return over;
  }

  /** Adds a charge, which ends with the request. Returns false if the request is over. */
  private synchronized boolean own(Decision.Allowed allowed) {
    if (!over) {
      made.add(allowed);
    }
    return !over;
  }

  private static IllegalStateException requestIsOver() {
    return new IllegalStateException(
        "this request is over, and nothing would end its charge; charge with Quotas.charge for"
            + " work that outlives its request");
  }
}
