package dev.quota;

import dev.quota.policy.Overuse;
import dev.quota.policy.QuotaPolicy;
import dev.quota.usage.UsageReport;
import java.util.Optional;

/**
 * A reservation that holds nothing: its estimate is zero, no store counts its quota, or its work
 * runs degraded or uncounted. What can be counted of it is reserved when it is used.
 */
final class LooseReservation implements Reservation {

  /** What becomes of something that is used without having been reserved. */
  interface Late {

    /** Reserves as much as there is of it, now that it is used. */
    Reservation reserve(long units);

    /** Charges it past the limits; returns what was charged. */
    Settlement owe(long units);
  }

  private final Decider decider;
  private final Decided decided;
  private final QuotaPolicy policy;

  /** Reserves as much, as soon as something is used; empty if nothing is ever counted. */
  private final Optional<Late> late;

  private Optional<Reservation> begun = Optional.empty();
  private long used = -1;
  private Optional<Settlement> settlement = Optional.empty();
  private long settledUse = -1;
  private boolean over;

  LooseReservation(Decider decider, Decided decided, Optional<Late> late) {
    this.decider = decider;
    this.decided = decided;
    this.policy = decided.request().line(0).quota().policy;
    this.late = late;
  }

  @Override
  public Decision decision() {
    return decided.decision();
  }

  @Override
  public synchronized Optional<String> id() {
    return begun.flatMap(Reservation::id);
  }

  @Override
  public String quota() {
    return policy.name();
  }

  @Override
  public synchronized long held() {
    return begun.map(Reservation::held).orElse(0L);
  }

  @Override
  public synchronized boolean used(long soFar) {
    OpenReservation.requireUnits(soFar, "soFar");
    requireOpen();
    used = Math.max(used, soFar);
    begin(used);
    return begun.isEmpty() || (begun.get().isAllowed() && begun.get().used(used));
  }

  private void begin(long units) {
    if (begun.isEmpty() && late.isPresent() && units > 0) {
      begun = Optional.of(late.get().reserve(units));
    }
  }

  private void requireOpen() {
    if (over) {
      throw new IllegalStateException("the reservation is over; nothing can be used of it");
    }
  }

  @Override
  public synchronized boolean isInGrace() {
    return begun.isPresent() && begun.get().isInGrace();
  }

  @Override
  public synchronized Optional<Long> usedSoFar() {
    return used < 0 ? Optional.empty() : Optional.of(used);
  }

  @Override
  public synchronized Settlement settle(long actual) {
    OpenReservation.requireUnits(actual, "actual");
    if (settlement.isPresent() && settledUse == actual) {
      return settlement.get();
    }
    requireOpen();
    begin(actual);
    Settlement result =
        begun.filter(Reservation::isAllowed).isPresent()
            ? begun.get().settle(actual)
            : uncounted(actual);
    over = true;
    settledUse = actual;
    settlement = Optional.of(result);
    return result;
  }

  private Settlement uncounted(long actual) {
    if (begun.isPresent() && policy.overuse() == Overuse.DEBT) {
      return late.orElseThrow().owe(actual);
    }
    Request request = decided.request();
    boolean unlimited = request.line(0).quota().entries.length == 0 && !isDegraded();
    return new Settlement(
        Settlement.Outcome.SETTLED,
        unlimited ? actual : 0,
        begun.isPresent() ? actual : 0,
        decider.peek(request.atUsualCost()));
  }

  @Override
  public Settlement settle(UsageReport report) {
    return settle(policy.costOf(report));
  }

  @Override
  public synchronized Settlement settleAsUsed() {
    return settlement.orElseGet(() -> settle(Math.max(0, used)));
  }

  @Override
  public synchronized boolean giveBack() {
    if (over) {
      return false;
    }
    over = true;
    return begun.isPresent() && begun.get().giveBack();
  }

  @Override
  public synchronized boolean isOver() {
    return over;
  }

  @Override
  public synchronized void close() {
    if (!over) {
      if (used > 0) {
        Settlement unused = settle(used);
      }
      over = true;
    }
  }
}
