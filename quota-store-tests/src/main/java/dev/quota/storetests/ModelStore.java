package dev.quota.storetests;

import dev.quota.policy.Capacity;
import dev.quota.policy.Window;
import dev.quota.spi.Change;
import dev.quota.spi.Entry;
import dev.quota.spi.EntryResult;
import dev.quota.spi.Growth;
import dev.quota.spi.Hold;
import dev.quota.spi.Key;
import dev.quota.spi.LimitResult;
import dev.quota.spi.LimitSpec;
import dev.quota.spi.OnShort;
import dev.quota.spi.Operation;
import dev.quota.spi.QuotaStore;
import dev.quota.spi.StoreCommand;
import dev.quota.spi.StoreReply;
import dev.quota.store.Accuracy;
import dev.quota.store.Availability;
import dev.quota.store.QuotaClock;
import dev.quota.store.StoreCapability;
import dev.quota.store.StoreHealth;
import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;

/**
 * The rules of a store, written down as plainly as possible, to compare real stores with: whole
 * numbers of any size, no bound but the one of {@link Hold}'s ends, no expiry, no locks. Not
 * thread-safe.
 *
 * <p>Before each command everything that ends by then ends, in the order of time. Rolling use is
 * kept as used × period. Its time must not step back.
 */
public final class ModelStore implements QuotaStore {

  private static final long NONE = -1;

  private final QuotaClock clock;
  private final Map<Key, Life> lives = new HashMap<>();
  private final Map<Window.Calendar, long[]> knownEnds = new HashMap<>();

  /**
   * Creates an empty store.
   *
   * @param clock its time
   */
  public ModelStore(QuotaClock clock) {
    this.clock = clock;
  }

  /** All that is known of one key. */
  private static final class Life {
    List<Count> counts = new ArrayList<>();
    Map<String, Take> takes = new HashMap<>();
    Map<String, Long> grantEnds = new HashMap<>();
    Reservations young = new Reservations();
    Reservations old = new Reservations();

    long reserved() {
      return young.units() + old.units();
    }
  }

  /** What was reserved in one stretch of time, by the living and the dead, but not the settled. */
  private static final class Reservations {
    final List<Reservation> parts = new ArrayList<>();
    long end = NONE;

    long units() {
      return parts.stream().mapToLong(part -> part.units).sum();
    }
  }

  /** What one operation reserved. */
  private static final class Reservation {
    final long units;

    Reservation(long units) {
      this.units = units;
    }
  }

  /** What is remembered of a take. */
  private static final class Take {
    Operation.Kind kind = Operation.Kind.CHARGE;
    long taken;
    long held;
    long end;
    boolean settled;
    Reservation reservation = new Reservation(0);
    final Map<LimitSpec, long[]> endAndUnits = new HashMap<>();

    long[] endAndUnits(LimitSpec limit) {
      for (Map.Entry<LimitSpec, long[]> known : endAndUnits.entrySet()) {
        if (isSame(known.getKey(), limit)) {
          return known.getValue();
        }
      }
      long[] added = {0, 0};
      endAndUnits.put(limit, added);
      return added;
    }
  }

  /**
   * One limit's count: rolling ones use {@code scaled}, calendar ones {@code used} and {@code end}
   * and what is granted to them, concurrent ones the ends of places.
   */
  private static final class Count {
    LimitSpec spec;
    BigInteger scaled = BigInteger.ZERO;
    long stamp;
    long used;
    long end = NONE;
    long peak;

    /** By expiry: what this window began with or was granted in it. */
    TreeMap<Long, Long> balances = new TreeMap<>();

    /** What grant balances that have expired since then had paid in this window. */
    long expiredPaid;

    Map<String, Long> placeEnds = new HashMap<>();

    Count(LimitSpec spec, long now) {
      this.spec = spec;
      this.stamp = now;
    }

    Count copy() {
      Count copy = new Count(spec, stamp);
      copy.scaled = scaled;
      copy.used = used;
      copy.end = end;
      copy.peak = peak;
      copy.balances = new TreeMap<>(balances);
      copy.expiredPaid = expiredPaid;
      copy.placeEnds = new HashMap<>(placeEnds);
      return copy;
    }

