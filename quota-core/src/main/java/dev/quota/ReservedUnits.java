package dev.quota;

import dev.quota.spi.Hold;
import dev.quota.spi.QuotaStore;
import dev.quota.spi.StoreReply;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The units of one open reservation: where they are held, how many, and what was used of them. Any
 * thread may note what was used. Only one operation at a time changes the rest. Any thread may read
 * all of it.
 */
final class ReservedUnits {

  private static final long NOTHING_SAID = -1;

  final ReservationContext context;
  final QuotaStore store;
  final HeldNow now;

  /** What was taken, and from which windows. */
  final List<Hold> taken;

  final long reserved;

  /**
   * True if another node made it. Then this node does not know how much is held, and does not renew
   * it.
   */
  final boolean resumed;

  final StoreMemory memory;
  final PendingEvents events = new PendingEvents();

  private final AtomicLong used = new AtomicLong(NOTHING_SAID);
  private volatile long held;

  /**
   * Creates the units of a decision that took units.
   *
   * @param taken what was taken, and from which windows
   */
  ReservedUnits(
      ReservationContext context,
      Decided decided,
      QuotaStore store,
      List<Hold> taken,
      StoreMemory memory) {
    this.context = context;
    this.memory = memory;
    this.store = store;
    this.taken = taken;
    this.now =
        new HeldNow(
            decided.request().atUsualCost(), taken, !context.isShared(store), context.policies());
    this.reserved = decided.taken(0);
    this.resumed = false;
    this.held = reserved;
  }

  /**
   * Creates units that another node reserved.
   *
   * @param request about their quota at its usual cost
   */
  ReservedUnits(ReservationContext context, Request request, List<Hold> holds, StoreMemory memory) {
    this.context = context;
    this.memory = memory;
    this.store = context.decider().store();
    this.taken = List.of();
    this.now = new HeldNow(request, holds, false, context.policies());
    this.reserved = 0;
    this.resumed = true;
    this.held = 0;
  }

  Subject subject() {
    return now.request().subject();
  }

  String quota() {
    return now.quota().policy.name();
  }

  long held() {
    return held;
  }

  /** Notes how much is held from now on. */
  void hold(long units) {
    held = units;
  }

  /** Notes what was used. Less than before changes nothing. */
  void use(long soFar) {
    long unused = used.accumulateAndGet(soFar, Math::max);
  }

  Optional<Long> used() {
    long said = used.get();
    return said == NOTHING_SAID ? Optional.empty() : Optional.of(said);
  }

  /** Returns the states after a reply. If the reply does not contain them all, asks the store. */
  Step<QuotaSnapshot> states(StoreReply reply) {
    // A count of this node alone during an outage must not be shown.
    return context.isShared(store) && now.isWhole(reply)
        ? Step.done(context.decider().states(now.request(), reply))
        : states();
  }

  /** Returns the states of the quota now. */
  Step<QuotaSnapshot> states() {
    return context.decider().states(now.request());
  }
}
