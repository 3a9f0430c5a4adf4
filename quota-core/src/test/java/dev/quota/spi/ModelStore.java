package dev.quota.spi;

import dev.quota.Accuracy;
import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * The rules of a store, written down as plainly as possible, to compare real stores with: whole
 * numbers of any size, no bound, no expiry, no locks. Not thread-safe.
 *
 * <p>Rolling use is kept as used × period. Its time must not step back.
 */
public final class ModelStore implements QuotaStore {

  private final QuotaClock clock;
  private final Map<Key, List<Count>> state = new HashMap<>();
  private final Map<Window.Calendar, long[]> knownEnds = new HashMap<>();

  /**
   * Creates an empty store.
   *
   * @param clock its time
   */
  public ModelStore(QuotaClock clock) {
    this.clock = clock;
  }

  /**
   * One limit's count: rolling ones use {@code scaled}, calendar ones {@code used} and {@code end}.
   */
  private static final class Count {
    LimitSpec spec;
    BigInteger scaled = BigInteger.ZERO;
    long stamp;
    long used;
    long end = -1;
    long peak;

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
      return copy;
    }
  }

  @Override
  public StoreReply execute(StoreCommand command) {
    long now = clock.millis();
    if (command instanceof StoreCommand.Take take) {
      return take(take.entries(), now);
    }
    if (command instanceof StoreCommand.Peek peek) {
      return peek(peek.entries(), now);
    }
    if (command instanceof StoreCommand.Settle settle) {
      settle.changes().forEach(change -> settle(change, now));
      return reply(
          StoreReply.Outcome.DONE,
          now,
          settle.changes().stream().map(change -> new EntryResult(0, List.of())).toList());
    }
    if (command instanceof StoreCommand.Reset reset) {
      state.remove(reset.key());
      return reply(StoreReply.Outcome.DONE, now, List.of(new EntryResult(0, List.of())));
    }
    throw new UnsupportedOperationException("the model does not know grants");
  }

  private static StoreReply reply(StoreReply.Outcome outcome, long now, List<EntryResult> entries) {
    return new StoreReply(outcome, Instant.ofEpochMilli(now), Accuracy.EXACT, entries);
  }

  private StoreReply take(List<Entry> entries, long now) {
    Map<Key, List<Count>> before = copyOf(entries);
    for (Entry entry : entries) {
      adopt(entry, now);
    }
    Map<Key, List<Count>> adopted = copyOf(entries);
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
        List<EntryResult> results = new ArrayList<>();
        entries.forEach(each -> results.add(result(each, 0, costAfter(each, 0), Map.of(), now)));
        adopted.keySet().retainAll(before.keySet());
        restore(entries, adopted);
        return reply(StoreReply.Outcome.REFUSED, now, results);
      }
    }
    List<EntryResult> results = new ArrayList<>();
    for (int i = 0; i < amounts.length; i++) {
      Entry entry = entries.get(i);
      Map<String, Long> peaks = new HashMap<>();
      for (LimitSpec limit : entry.limits()) {
        if (isCounted(limit)) {
          Count count = count(entry.key(), limit, now);
          peaks.put(limit.name(), count.peak);
          add(count, amounts[i], now);
        }
      }
      results.add(result(entry, amounts[i], costAfter(entry, amounts[i]), peaks, now));
      if (amounts[i] == 0 && !before.containsKey(entry.key())) {
        state.remove(entry.key());
      }
    }
    return reply(StoreReply.Outcome.DONE, now, results);
  }

  private static long costAfter(Entry entry, long taken) {
    return taken > 0 || entry.cost() == 0 ? entry.nextCost() : entry.cost();
  }

  private StoreReply peek(List<Entry> entries, long now) {
    Map<Key, List<Count>> before = copyOf(entries);
    List<EntryResult> results = new ArrayList<>();
    for (Entry entry : entries) {
      adopt(entry, now);
      results.add(result(entry, 0, entry.cost(), Map.of(), now));
    }
    restore(entries, before);
    return reply(StoreReply.Outcome.DONE, now, results);
  }

  private void settle(Change change, long now) {
    Hold hold = change.hold();
    long less = hold.units() - change.totalUnits();
    for (int i = 0; i < hold.limits().size(); i++) {
      LimitSpec limit = hold.limits().get(i);
      if (isCounted(limit) && less < 0) {
        Count count = count(hold.key(), limit, now);
        if (count.scaled.signum() == 0 && count.end < 0) {
          // Nothing of that limit is counted: the hold says how to begin.
          count.spec = limit;
        }
        add(count, -less, now);
      } else if (isCounted(limit) && less > 0 && state.containsKey(hold.key())) {
        giveBack(count(hold.key(), limit, now), limit, less, hold.windowEndsMillis().get(i), now);
      }
    }
  }

  private static void giveBack(Count count, LimitSpec held, long units, long end, long now) {
    if (count.spec.window() instanceof Window.Calendar) {
      if (count.end == end) {
        count.used = Math.max(0, count.used - units);
      }
    } else if (units(held) >= units(count.spec)) {
      BigInteger notDrained =
          BigInteger.valueOf(Math.max(0, end - now)).multiply(capacity(count.spec));
      BigInteger back = BigInteger.valueOf(units).multiply(period(count.spec)).min(notDrained);
      count.scaled = count.scaled.subtract(back).max(BigInteger.ZERO);
    }
  }

  private void adopt(Entry entry, long now) {
    for (LimitSpec limit : entry.limits()) {
      if (isCounted(limit)) {
        Count count = count(entry.key(), limit, now);
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
    List<Count> counts = state.computeIfAbsent(key, absent -> new ArrayList<>());
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
    return a.window() instanceof Window.Calendar first
        ? b.window() instanceof Window.Calendar second && first.unit() == second.unit()
        : a.window().equals(b.window());
  }

  private static void drain(Count count, long now) {
    if (count.spec.window() instanceof Window.Calendar) {
      if (count.end >= 0 && now >= count.end) {
        count.used = 0;
        count.peak = 0;
        count.end = -1;
      }
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
    if (units == 0) {
      return;
    }
    if (count.spec.window() instanceof Window.Calendar) {
      count.end = end(count, count.spec, now);
      count.used += units;
    } else {
      count.scaled = count.scaled.add(BigInteger.valueOf(units).multiply(period(count.spec)));
    }
    count.peak = Math.max(count.peak, used(count));
  }

  private long end(Count count, LimitSpec limit, long now) {
    return count.end >= 0 ? count.end : endAfter((Window.Calendar) limit.window(), now);
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
    return count.spec.window() instanceof Window.Calendar
        ? count.used
        : ceilDiv(count.scaled, period(count.spec)).longValueExact();
  }

  private long available(Key key, LimitSpec limit, long now) {
    if (limit.capacity() instanceof Capacity.Unlimited) {
      return Long.MAX_VALUE;
    }
    if (units(limit) == 0) {
      return 0;
    }
    return Math.max(0, units(limit) - used(count(key, limit, now)));
  }

  private EntryResult result(
      Entry entry, long taken, long cost, Map<String, Long> peaksBefore, long now) {
    List<LimitResult> results = new ArrayList<>();
    for (LimitSpec limit : entry.limits()) {
      if (isCounted(limit)) {
        Count count = count(entry.key(), limit, now);
        results.add(
            new LimitResult(
                limit.name(),
                fit(entry.key(), limit, cost, now),
                used(count),
                0,
                0,
                peaksBefore.getOrDefault(limit.name(), count.peak),
                count.peak,
                resetAt(count, limit, now)));
      } else {
        Fit fit = isUnlimited(limit) || cost == 0 ? Fit.now() : Fit.never();
        results.add(new LimitResult(limit.name(), fit, 0, 0, 0, 0, 0, OptionalLong.empty()));
      }
    }
    return new EntryResult(taken, results);
  }

  private Fit fit(Key key, LimitSpec limit, long cost, long now) {
    if (isUnlimited(limit) || cost <= available(key, limit, now)) {
      return Fit.now();
    }
    if (cost > units(limit)) {
      return Fit.never();
    }
    Count count = count(key, limit, now);
    if (limit.window() instanceof Window.Calendar) {
      return new Fit.At(end(count, limit, now));
    }
    BigInteger most = BigInteger.valueOf(units(limit) - cost).multiply(period(limit));
    return new Fit.At(now + ceilDiv(count.scaled.subtract(most), capacity(limit)).longValueExact());
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
    return limit.window() instanceof Window.Calendar || (!isUnlimited(limit) && units(limit) > 0);
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

  private Map<Key, List<Count>> copyOf(List<Entry> entries) {
    Map<Key, List<Count>> copy = new HashMap<>();
    for (Entry entry : entries) {
      List<Count> counts = state.get(entry.key());
      if (counts != null) {
        copy.put(entry.key(), new ArrayList<>(counts.stream().map(Count::copy).toList()));
      }
    }
    return copy;
  }

  private void restore(List<Entry> entries, Map<Key, List<Count>> copy) {
    entries.forEach(entry -> state.remove(entry.key()));
    state.putAll(copy);
  }

  @Override
  public StoreHealth health() {
    return new StoreHealth("model", true, "Counting on paper.");
  }

  @Override
  public void close() {}
}