    /** Returns what must be paid by grant balances. */
    long over() {
      return isUnlimited(spec) ? 0 : Math.max(0, used - units(spec));
    }

    /** Returns what each grant balance has paid in this window. */
    Map<Long, Long> paid() {
      Map<Long, Long> paid = new TreeMap<>();
      long owed = over() - Math.min(over(), expiredPaid);
      for (Map.Entry<Long, Long> balance : balances.entrySet()) {
        long pays = Math.min(owed, balance.getValue());
        paid.put(balance.getKey(), pays);
        owed -= pays;
      }
      return paid;
    }

    long granted() {
      return balances.values().stream().mapToLong(units -> units).sum()
          + Math.min(expiredPaid, over());
    }

    void expire(long expiry) {
      expiredPaid += paid().getOrDefault(expiry, 0L);
      balances.remove(expiry);
    }

    void rollOver() {
      Map<Long, Long> paid = paid();
      balances.replaceAll((expiry, units) -> units - paid.getOrDefault(expiry, 0L));
      balances.values().removeIf(units -> units == 0);
      expiredPaid = 0;
      used = 0;
      peak = 0;
      end = NONE;
    }
  }

  @Override
  public Set<StoreCapability> capabilities() {
    return EnumSet.allOf(StoreCapability.class);
  }

  @Override
  public StoreReply execute(StoreCommand command) {
    long now = clock.millis();
    lives.values().forEach(life -> bring(life, now));
    if (command instanceof StoreCommand.Take take) {
      return take(take.entries(), take.operation(), now);
    }
    if (command instanceof StoreCommand.Peek peek) {
      return peek(peek.entries(), now);
    }
    if (command instanceof StoreCommand.Settle settle) {
      if (settle.isRemembered()) {
        return settleOperations(settle.changes(), settle.last(), now);
      }
      settle.changes().forEach(change -> settle(change, now));
      return reply(
          StoreReply.Outcome.DONE,
          now,
          settle.changes().stream().map(change -> new EntryResult(0, List.of())).toList());
    }
    if (command instanceof StoreCommand.Renew renew) {
      return renew(renew.holds(), now);
    }
    if (command instanceof StoreCommand.Grant grant) {
      return grant(grant, now);
    }
    if (command instanceof StoreCommand.Reset reset) {
      reset(life(reset.key()));
      return reply(StoreReply.Outcome.DONE, now, List.of(new EntryResult(0, List.of())));
    }
    throw new UnsupportedOperationException("the command is of an unknown kind: " + command);
  }

  private static StoreReply reply(StoreReply.Outcome outcome, long now, List<EntryResult> entries) {
    return new StoreReply(outcome, Instant.ofEpochMilli(now), Accuracy.EXACT, entries);
  }

  private Life life(Key key) {
    return lives.computeIfAbsent(key, absent -> new Life());
  }

  /** Lets end what ends by now, one moment after the other. */
  private static void bring(Life life, long now) {
    while (true) {
      if (life.old.end == NONE || life.old.units() == 0) {
        life.old = life.young;
        life.young = new Reservations();
      }
      long next = firstEnd(life);
      if (next > now) {
        return;
      }
      end(life, next);
    }
  }

  private static long firstEnd(Life life) {
    long first = Math.min(later(life.young.end), later(life.old.end));
    for (Take take : life.takes.values()) {
      first = Math.min(first, take.end);
    }
    for (long end : life.grantEnds.values()) {
      first = Math.min(first, end);
    }
    for (Count count : life.counts) {
      first = Math.min(first, later(count.end));
      for (long end : count.balances.keySet()) {
        first = Math.min(first, end);
      }
      for (long end : count.placeEnds.values()) {
        first = Math.min(first, end);
      }
    }
    return first;
  }

  private static long later(long end) {
    return end == NONE ? Long.MAX_VALUE : end;
  }

  private static void end(Life life, long moment) {
    if (life.young.end == moment) {
      life.young = new Reservations();
    }
    if (life.old.end == moment) {
      life.old = new Reservations();
    }
    life.takes.values().removeIf(take -> take.end == moment);
    life.grantEnds.values().removeIf(end -> end == moment);
    for (Count count : life.counts) {
      if (count.balances.containsKey(moment)) {
        count.expire(moment);
      }
      if (count.end == moment) {
        count.rollOver();
      }
      count.placeEnds.values().removeIf(end -> end == moment);
    }
  }

