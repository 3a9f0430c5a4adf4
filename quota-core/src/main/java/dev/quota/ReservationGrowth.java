package dev.quota;

import dev.quota.policy.Capacity;
import dev.quota.spi.StoreReply;

/** Reserves more for work that uses more than is held. Only one step runs at a time. */
final class ReservationGrowth {

  /**
   * A growth adds a quarter of what is used, so that even a hundredfold overrun needs few steps.
   */
  private static final int GROWTH_PARTS = 4;

  private final ReservedUnits units;

  /** How much of what is held fits the limits. The rest is in their grace. */
  private final FittingUnits fitting = new FittingUnits();

  /** Up to this total the store is not asked: what is held, or more while the store is away. */
  private volatile long ceiling;

  /** True if the work was told to stop. */
  private volatile boolean stopped;

  ReservationGrowth(ReservedUnits units) {
    this.units = units;
    this.ceiling = units.resumed ? Long.MAX_VALUE : units.reserved;
  }

  /** Returns whether the work goes on within the grace of a limit. */
  boolean isInGrace() {
    return units.used().isPresent() && fitting.isExceededBy(units.used().get());
  }

  /** Returns whether work that used so much may go on without asking the store. */
  boolean covers(long soFar) {
    return soFar <= ceiling || units.memory.isForgotten();
  }

  /** Reserves more for work that used so much. Its result says whether the work may go on. */
  Step<Boolean> grow(long soFar) {
    if (covers(soFar)) {
      return Step.done(true);
    }
    if (stopped) {
      return Step.done(false);
    }
    units.now.refresh();
    if (units.now.isClosed()) {
      return Step.done(mayGoOn(soFar));
    }
    long quarter = Math.max(1, Math.max(soFar, units.reserved) / GROWTH_PARTS);
    // The most that is held beyond what was used.
    long step = Math.min(quarter, Math.max(1, units.now.quota().reservation.most()));
    long wanted = Math.min(Capacity.MAX_UNITS, soFar + step);
    long askedMillis = units.context.decider().elapsedMillis();
    return Step.ask(units.store, units.now.command(wanted, true, false))
        .then(reply -> grown(reply, askedMillis))
        .map(unused -> mayGoOn(soFar))
        .orElse(
            failure -> {
              // An outage of the store must not cut an answer off. The next step asks again.
              ceiling = wanted;
              return Step.done(true);
            });
  }

  private boolean mayGoOn(long soFar) {
    stopped = units.held() < soFar && !units.memory.isForgotten();
    return !stopped;
  }

  private Step<Boolean> grown(StoreReply reply, long askedMillis) {
    if (reply.outcome() == StoreReply.Outcome.GONE) {
      units.memory.gone();
      return Step.done(false);
    }
    // The growth renewed the reservation too.
    units.memory.remembered(askedMillis);
    long before = units.held();
    long held = units.now.units(reply, before);
    units.hold(held);
    ceiling = held;
    fitting.grown(units.now, reply, before, held);
    if (held <= before || !units.now.isTold(reply)) {
      return Step.done(true);
    }
    return units.states(reply).map(states -> publish(states, held - before));
  }

  private boolean publish(QuotaSnapshot states, long more) {
    Events events = units.context.events();
    units.events.add(() -> events.grown(units.subject(), states.quotas().get(0), more));
    return true;
  }
}
