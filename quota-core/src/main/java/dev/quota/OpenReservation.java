package dev.quota;

import dev.quota.spi.Capacity;
import dev.quota.spi.Change;
import dev.quota.spi.Growth;
import dev.quota.spi.Hold;
import dev.quota.spi.Operation;
import dev.quota.spi.QuotaStore;
import dev.quota.spi.QuotaStoreException;
import dev.quota.spi.StoreCommand;
import dev.quota.spi.StoreReply;
import dev.quota.usage.UsageReport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/**
 * A reservation that holds something in a store.
 *
 * <p>What was used is noted without a lock. Everything that changes what is held happens under the
 * lock, because totals are absolute. Renewals say no totals and need none.
 *
 * <p>Nothing that it refers to may refer to the handle that its owner has.
 */
final class OpenReservation implements Reservation, Handles.Held, Lease.Owner {

  /** Longer than any request or run of agents, and yet an end for those that are forgotten. */
  private static final Duration CEILING = Duration.ofHours(24);

  private static final long NOTHING_SAID = -1;

  /** A growth adds a quarter of what is used, so that even a hundredfold overrun is few steps. */
  private static final int GROWTH_PARTS = 4;

  private final Decider decider;
  private final Events events;
  private final Upkeep upkeep;
  private final Subject subject;
  private final Decision decision;
  private final String quota;
  private final QuotaStore store;
  private final Operation operation;

  /** Read and changed under the lock. */
  private final HeldNow now;

  private final long reserved;

  /**
   * True if another node made it, so that this one knows neither how much is held nor renews it.
   */
  private final boolean resumed;

  private final Caller caller;
  private final Runnable endUpkeep;

  private final AtomicLong used = new AtomicLong(NOTHING_SAID);

  /** Up to here, nothing needs to be asked: what is held, or more while the store is away. */
  private volatile long roof;

  /** How much of what is held fits the limits; the rest is their grace. */
  private final FittingUnits fitting = new FittingUnits();

  /** What was taken, and from which windows. */
  private final List<Hold> taken;

  /** When the store was last told to remember it, in elapsed time. */
  private volatile long rememberedMillis;

  private volatile long askedMillis;

  /** True if another node may have settled it. */
  private volatile boolean handedOut;

  private long held;
  private volatile boolean forgotten;
  private boolean told;
  private volatile boolean over;
  private Optional<Settlement> settlement = Optional.empty();
  private long settledUse = NOTHING_SAID;

  /**
   * Creates the reservation of a decision that took something.
   *
   * @param askedMillis when its store was asked, in elapsed time
   */
  OpenReservation(
      Decider decider,
      Events events,
      Upkeep upkeep,
      Decided decided,
      Receipt receipt,
      Supplier<PolicyView.Resolved> policies,
      long askedMillis) {
    this.decider = decider;
    this.events = events;
    this.upkeep = upkeep;
    Request request = decided.request().atUsualCost();
    this.subject = request.subject();
    this.decision = decided.decision();
    this.quota = request.line(0).quota().policy.name();
    this.store = receipt.store();
    this.operation = receipt.operation().orElseThrow();
    this.taken = receipt.holds();
    this.rememberedMillis = askedMillis;
    this.askedMillis = askedMillis;
    this.now = new HeldNow(request, taken, store != decider.store(), policies);
    this.reserved = decided.taken(0);
    this.resumed = false;
    this.held = reserved;
    this.roof = reserved;
    this.caller = Caller.here();
    this.endUpkeep =
        upkeep.renew(Lease.ofReservation(decided.request(), store, taken, CEILING, this));
  }

  /** Creates the reservation that another node made under an id. */
  OpenReservation(
      Decider decider,
      Events events,
      Upkeep upkeep,
      Request request,
      Operation operation,
      Supplier<PolicyView.Resolved> policies) {
    this.decider = decider;
    this.events = events;
    this.upkeep = upkeep;
    Request asked = request.atUsualCost();
    this.subject = request.subject();
    this.decision =
        new Decision.Allowed(
            decider.peek(asked), Receipt.ofNothing(decider.store(), request.subject(), false));
    this.quota = request.line(0).quota().policy.name();
    this.store = decider.store();
    this.operation = operation;
    this.taken = List.of();
    this.now = new HeldNow(asked, request.holdsOf(operation), false, policies);
    this.reserved = 0;
    this.resumed = true;
    this.held = 0;
    this.roof = Long.MAX_VALUE;
    this.caller = new Caller(Optional.empty());
    this.endUpkeep = () -> {};
  }

  @Override
  public Decision decision() {
    return decision;
  }