  private StoreReply take(List<Entry> entries, Optional<Operation> operation, long now) {
    for (Entry entry : entries) {
      adopt(entry.key(), entry.limits(), now);
    }
    if (operation.isPresent()
        && entries.stream()
            .anyMatch(entry -> life(entry.key()).takes.containsKey(operation.get().id()))) {
      return reply(
          StoreReply.Outcome.REPEATED,
          now,
          entries.stream().map(entry -> repeated(entry, operation.get(), now)).toList());
    }
    long[] amounts = new long[entries.size()];
    for (int i = 0; i < amounts.length; i++) {
      Entry entry = entries.get(i);
      long fits = entry.cost();
      for (Entry other : entries) {
        if (other.key().quota().equals(entry.key().quota())) {
          for (LimitSpec limit : other.limits()) {
            fits = Math.min(fits, available(other.key(), limit, now));
          }
        }
      }
      if (entry.onShort() == OnShort.EXCEED) {
        amounts[i] = entry.cost();
      } else if (fits >= entry.atLeast()) {
        amounts[i] = fits;
      } else if (entry.onShort() == OnShort.SKIP) {
        amounts[i] = 0;
      } else {
        return reply(
            StoreReply.Outcome.REFUSED,
            now,
            entries.stream().map(each -> result(each, 0, Map.of(), now)).toList());
      }
    }
    List<EntryResult> results = new ArrayList<>();
    for (int i = 0; i < amounts.length; i++) {
      Entry entry = entries.get(i);
      long amount = amounts[i];
      Map<String, Long> peaks = peaks(entry.key(), entry.limits(), now);
      Take take = new Take();
      charge(entry.key(), entry.limits(), amount, take, now);
      if (operation.isPresent() && amount > 0) {
        Life life = life(entry.key());
        take.kind = operation.get().kind();
        take.taken = amount;
        life.takes.put(operation.get().id(), take);
        renew(entry.key(), entry.limits(), take, operation.get(), amount, now);
      }
      results.add(result(entry, amount, peaks, now));
    }
    return reply(StoreReply.Outcome.DONE, now, results);
  }

  private EntryResult repeated(Entry entry, Operation operation, long now) {
    Take take = life(entry.key()).takes.get(operation.id());
    return result(entry, take == null ? 0 : take.taken, Map.of(), now);
  }

  private EntryResult result(Entry entry, long taken, Map<String, Long> peaks, long now) {
    long cost = taken > 0 || entry.cost() == 0 ? entry.nextCost() : entry.cost();
    return new EntryResult(taken, results(entry.key(), entry.limits(), cost, peaks, now));
  }

  private Map<String, Long> peaks(Key key, List<LimitSpec> limits, long now) {
    Map<String, Long> peaks = new HashMap<>();
    for (LimitSpec limit : limits) {
      if (isCounted(limit)) {
        peaks.put(limit.name(), count(key, limit, now).peak);
      }
    }
    return peaks;
  }

  /** Charges units and notes where they were taken from. */
  private void charge(Key key, List<LimitSpec> limits, long units, Take take, long now) {
    for (LimitSpec limit : limits) {
      if (!isCounted(limit) || limit.window() instanceof Window.Concurrent || units == 0) {
        continue;
      }
      Count count = count(key, limit, now);
      long[] endAndUnits = take.endAndUnits(limit);
      if (limit.window() instanceof Window.Rolling) {
        long from = count.scaled.signum() == 0 ? now : Math.max(now, endAndUnits[0]);
        add(count, units, now);
        endAndUnits[0] =
            BigInteger.valueOf(units)
                .multiply(period(limit))
                .divide(capacity(limit))
                .add(BigInteger.valueOf(from))
                .min(BigInteger.valueOf(Capacity.MAX_UNITS)) // the latest end, see Hold
                .longValueExact();
      } else {
        add(count, units, now);
        endAndUnits[1] = units + (endAndUnits[0] == count.end ? endAndUnits[1] : 0);
        endAndUnits[0] = count.end;
      }
    }
  }

