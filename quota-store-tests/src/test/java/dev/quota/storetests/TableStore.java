package dev.quota.storetests;

import dev.quota.policy.Capacity;
import dev.quota.policy.Window;
import dev.quota.spi.Change;
import dev.quota.spi.Entry;
import dev.quota.spi.EntryResult;
import dev.quota.spi.Hold;
import dev.quota.spi.Key;
import dev.quota.spi.LimitResult;
import dev.quota.spi.LimitSpec;
import dev.quota.spi.OnShort;
import dev.quota.spi.QuotaStore;
import dev.quota.spi.StoreCommand;
import dev.quota.spi.StoreReply;
import dev.quota.spi.StoreReply.Outcome;
import dev.quota.store.Accuracy;
import dev.quota.store.Availability;
import dev.quota.store.QuotaClock;
import dev.quota.store.StoreCapability;
import dev.quota.store.StoreHealth;
import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;

/** What a stranger writes: a table in memory with one lock, which counts and refunds. */
final class TableStore implements QuotaStore {

  private static final long NONE = -1;

  private final QuotaClock clock;
  private final Set<StoreCapability> capabilities;
  private final Map<Key, List<Count>> table = new HashMap<>();

  TableStore(QuotaClock clock, StoreCapability... capabilities) {
    this.clock = clock;
    this.capabilities = Set.of(capabilities);
  }

  /** One limit of one key. A rolling one has used × period, which drains at its capacity. */
  private static final class Count {
    LimitSpec spec;
    BigInteger scaled = BigInteger.ZERO;
    long drainedAt;
    long used;
    long end = NONE;
    long peak;

    Count(LimitSpec spec, long now) {
      this.spec = spec;
      this.drainedAt = now;
    }

    Count copy() {
      Count copy = new Count(spec, drainedAt);
      copy.scaled = scaled;
      copy.used = used;
      copy.end = end;
      copy.peak = peak;
      return copy;
    }

    void bring(long now) {
      if (isRolling(spec)) {
        scaled = scaled.subtract(times(now - drainedAt, units(spec))).max(BigInteger.ZERO);
        drainedAt = now;
        peak = scaled.signum() == 0 ? 0 : peak;
      } else if (end != NONE && now >= end) {
        used = 0;
        peak = 0;
        end = NONE;
      }
    }

    /** Turns to another version of the policy. */
    void adopt(LimitSpec limit) {
      if (isRolling(limit) && units(limit) != units(spec)) {
        BigInteger step = BigInteger.valueOf(units(limit)).gcd(BigInteger.valueOf(period(limit)));
        scaled = ceilDiv(scaled, step).multiply(step);
      }
      spec = limit;
    }

    void add(long units, long now) {
      if (isRolling(spec)) {
        scaled = scaled.add(times(units, period(spec)));
      } else {
        end = end(spec, now);
        used += units;
      }
      peak = Math.max(peak, used());
    }

    void refund(LimitSpec held, long units, long heldEnd, long now) {
      if (!isRolling(spec)) {
        used = end == heldEnd ? Math.max(0, used - units) : used;
      } else if (units(held) >= units(spec)) {
        BigInteger notDrained = times(Math.max(0, heldEnd - now), units(spec));
        scaled = scaled.subtract(times(units, period(spec)).min(notDrained)).max(BigInteger.ZERO);
      }
    }

    long used() {
      return isRolling(spec)
          ? ceilDiv(scaled, BigInteger.valueOf(period(spec))).longValueExact()
          : used;
    }

    long end(LimitSpec limit, long now) {
      return end != NONE
          ? end
          : ((Window.Calendar) limit.window()).endAfter(Instant.ofEpochMilli(now)).toEpochMilli();
    }

    boolean fits(LimitSpec limit, long cost) {
      return isUnlimited(limit) || cost == 0 || cost <= units(limit) - used();
    }

    LimitResult result(LimitSpec limit, long cost, long peakBefore, long now) {
      Availability availability = Availability.now();
      if (!fits(limit, cost)) {
        availability =
            cost > units(limit)
                ? Availability.never()
                : new Availability.At(freeAt(limit, cost, now));
      }
      OptionalLong reset =
          !isRolling(limit)
              ? OptionalLong.of(end(limit, now))
              : scaled.signum() == 0
                  ? OptionalLong.empty()
                  : OptionalLong.of(freeAt(limit, units(limit), now));
      return new LimitResult(limit.name(), availability, used(), 0, 0, peakBefore, peak, reset);
    }

    private long freeAt(LimitSpec limit, long cost, long now) {
      BigInteger most = isRolling(limit) ? times(units(limit) - cost, period(limit)) : null;
      return most == null
          ? end(limit, now)
          : now + ceilDiv(scaled.subtract(most), BigInteger.valueOf(units(limit))).longValueExact();
    }
  }

  @Override
  public Set<StoreCapability> capabilities() {
    return capabilities;
  }

  @Override
  public synchronized StoreReply execute(StoreCommand command) {
    long now = clock.millis();
    if (command instanceof StoreCommand.Take take) {
      return take(take.entries(), now);
    }
    if (command instanceof StoreCommand.Peek peek) {
      return reply(Outcome.DONE, now, peek.entries().stream().map(e -> peek(e, now)).toList());
    }
    if (command instanceof StoreCommand.Settle settle) {
      settle.changes().forEach(change -> settle(change, now));
      return reply(
          Outcome.DONE,
          now,
          settle.changes().stream().map(change -> new EntryResult(0, List.of())).toList());
    }
    if (command instanceof StoreCommand.Reset reset) {
      table.remove(reset.key());
      return reply(Outcome.DONE, now, List.of(new EntryResult(0, List.of())));
    }
    throw new UnsupportedOperationException("unknown: " + command);
  }