  @Override
  public Optional<String> id() {
    handedOut = true;
    return Optional.of(operation.id());
  }

  @Override
  public String quota() {
    return quota;
  }

  @Override
  public synchronized long held() {
    return held;
  }

  @Override
  public boolean used(long soFar) {
    requireUnits(soFar, "soFar");
    if (over) {
      throw new IllegalStateException("the reservation is over; nothing can be used of it");
    }
    note(soFar);
    return soFar <= roof || grow(soFar);
  }

  private void note(long soFar) {
    long before = used.get();
    while (soFar > before && !used.compareAndSet(before, soFar)) {
      before = used.get();
    }
  }

  static void requireUnits(long units, String name) {
    if (units < 0 || units > Capacity.MAX_UNITS) {
      throw new IllegalArgumentException(
          name + " must be between 0 and " + Capacity.MAX_UNITS + ", was " + units);
    }
  }

  private synchronized boolean grow(long soFar) {
    if (over || forgotten || soFar <= roof) {
      return true;
    }
    if (told) {
      return false;
    }
    now.refresh();
    if (now.isClosed()) {
      told = held < soFar;
      return !told;
    }
    long quarter = Math.max(1, Math.max(soFar, reserved) / GROWTH_PARTS);
    // No more than this is ever held ahead of what was used.
    long step = Math.min(quarter, Math.max(1, now.quota().reservation.most()));
    long wanted = Math.min(Capacity.MAX_UNITS, soFar + step);
    try {
      renewed(command(wanted, true, false));
    } catch (QuotaStoreException e) {
      // An outage of ours is no reason to cut an answer. The next step asks again.
      roof = wanted;
      return true;
    }
    told = held < soFar && !forgotten;
    return !told;
  }

  /** Sends what makes the store remember this from now on for its whole time. */
  private void renewed(StoreCommand.Settle command) {
    long asked = decider.elapsedMillis();
    StoreReply reply = decider.execute(store, command);
    if (reply.outcome() != StoreReply.Outcome.GONE) {
      rememberedMillis = asked;
    }
    grown(reply);
  }

  /**
   * Returns whether the store has forgotten this because nobody renewed it in time, so that nobody
   * else has settled or reset it.
   */
  private boolean hasLapsed() {
    return !resumed
        && !handedOut
        && decider.elapsedMillis() - rememberedMillis >= operation.keepMillis();
  }

  private LateSettlement late() {
    return new LateSettlement(decider, store, taken, now.quota().policy, held);
  }

  private void grown(StoreReply reply) {
    if (reply.outcome() == StoreReply.Outcome.GONE) {
      forgotten = true;
      roof = Long.MAX_VALUE;
      return;
    }
    long before = held;
    held = units(reply);
    roof = held;
    fitting.grown(now, reply, before, held);
    if (held > before && isWhole(reply)) {
      events.grown(subject, states(reply).quotas().get(0), held - before);
    }
  }

  private long units(StoreReply reply) {
    List<Hold> holds = now.holds();
    for (int i = 0; i < holds.size(); i++) {
      if (!CallsKey.is(holds.get(i).key()) && !reply.entries().get(i).gone()) {
        return reply.entries().get(i).taken();
      }
    }
    return held;
  }

  /**
   * Returns the command that brings all that is held to a total.
   *
   * @param calls whether the call itself counts
   */
  private StoreCommand.Settle command(long units, boolean calls, boolean last) {
    List<Hold> holds = now.holds();
    List<Change> changes = new ArrayList<>(holds.size());
    long nextCost = now.quota().policy.usualCost();
    for (int i = 0; i < holds.size(); i++) {
      Hold hold = holds.get(i);
      changes.add(
          CallsKey.is(hold.key())
              ? new Change(hold, calls ? 1 : 0, Growth.forced(), 1)
              : new Change(hold, units, last ? now.lastGrowth(i) : now.growth(i), nextCost));
    }
    return new StoreCommand.Settle(changes, last);
  }

  @Override
  public boolean isInGrace() {
    return resumed
        ? decision.states().quotas().get(0).isInGrace()
        : fitting.isExceededBy(used.get());
  }

  @Override
  public Optional<Long> usedSoFar() {
    long said = used.get();
    return said == NOTHING_SAID ? Optional.empty() : Optional.of(said);
  }

  @Override
  public synchronized Settlement settle(long actual) {
    requireUnits(actual, "actual");
    if (settlement.isPresent() && settledUse == actual) {
      return settlement.get();
    }
    requireOpen("settled to " + actual);
    return end(actual);
  }

  @Override
  public Settlement settle(UsageReport report) {
    return settle(costOf(report));
  }