  /** Lets a take hold units, its reservation and its places from now on. */
  private void renew(
      Key key, List<LimitSpec> limits, Take take, Operation operation, long held, long now) {
    Life life = life(key);
    take.held = held;
    take.end = now + operation.keep().toMillis();
    if (take.kind == Operation.Kind.RESERVATION) {
      take.reservation = new Reservation(held);
      life.young.parts.add(take.reservation);
      life.young.end = Math.max(life.young.end, take.end);
    }
    for (LimitSpec limit : limits) {
      if (limit.window() instanceof Window.Concurrent concurrent) {
        count(key, limit, now).placeEnds.put(operation.id(), now + concurrent.lease().toMillis());
      }
    }
  }

  private StoreReply renew(List<Hold> holds, long now) {
    List<EntryResult> results = new ArrayList<>();
    for (Hold hold : holds) {
      Life life = life(hold.key());
      bring(life, now);
      Operation operation = hold.operation().orElseThrow();
      Take take = life.takes.get(operation.id());
      if (take != null && !take.settled) {
        life.young.parts.remove(take.reservation);
        life.old.parts.remove(take.reservation);
        renew(hold.key(), hold.limits(), take, operation, take.held, now);
        results.add(new EntryResult(0, List.of()));
      } else {
        results.add(new EntryResult(0, true, List.of()));
      }
    }
    boolean allGone = results.stream().allMatch(EntryResult::gone);
    return reply(
        allGone ? StoreReply.Outcome.GONE : StoreReply.Outcome.DONE, now, List.copyOf(results));
  }

  private StoreReply peek(List<Entry> entries, long now) {
    List<EntryResult> results = new ArrayList<>();
    for (Entry entry : entries) {
      Life life = life(entry.key());
      List<Count> before = life.counts;
      life.counts = new ArrayList<>(before.stream().map(Count::copy).toList());
      adopt(entry.key(), entry.limits(), now);
      results.add(
          new EntryResult(0, results(entry.key(), entry.limits(), entry.cost(), Map.of(), now)));
      life.counts = before;
    }
    return reply(StoreReply.Outcome.DONE, now, results);
  }

  private void settle(Change change, long now) {
    Hold hold = change.hold();
    long less = hold.units() - change.totalUnits();
    for (int i = 0; i < hold.limits().size(); i++) {
      LimitSpec limit = hold.limits().get(i);
      if (isCounted(limit) && less < 0) {
        Count count = count(hold.key(), limit, now);
        if (count.scaled.signum() == 0 && count.end == NONE) {
          // Nothing of that limit is counted: the hold says how to begin.
          count.spec = limit;
        }
        add(count, -less, now);
      } else if (isCounted(limit) && less > 0) {
        refund(count(hold.key(), limit, now), limit, less, hold.windowEndsMillis().get(i), now);
      }
    }
  }

  private static void refund(Count count, LimitSpec held, long units, long end, long now) {
    if (count.spec.window() instanceof Window.Calendar) {
      if (count.end == end) {
        count.used = Math.max(0, count.used - units);
        count.expiredPaid = Math.min(count.expiredPaid, count.over());
      }
    } else if (count.spec.window() instanceof Window.Rolling && units(held) >= units(count.spec)) {
      BigInteger notDrained =
          BigInteger.valueOf(Math.max(0, end - now)).multiply(capacity(count.spec));
      BigInteger back = BigInteger.valueOf(units).multiply(period(count.spec)).min(notDrained);
      count.scaled = count.scaled.subtract(back).max(BigInteger.ZERO);
    }
  }

