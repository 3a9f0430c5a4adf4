package dev.quota;

import dev.quota.policy.Overuse;
import dev.quota.policy.QuotaPolicy;
import dev.quota.usage.UsageReport;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A reservation that holds nothing yet: its estimate is zero, no store counts its quota, or its
 * work runs degraded or uncounted. If its units can be counted, they are reserved when they are
 * used.
 */
final class EmptyReservation implements ReservationSteps {

  private static final long NOTHING_SAID = -1;

  /** Counts units that are used without a reservation. */
  interface UseCounter {

    /** Reserves the units that are used, as far as there are any left. */
    Step<ReservationSteps> reserve(long units, PendingEvents events);

    /** Charges the units, beyond the limits if necessary, and returns what was charged. */
    Step<Settlement> owe(long units, PendingEvents events);
  }

  private final Decider decider;
  private final Decided decided;
  private final QuotaPolicy policy;

  /** Counts what is used; empty if nothing is ever counted. */
  private final Optional<UseCounter> counter;

  private final AtomicLong used = new AtomicLong(NOTHING_SAID);
  private final PendingEvents events = new PendingEvents();

  // Only one operation at a time changes these fields.
  private volatile Optional<ReservationSteps> begun = Optional.empty();
  private volatile Optional<Settlement> settlement = Optional.empty();
  private volatile long settledUse = NOTHING_SAID;
  private volatile boolean over;

  EmptyReservation(Decider decider, Decided decided, Optional<UseCounter> counter) {
    this.decider = decider;
    this.decided = decided;
    this.policy = decided.request().line(0).quota().policy;
    this.counter = counter;
  }

  @Override
  public Decision decision() {
    return decided.decision();
  }

  @Override
  public Optional<String> id() {
    return begun.flatMap(ReservationSteps::id);
  }

  @Override
  public String quota() {
    return policy.name();
  }

  @Override
  public long held() {
    return begun.map(ReservationSteps::held).orElse(0L);
  }

  @Override
  public Optional<Long> usedSoFar() {
    long said = used.get();
    return said == NOTHING_SAID ? Optional.empty() : Optional.of(said);
  }

  @Override
  public boolean isInGrace() {
    return begun.isPresent() && begun.get().isInGrace();
  }

  @Override
  public boolean isOver() {
    return over;
  }

  @Override
  public long costOf(UsageReport report) {
    return policy.costOf(report);
  }

  @Override
  public boolean mustBeEnded() {
    return !over && begun.isPresent() && begun.get().mustBeEnded();
  }

  @Override
  public void warnOfDropped() {
    begun.ifPresent(ReservationSteps::warnOfDropped);
  }

  private void requireOpen() {
    if (over) {
      throw new IllegalStateException("the reservation is over; nothing can be used of it");
    }
  }

  @Override
  public boolean covers(long soFar) {
    OpenReservation.requireUnits(soFar, "soFar");
    requireOpen();
    long most = used.accumulateAndGet(soFar, Math::max);
    if (counter.isEmpty() || most == 0) {
      return true;
    }
    return begun.isPresent() && begun.get().isAllowed() && begun.get().covers(most);
  }

  @Override
  public Step<Boolean> grow(long soFar) {
    if (over) {
      return Step.done(true);
    }
    long most = Math.max(soFar, used.get());
    return begin(most).then(unused -> growBegun(most));
  }

  private Step<Boolean> growBegun(long most) {
    if (begun.isEmpty()) {
      return Step.done(true);
    }
    ReservationSteps counted = begun.get();
    if (!counted.isAllowed()) {
      return Step.done(false);
    }
    return counted.covers(most) ? Step.done(true) : counted.grow(most);
  }

  /** Reserves what is used, unless that was done before or nothing can be counted. */
  private Step<Boolean> begin(long units) {
    if (begun.isPresent() || counter.isEmpty() || units == 0) {
      return Step.done(begun.isPresent());
    }
    return counter
        .get()
        .reserve(units, events)
        .map(
            reserved -> {
              begun = Optional.of(reserved);
              return true;
            });
  }

  @Override
  public void requireSettleable(long actual) {
    OpenReservation.requireUnits(actual, "actual");
    if (settlement.isEmpty() || settledUse != actual) {
      requireOpen();
    }
  }

  @Override
  public Step<Settlement> settle(long actual) {
    requireSettleable(actual);
    return settlement.isPresent()
        ? Step.done(settlement.get())
        : begin(actual).then(unused -> settleBegun(actual)).map(it -> settled(actual, it));
  }

  private Step<Settlement> settleBegun(long actual) {
    if (begun.isPresent() && begun.get().isAllowed()) {
      return begun.get().settle(actual);
    }
    if (begun.isPresent() && policy.overuse() == Overuse.DEBT) {
      return counter.orElseThrow().owe(actual, events);
    }
    Request request = decided.request();
    boolean unlimited =
        request.line(0).quota().entries.length == 0
            && !(decision() instanceof Decision.Allowed allowed && allowed.isDegraded());
    return decider
        .states(request.atUsualCost())
        .map(
            states ->
                new Settlement(
                    Settlement.Outcome.SETTLED,
                    unlimited ? actual : 0,
                    begun.isPresent() ? actual : 0,
                    states));
  }

  private Settlement settled(long actual, Settlement result) {
    settledUse = actual;
    settlement = Optional.of(result);
    over = true;
    return result;
  }

  @Override
  public void requireSettleableAsUsed() {
    if (settlement.isEmpty()) {
      requireOpen();
    }
  }

  @Override
  public Step<Settlement> settleAsUsed() {
    return settlement.isPresent() ? Step.done(settlement.get()) : settle(Math.max(0, used.get()));
  }

  @Override
  public Step<Boolean> refund() {
    if (over) {
      return Step.done(false);
    }
    over = true;
    return begun.isPresent() ? begun.get().refund() : Step.done(false);
  }

  @Override
  public Step<Boolean> close() {
    if (over) {
      return Step.done(true);
    }
    if (used.get() > 0) {
      return settle(used.get()).map(unused -> true);
    }
    over = true;
    return Step.done(true);
  }

  @Override
  public void publish() {
    events.publish();
    begun.ifPresent(ReservationSteps::publish);
  }
}