  private synchronized long costOf(UsageReport report) {
    return now.quota().policy.costOf(report);
  }

  @Override
  public synchronized Settlement settleAsUsed() {
    if (settlement.isPresent()) {
      return settlement.get();
    }
    if (resumed && usedSoFar().isEmpty()) {
      throw new IllegalStateException(
          "this node was not told what was used; call used or settle with the total");
    }
    return settle(usedSoFar().orElse(reserved));
  }

  private void requireOpen(String what) {
    if (over) {
      throw new IllegalStateException(
          "the reservation "
              + (settledUse == NOTHING_SAID ? "was given back" : "was settled to " + settledUse)
              + " and cannot be "
              + what);
    }
  }

  private Settlement end(long actual) {
    over = true;
    endUpkeep.run();
    now.refresh();
    long total = now.isClosed() && !resumed ? Math.min(actual, held) : actual;
    StoreCommand.Settle command = command(total, true, true);
    Settlement result;
    try {
      StoreReply reply = decider.execute(store, command);
      boolean gone = reply.outcome() == StoreReply.Outcome.GONE;
      if (gone && hasLapsed()) {
        held = late().settle(total);
        gone = false;
      } else if (!gone) {
        held = units(reply);
      }
      result =
          new Settlement(
              gone ? Settlement.Outcome.GONE : Settlement.Outcome.SETTLED,
              held,
              Math.max(0, actual - held),
              states(reply));
    } catch (QuotaStoreException e) {
      upkeep.add(new UnansweredSettlement(decider, store, command, operation.keep()));
      held = actual;
      result = new Settlement(Settlement.Outcome.PENDING, actual, 0, decider.peek(now.request()));
    }
    settlement = Optional.of(result);
    settledUse = actual;
    if (result.outcome() == Settlement.Outcome.GONE) {
      return result;
    }
    QuotaState state = result.states().quotas().get(0);
    events.settled(subject, state, new Settled(reserved, actual, result.charged()));
    return result;
  }

  /** Returns the states after a reply: those it tells, or others where it cannot tell them. */
  private QuotaSnapshot states(StoreReply reply) {
    // What this node counted alone during an outage is never shown as the count.
    return store == decider.store() && isWhole(reply)
        ? decider.states(now.request(), reply)
        : decider.peek(now.request());
  }

  private boolean isWhole(StoreReply reply) {
    return now.isWhole() && reply.entries().stream().noneMatch(entry -> entry.gone());
  }

  @Override
  public synchronized boolean giveBack() {
    if (over) {
      return false;
    }
    over = true;
    endUpkeep.run();
    now.refresh();
    StoreCommand.Settle command = command(0, false, true);
    boolean returned;
    QuotaSnapshot states;
    try {
      StoreReply reply = decider.execute(store, command);
      returned = reply.outcome() == StoreReply.Outcome.DONE;
      if (!returned && hasLapsed()) {
        late().giveBack();
        returned = true;
      }
      states = states(reply);
    } catch (QuotaStoreException e) {
      upkeep.add(new UnansweredSettlement(decider, store, command, operation.keep()));
      returned = true;
      states = decider.peek(now.request());
    }
    if (returned) {
      held = 0;
      events.givenBack(subject, quota(), reserved);
      events.settled(
          subject, states.quotas().get(0), new Settled(reserved, usedSoFar().orElse(0L), 0));
    }
    return returned;
  }

  @Override
  public boolean isOver() {
    return over;
  }

  @Override
  public synchronized void close() {
    if (resumed && usedSoFar().isEmpty()) {
      // Its own node still holds it.
      over = true;
    } else if (!over) {
      Settlement unused = end(Math.max(reserved, usedSoFar().orElse(0L)));
    }
  }

  @Override
  public void dropped() {
    if (over) {
      return;
    }
    upkeep.warn(
        caller,
        "A reservation of quota "
            + quota
            + " was never settled: it was dropped, and collected as garbage. It is kept as it"
            + " stands. Close it when the work is over, best with try-with-resources. It was made"
            + " at "
            + caller
            + ", of which this is the only warning.");
    close();
  }

  @Override
  public void asking() {
    askedMillis = decider.elapsedMillis();
  }

  @Override
  public void renewed() {
    rememberedMillis = askedMillis;
  }

  @Override
  public void gone() {
    forgotten = true;
    roof = Long.MAX_VALUE;
  }

  @Override
  public void lapsed(String limit, Duration maxDuration) {
    upkeep.warnOfCeiling(caller, quota + "." + limit, maxDuration);
  }

  @Override
  public void lapsed() {
    upkeep.warnOfReservation(caller, quota, CEILING);
  }
}
