package dev.quota;

import dev.quota.policy.Capacity;
import dev.quota.spi.Hold;
import dev.quota.usage.UsageReport;
import java.util.List;
import java.util.Optional;

/**
 * A reservation that holds units in a store. It grows ({@link ReservationGrowth}) until it ends
 * ({@link ReservationEnd}).
 *
 * <p>Nothing that it refers to may refer to the handle of its owner.
 */
final class OpenReservation implements ReservationSteps {

  private final Decision decision;
  private final ReservedUnits units;
  private final ReservationGrowth growth;
  private final ReservationEnd end;

  private OpenReservation(Decision decision, ReservedUnits units, Runnable endRenewal) {
    this.decision = decision;
    this.units = units;
    this.growth = new ReservationGrowth(units);
    this.end = new ReservationEnd(units, endRenewal);
  }

  /** Returns the reservation of a decision that took units. It is renewed from now on. */
  static OpenReservation of(Decided decided, ReservedUnits units) {
    Lease lease =
        Lease.ofReservation(
            decided.request(), units.store, units.taken, StoreMemory.CEILING, units.memory);
    return new OpenReservation(decided.decision(), units, units.context.maintenance().renew(lease));
  }

  /**
   * Returns the reservation that another node made.
   *
   * @param request about its quota at its usual cost
   * @param holds what the store needs to find it
   * @param states the present states of its quota
   */
  static OpenReservation resumed(
      ReservationContext context,
      Request request,
      List<Hold> holds,
      QuotaSnapshot states,
      StoreMemory memory) {
    ReservedUnits units = new ReservedUnits(context, request, holds, memory);
    Decision allowed = new Decision.Allowed(states, Receipt.ofNothing(units.store, request, false));
    return new OpenReservation(allowed, units, () -> {});
  }

  static void requireUnits(long amount, String name) {
    if (amount < 0 || amount > Capacity.MAX_UNITS) {
      throw new IllegalArgumentException(
          name + " must be between 0 and " + Capacity.MAX_UNITS + ", was " + amount);
    }
  }

  @Override
  public Decision decision() {
    return decision;
  }

  @Override
  public Optional<String> id() {
    units.memory.handOut();
    return Optional.of(units.memory.operation().id());
  }

  @Override
  public String quota() {
    return units.quota();
  }

  @Override
  public long held() {
    return units.held();
  }

  @Override
  public Optional<Long> usedSoFar() {
    return units.used();
  }

  @Override
  public boolean isInGrace() {
    return units.resumed ? decision.states().quotas().get(0).isInGrace() : growth.isInGrace();
  }

  @Override
  public boolean isOver() {
    return end.isOver();
  }

  @Override
  public boolean mustBeEnded() {
    return !units.resumed && !end.isOver();
  }

  @Override
  public long costOf(UsageReport report) {
    return units.now.quota().policy.costOf(report);
  }

  @Override
  public boolean covers(long soFar) {
    requireUnits(soFar, "soFar");
    if (end.isOver()) {
      throw new IllegalStateException("the reservation is over; nothing can be used of it");
    }
    units.use(soFar);
    return growth.covers(soFar);
  }

  @Override
  public Step<Boolean> grow(long soFar) {
    return end.isOver() ? Step.done(true) : growth.grow(soFar);
  }

  @Override
  public void requireSettleable(long actual) {
    requireUnits(actual, "actual");
    end.requireSettleable(actual);
  }

  @Override
  public Step<Settlement> settle(long actual) {
    return end.settle(actual);
  }

  @Override
  public void requireSettleableAsUsed() {
    end.requireSettleableAsUsed();
  }

  @Override
  public Step<Settlement> settleAsUsed() {
    return end.settleAsUsed();
  }

  @Override
  public Step<Boolean> refund() {
    return end.refund();
  }

  @Override
  public Step<Boolean> close() {
    return end.close();
  }

  @Override
  public void publish() {
    units.events.publish();
  }

  @Override
  public void warnOfDropped() {
    Caller caller = units.memory.caller();
    units
        .context
        .maintenance()
        .warn(
            caller,
            "A reservation of quota "
                + quota()
                + " was never settled: it was dropped, and collected as garbage. It is kept as it"
                + " stands. Close it when the work is over, best with try-with-resources. It was"
                + " made at "
                + caller
                + ", of which this is the only warning.");
  }
}