  private StoreReply settleOperations(List<Change> changes, boolean last, long now) {
    Map<Change, Take> open = new HashMap<>();
    Map<Change, Long> totals = new HashMap<>();
    for (Change change : changes) {
      Take take = life(change.hold().key()).takes.get(id(change));
      if (take != null && !take.settled) {
        open.put(change, take);
        totals.put(change, change.totalUnits());
        refund(change, take, now);
      }
    }
    open.keySet().forEach(change -> adopt(change.hold().key(), change.hold().limits(), now));
    for (Map.Entry<Change, Take> one : open.entrySet()) {
      if (isBounded(one.getKey(), one.getValue())) {
        long total =
            open.entrySet().stream()
                .filter(other -> isBounded(other.getKey(), other.getValue()))
                .filter(other -> quota(other.getKey()).equals(quota(one.getKey())))
                .mapToLong(other -> largest(other.getKey(), other.getValue(), now))
                .min()
                .orElseThrow();
        totals.put(one.getKey(), Math.max(total, one.getValue().held));
      }
    }
    List<EntryResult> results = new ArrayList<>();
    for (Change change : changes) {
      Take take = open.get(change);
      results.add(
          take == null
              ? new EntryResult(0, true, List.of())
              : settled(change, take, totals.getOrDefault(change, 0L), last, now));
    }
    return reply(open.isEmpty() ? StoreReply.Outcome.GONE : StoreReply.Outcome.DONE, now, results);
  }

  private static String id(Change change) {
    return change.hold().operation().orElseThrow().id();
  }

  private static String quota(Change change) {
    return change.hold().key().quota();
  }

  private static boolean isBounded(Change change, Take take) {
    return change.growth() instanceof Growth.Within && change.totalUnits() > take.held;
  }

  /** Returns the largest total up to the asked one that fits all limits of one change. */
  private long largest(Change change, Take take, long now) {
    BigInteger grace = BigInteger.valueOf(((Growth.Within) change.growth()).graceUnits());
    BigInteger more = BigInteger.valueOf(change.totalUnits() - take.held);
    for (LimitSpec limit : change.hold().limits()) {
      if (limit.window() instanceof Window.Concurrent || isUnlimited(limit)) {
        continue;
      }
      BigInteger room = BigInteger.ZERO;
      if (isCounted(limit)) {
        Count count = count(change.hold().key(), limit, now);
        room =
            capacity(limit)
                .add(BigInteger.valueOf(count.granted()))
                .add(grace)
                .subtract(BigInteger.valueOf(used(count)));
      }
      more = more.min(room.max(BigInteger.ZERO));
    }
    return more.add(BigInteger.valueOf(take.held)).longValueExact();
  }

  /** Gives back what a change holds too much. */
  private void refund(Change change, Take take, long now) {
    long less = take.held - change.totalUnits();
    for (LimitSpec limit : change.hold().limits()) {
      if (less <= 0 || !isCounted(limit)) {
        continue;
      }
      Count count = count(change.hold().key(), limit, now);
      long[] endAndUnits = take.endAndUnits(limit);
      if (limit.window() instanceof Window.Calendar) {
        long back = Math.min(less, endAndUnits[1]);
        refund(count, limit, back, endAndUnits[0], now);
        endAndUnits[1] -= back;
      } else if (limit.window() instanceof Window.Rolling && count.scaled.signum() == 0) {
        endAndUnits[0] = 0;
      } else if (limit.window() instanceof Window.Rolling) {
        refund(count, limit, less, endAndUnits[0], now);
        BigInteger drain =
            ceilDiv(BigInteger.valueOf(less).multiply(period(limit)), capacity(limit));
        endAndUnits[0] =
            BigInteger.valueOf(endAndUnits[0]).subtract(drain).max(BigInteger.ZERO).longValue();
      }
    }
  }

  /** Charges what a change holds too little, and ends or renews its take. */
  private EntryResult settled(Change change, Take take, long total, boolean last, long now) {
    Key key = change.hold().key();
    List<LimitSpec> limits = change.hold().limits();
    Life life = life(key);
    Map<String, Long> peaks = peaks(key, limits, now);
    charge(key, limits, Math.max(0, total - take.held), take, now);
    life.young.parts.remove(take.reservation);
    life.old.parts.remove(take.reservation);
    if (last) {
      take.held = total;
      take.settled = true;
      if (total == 0 || take.kind == Operation.Kind.RESERVATION) {
        life.takes.remove(id(change));
      }
      life.counts.forEach(count -> count.placeEnds.remove(id(change)));
    } else {
      renew(key, limits, take, change.hold().operation().orElseThrow(), total, now);
    }
    return new EntryResult(total, results(key, limits, change.nextCost(), peaks, now));
  }

