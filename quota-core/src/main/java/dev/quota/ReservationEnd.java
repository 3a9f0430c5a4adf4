package dev.quota;

import dev.quota.spi.StoreCommand;
import dev.quota.spi.StoreReply;
import java.util.Optional;

/** Ends a reservation once: settles, refunds or closes it. Only one step runs at a time. */
final class ReservationEnd {

  private static final long NOTHING_SAID = -1;

  private final ReservedUnits units;
  private final Runnable endRenewal;
  private volatile boolean over;

  /** True while the store has not answered the end, so that the result is not known. */
  private volatile boolean ending;

  private volatile Optional<Settlement> settlement = Optional.empty();
  private volatile long settledUse = NOTHING_SAID;

  ReservationEnd(ReservedUnits units, Runnable endRenewal) {
    this.units = units;
    this.endRenewal = endRenewal;
  }

  boolean isOver() {
    return over;
  }

  private IllegalStateException isOver(String what) {
    return new IllegalStateException(
        "the reservation "
            + (settledUse == NOTHING_SAID ? "was refunded" : "was settled to " + settledUse)
            + " and cannot be "
            + what);
  }

  /** Checks that it is open, or was settled to that amount, as far as is known now. */
  void requireSettleable(long actual) {
    if (!ending) {
      requireOpenOrSettledTo(actual);
    }
  }

  private void requireOpenOrSettledTo(long actual) {
    if (over && (settlement.isEmpty() || settledUse != actual)) {
      throw isOver("settled to " + actual);
    }
  }

  Step<Settlement> settle(long actual) {
    requireOpenOrSettledTo(actual);
    return settlement.isPresent() ? Step.done(settlement.get()) : end(actual);
  }

  /** Checks that it is open and its use is known, or that it was settled. */
  void requireSettleableAsUsed() {
    if (!ending) {
      requireOpenOrSettled();
    }
  }

  private void requireOpenOrSettled() {
    if (settlement.isEmpty()) {
      if (units.resumed && units.used().isEmpty()) {
        throw new IllegalStateException(
            "this node was not told what was used; call used or settle with the total");
      }
      if (over) {
        throw isOver("settled");
      }
    }
  }

  Step<Settlement> settleAsUsed() {
    requireOpenOrSettled();
    return settlement.isPresent()
        ? Step.done(settlement.get())
        : end(units.used().orElse(units.reserved));
  }

  /** Keeps it as it is, unless it is over. */
  Step<Boolean> close() {
    if (units.resumed && units.used().isEmpty()) {
      // The node that made it still holds it.
      over = true;
    }
    return over
        ? Step.done(true)
        : end(Math.max(units.reserved, units.used().orElse(0L))).map(unused -> true);
  }

  private void begin() {
    ending = true;
    over = true;
    endRenewal.run();
    units.now.refresh();
  }

  private Step<Settlement> end(long actual) {
    begin();
    // If the plan no longer includes the quota, nothing more can be charged.
    long total = units.now.isClosed() && !units.resumed ? Math.min(actual, units.held()) : actual;
    StoreCommand.Settle command = units.now.command(total, true, true);
    return Step.ask(units.store, command)
        .then(reply -> settled(reply, actual, total))
        .orElse(failure -> unanswered(command, actual))
        .map(result -> ended(actual, result));
  }

  private Step<Settlement> settled(StoreReply reply, long actual, long total) {
    if (reply.outcome() != StoreReply.Outcome.GONE) {
      units.hold(units.now.units(reply, units.held()));
      return settlement(reply, Settlement.Outcome.SETTLED, actual);
    }
    return hasLapsed()
        ? late().settle(total).then(charged -> settledLate(reply, actual, charged))
        : settlement(reply, Settlement.Outcome.GONE, actual);
  }

  private Step<Settlement> settledLate(StoreReply reply, long actual, long charged) {
    units.hold(charged);
    return settlement(reply, Settlement.Outcome.SETTLED, actual);
  }

  private Step<Settlement> settlement(StoreReply reply, Settlement.Outcome outcome, long actual) {
    long charged = units.held();
    return units
        .states(reply)
        .map(states -> new Settlement(outcome, charged, Math.max(0, actual - charged), states));
  }

  private Step<Settlement> unanswered(StoreCommand.Settle command, long actual) {
    sendAgain(command);
    units.hold(actual);
    return units
        .states()
        .map(states -> new Settlement(Settlement.Outcome.PENDING, actual, 0, states));
  }

  /** Sends a command again in the background. */
  private void sendAgain(StoreCommand.Settle command) {
    ReservationContext context = units.context;
    Runnable unused =
        context
            .maintenance()
            .add(
                new UnansweredSettlement(
                    context.decider(), units.store, command, units.memory.operation().keep()));
  }

  private Settlement ended(long actual, Settlement result) {
    settledUse = actual;
    settlement = Optional.of(result);
    ending = false;
    if (result.outcome() != Settlement.Outcome.GONE) {
      publish(result.states(), new Settled(units.reserved, actual, result.charged()));
    }
    return result;
  }

  private void publish(QuotaSnapshot states, Settled settled) {
    Events events = units.context.events();
    units.events.add(() -> events.settled(units.subject(), states.quotas().get(0), settled));
  }

  private boolean hasLapsed() {
    return !units.resumed && units.memory.hasLapsed();
  }

  private LateSettlement late() {
    return new LateSettlement(units.store, units.taken, units.now.quota().policy, units.held());
  }

  /** Refunds all of it, unless it is over. */
  Step<Boolean> refund() {
    if (over) {
      return Step.done(false);
    }
    begin();
    StoreCommand.Settle command = units.now.command(0, false, true);
    return Step.ask(units.store, command)
        .then(this::refunded)
        .orElse(failure -> refundUnanswered(command));
  }

  private Step<Boolean> refundUnanswered(StoreCommand.Settle command) {
    sendAgain(command);
    return units.states().map(states -> refunded(states, true));
  }

  private Step<Boolean> refunded(StoreReply reply) {
    boolean done = reply.outcome() == StoreReply.Outcome.DONE;
    return !done && hasLapsed()
        ? late().refund().then(unused -> units.states(reply)).map(states -> refunded(states, true))
        : units.states(reply).map(states -> refunded(states, done));
  }

  private boolean refunded(QuotaSnapshot states, boolean returned) {
    ending = false;
    if (returned) {
      units.hold(0);
      Events events = units.context.events();
      units.events.add(
          () -> events.refunded(units.subject(), states.quotas().get(0), units.reserved));
      publish(states, new Settled(units.reserved, units.used().orElse(0L), 0));
    }
    return returned;
  }
}