  private static StoreReply reply(Outcome outcome, long now, List<EntryResult> entries) {
    return new StoreReply(outcome, Instant.ofEpochMilli(now), Accuracy.EXACT, entries);
  }

  private StoreReply take(List<Entry> entries, long now) {
    entries.forEach(entry -> adopt(entry, now));
    long[] amounts = new long[entries.size()];
    for (int i = 0; i < amounts.length; i++) {
      Entry entry = entries.get(i);
      boolean fits =
          entries.stream()
              .filter(other -> other.key().quota().equals(entry.key().quota()))
              .allMatch(other -> fits(other, entry.cost(), now));
      if (!fits && entry.onShort() == OnShort.REFUSE_ALL) {
        return reply(Outcome.REFUSED, now, entries.stream().map(e -> taken(e, 0, now)).toList());
      }
      amounts[i] = fits || entry.onShort() == OnShort.EXCEED ? entry.cost() : 0;
    }
    List<EntryResult> results = new ArrayList<>();
    for (int i = 0; i < amounts.length; i++) {
      results.add(taken(entries.get(i), amounts[i], now));
    }
    return reply(Outcome.DONE, now, results);
  }

  private void adopt(Entry entry, long now) {
    for (LimitSpec limit : entry.limits()) {
      if (isCounted(limit)) {
        count(entry.key(), limit, now).adopt(limit);
      }
    }
  }

  private boolean fits(Entry entry, long cost, long now) {
    return entry.limits().stream()
        .allMatch(
            limit ->
                isCounted(limit)
                    ? count(entry.key(), limit, now).fits(limit, cost)
                    : isUnlimited(limit) || cost == 0);
  }

  private EntryResult taken(Entry entry, long units, long now) {
    long asked = units > 0 || entry.cost() == 0 ? entry.nextCost() : entry.cost();
    List<LimitResult> results = new ArrayList<>();
    for (LimitSpec limit : entry.limits()) {
      if (isCounted(limit)) {
        Count count = count(entry.key(), limit, now);
        long peakBefore = count.peak;
        if (units > 0) {
          count.add(units, now);
        }
        results.add(count.result(limit, asked, peakBefore, now));
      } else {
        Availability availability =
            isUnlimited(limit) || asked == 0 ? Availability.now() : Availability.never();
        results.add(
            new LimitResult(limit.name(), availability, 0, 0, 0, 0, 0, OptionalLong.empty()));
      }
    }
    return new EntryResult(units, results);
  }

  /** Reports on a copy, so that nothing changes. */
  private EntryResult peek(Entry entry, long now) {
    List<Count> before = table.get(entry.key());
    if (before != null) {
      table.put(entry.key(), new ArrayList<>(before.stream().map(Count::copy).toList()));
    }
    adopt(entry, now);
    Entry asked = new Entry(entry.key(), entry.limits(), 0, 0, entry.cost(), OnShort.REFUSE_ALL);
    EntryResult result = taken(asked, 0, now);
    table.remove(entry.key());
    if (before != null) {
      table.put(entry.key(), before);
    }
    return result;
  }

  private void settle(Change change, long now) {
    Hold hold = change.hold();
    long more = change.totalUnits() - hold.units();
    for (int i = 0; i < hold.limits().size(); i++) {
      LimitSpec limit = hold.limits().get(i);
      if (isCounted(limit) && more != 0) {
        Count count = count(hold.key(), limit, now);
        if (more > 0) {
          count.spec = count.used() == 0 && count.end == NONE ? limit : count.spec;
          count.add(more, now);
        } else {
          count.refund(limit, -more, hold.windowEndsMillis().get(i), now);
        }
      }
    }
  }

  /** Returns a limit's count as of now; limits of one name and period are the same. */
  private Count count(Key key, LimitSpec limit, long now) {
    List<Count> counts = table.computeIfAbsent(key, absent -> new ArrayList<>());
    for (Count count : counts) {
      if (isSame(count.spec, limit)) {
        count.bring(now);
        return count;
      }
    }
    Count added = new Count(limit, now);
    counts.add(added);
    return added;
  }

  private static boolean isSame(LimitSpec a, LimitSpec b) {
    return a.name().equals(b.name())
        && (a.window() instanceof Window.Calendar first
            ? b.window() instanceof Window.Calendar second && first.unit() == second.unit()
            : a.window().equals(b.window()));
  }

  private static boolean isCounted(LimitSpec limit) {
    return !isRolling(limit) || (!isUnlimited(limit) && units(limit) > 0);
  }

  private static boolean isRolling(LimitSpec limit) {
    return limit.window() instanceof Window.Rolling;
  }

  private static boolean isUnlimited(LimitSpec limit) {
    return limit.capacity() instanceof Capacity.Unlimited;
  }

  private static long units(LimitSpec limit) {
    return ((Capacity.Limited) limit.capacity()).units();
  }

  private static long period(LimitSpec limit) {
    return ((Window.Rolling) limit.window()).periodMillis();
  }

  private static BigInteger times(long a, long b) {
    return BigInteger.valueOf(a).multiply(BigInteger.valueOf(b));
  }

  private static BigInteger ceilDiv(BigInteger dividend, BigInteger divisor) {
    BigInteger[] parts = dividend.divideAndRemainder(divisor);
    return parts[1].signum() > 0 ? parts[0].add(BigInteger.ONE) : parts[0];
  }

  @Override
  public StoreHealth health() {
    return new StoreHealth("table", true, "Counts in a table.");
  }

  @Override
  public void close() {
    // There is nothing to close.
  }
}