  private StoreReply grant(StoreCommand.Grant grant, long now) {
    List<LimitSpec> limits = List.of(grant.limit());
    adopt(grant.key(), limits, now);
    Life life = life(grant.key());
    Count count = count(grant.key(), grant.limit(), now);
    long expiry = grant.expiresAt().toEpochMilli();
    StoreReply.Outcome outcome = StoreReply.Outcome.DONE;
    if (expiry > now && !life.grantEnds.containsKey(grant.operation().id())) {
      if (count.balances.size() >= 16 && !count.balances.containsKey(expiry)) {
        outcome = StoreReply.Outcome.REFUSED;
      } else {
        count.balances.merge(expiry, grant.units(), Long::sum);
        life.grantEnds.put(grant.operation().id(), now + grant.operation().keep().toMillis());
      }
    }
    return reply(
        outcome, now, List.of(new EntryResult(0, results(grant.key(), limits, 1, Map.of(), now))));
  }

  private static void reset(Life life) {
    life.counts.removeIf(count -> !(count.spec.window() instanceof Window.Calendar));
    life.counts.forEach(Count::rollOver);
    life.takes.clear();
    life.young = new Reservations();
    life.old = new Reservations();
  }

  private void adopt(Key key, List<LimitSpec> limits, long now) {
    for (LimitSpec limit : limits) {
      if (isCounted(limit)) {
        Count count = count(key, limit, now);
        if (limit.window() instanceof Window.Rolling && units(limit) != units(count.spec)) {
          // A multiple of capacity and period's common divisor is what a store can represent.
          BigInteger step = capacity(limit).gcd(period(limit));
          count.scaled = ceilDiv(count.scaled, step).multiply(step);
        }
        count.spec = limit;
      }
    }
  }

  /** Returns a limit's count, brought to now. */
  private Count count(Key key, LimitSpec limit, long now) {
    List<Count> counts = life(key).counts;
    for (Count count : counts) {
      if (isSame(count.spec, limit)) {
        drain(count, now);
        return count;
      }
    }
    Count added = new Count(limit, now);
    counts.add(added);
    return added;
  }

  private static boolean isSame(LimitSpec a, LimitSpec b) {
    if (!a.name().equals(b.name())) {
      return false;
    }
    if (a.window() instanceof Window.Calendar first) {
      return b.window() instanceof Window.Calendar second && first.unit() == second.unit();
    }
    return a.window() instanceof Window.Concurrent
        ? b.window() instanceof Window.Concurrent
        : a.window().equals(b.window());
  }

  private static void drain(Count count, long now) {
    if (!(count.spec.window() instanceof Window.Rolling)) {
      return;
    }
    BigInteger drained = BigInteger.valueOf(now - count.stamp).multiply(capacity(count.spec));
    count.scaled = count.scaled.subtract(drained).max(BigInteger.ZERO);
    count.stamp = now;
    if (count.scaled.signum() == 0) {
      count.peak = 0;
    }
  }

  private void add(Count count, long units, long now) {
    if (units == 0 || count.spec.window() instanceof Window.Concurrent) {
      return;
    }
    if (count.spec.window() instanceof Window.Calendar) {
      count.end = end(count, count.spec, now);
      count.expiredPaid = Math.min(count.expiredPaid, count.over());
      count.used += units;
    } else {
      count.scaled = count.scaled.add(BigInteger.valueOf(units).multiply(period(count.spec)));
    }
    count.peak = Math.max(count.peak, used(count));
  }

  private long end(Count count, LimitSpec limit, long now) {
    return count.end != NONE ? count.end : endAfter((Window.Calendar) limit.window(), now);
  }

  private long endAfter(Window.Calendar window, long now) {
    long[] known = knownEnds.get(window);
    if (known == null || now < known[0] || now >= known[1]) {
      known = new long[] {now, ModelCalendar.endAfter(window, now)};
      knownEnds.put(window, known);
    }
    return known[1];
  }

  private static long used(Count count) {
    if (count.spec.window() instanceof Window.Concurrent) {
      return count.placeEnds.size();
    }
    return count.spec.window() instanceof Window.Calendar
        ? count.used
        : ceilDiv(count.scaled, period(count.spec)).longValueExact();
  }

  private long available(Key key, LimitSpec limit, long now) {
    if (isUnlimited(limit)) {
      return Long.MAX_VALUE;
    }
    if (!isCounted(limit)) {
      return 0;
    }
    Count count = count(key, limit, now);
    if (limit.window() instanceof Window.Concurrent) {
      return used(count) < units(limit) ? Long.MAX_VALUE : 0;
    }
    return Math.max(0, units(limit) + count.granted() - used(count));
  }

  private List<LimitResult> results(
      Key key, List<LimitSpec> limits, long cost, Map<String, Long> peaksBefore, long now) {
    List<LimitResult> results = new ArrayList<>();
    for (LimitSpec limit : limits) {
      if (isCounted(limit)) {
        Count count = count(key, limit, now);
        long reserved =
            limit.window() instanceof Window.Concurrent
                ? 0
                : Math.min(life(key).reserved(), used(count));
        results.add(
            new LimitResult(
                limit.name(),
                availability(key, limit, cost, now),
                used(count) - reserved,
                reserved,
                count.granted(),
                peaksBefore.getOrDefault(limit.name(), count.peak),
                count.peak,
                resetAt(count, limit, now)));
      } else {
        Availability availability =
            isUnlimited(limit) || cost == 0 ? Availability.now() : Availability.never();
        results.add(
            new LimitResult(limit.name(), availability, 0, 0, 0, 0, 0, OptionalLong.empty()));
      }
    }
    return results;
  }

  private Availability availability(Key key, LimitSpec limit, long cost, long now) {
    if (isUnlimited(limit) || cost <= available(key, limit, now)) {
      return Availability.now();
    }
    if (limit.window() instanceof Window.Concurrent) {
      return units(limit) == 0 ? Availability.never() : Availability.whenReleased();
    }
    Count count = count(key, limit, now);
    if (limit.window() instanceof Window.Calendar) {
      return cost <= atNextWindow(count, limit, now)
          ? new Availability.At(end(count, limit, now))
          : Availability.never();
    }
    if (cost > units(limit)) {
      return Availability.never();
    }
    BigInteger most = BigInteger.valueOf(units(limit) - cost).multiply(period(limit));
    return new Availability.At(
        now + ceilDiv(count.scaled.subtract(most), capacity(limit)).longValueExact());
  }

  /** Returns what can be had when the window ends, by letting it end. */
  private long atNextWindow(Count count, LimitSpec limit, long now) {
    long end = end(count, limit, now);
    Life then = new Life();
    Count copy = count.copy();
    copy.end = end;
    then.counts.add(copy);
    bring(then, end);
    return units(limit) + copy.granted();
  }

  private OptionalLong resetAt(Count count, LimitSpec limit, long now) {
    if (limit.window() instanceof Window.Calendar) {
      return OptionalLong.of(end(count, limit, now));
    }
    return count.scaled.signum() == 0
        ? OptionalLong.empty()
        : OptionalLong.of(now + ceilDiv(count.scaled, capacity(limit)).longValueExact());
  }

  private static boolean isUnlimited(LimitSpec limit) {
    return limit.capacity() instanceof Capacity.Unlimited;
  }

  private static boolean isCounted(LimitSpec limit) {
    return !(limit.window() instanceof Window.Rolling) || (!isUnlimited(limit) && units(limit) > 0);
  }

  private static long units(LimitSpec limit) {
    return ((Capacity.Limited) limit.capacity()).units();
  }

  private static BigInteger capacity(LimitSpec limit) {
    return BigInteger.valueOf(units(limit));
  }

  private static BigInteger period(LimitSpec limit) {
    return BigInteger.valueOf(((Window.Rolling) limit.window()).period().toMillis());
  }

  private static BigInteger ceilDiv(BigInteger dividend, BigInteger divisor) {
    BigInteger[] result = dividend.divideAndRemainder(divisor);
    return result[1].signum() > 0 ? result[0].add(BigInteger.ONE) : result[0];
  }

  @Override
  public StoreHealth health() {
    return new StoreHealth("model", true, "Counting on paper.");
  }

  @Override
  public void close() {}
}
