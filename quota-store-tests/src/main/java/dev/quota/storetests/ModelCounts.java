package dev.quota.storetests;

import static dev.quota.storetests.ModelLimits.capacity;
import static dev.quota.storetests.ModelLimits.ceilDiv;
import static dev.quota.storetests.ModelLimits.isCounted;
import static dev.quota.storetests.ModelLimits.isSame;
import static dev.quota.storetests.ModelLimits.isUnlimited;
import static dev.quota.storetests.ModelLimits.period;
import static dev.quota.storetests.ModelLimits.units;

import dev.quota.policy.Capacity;
import dev.quota.policy.Window;
import dev.quota.spi.Key;
import dev.quota.spi.LimitResult;
import dev.quota.spi.LimitSpec;
import dev.quota.spi.Operation;
import dev.quota.store.Availability;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/** The model's counts of all keys, and the arithmetic of limits. Not thread-safe. */
final class ModelCounts {

  private final Map<Key, ModelLife> lives = new HashMap<>();
  private final Map<Window.Calendar, long[]> knownEnds = new HashMap<>();

  /** Ends everything on all keys that ends by now. */
  void bring(long now) {
    lives.values().forEach(life -> life.bring(now));
  }

  ModelLife life(Key key) {
    return lives.computeIfAbsent(key, absent -> new ModelLife());
  }

  Map<String, Long> peaks(Key key, List<LimitSpec> limits, long now) {
    Map<String, Long> peaks = new HashMap<>();
    for (LimitSpec limit : limits) {
      if (isCounted(limit)) {
        peaks.put(limit.name(), count(key, limit, now).peak);
      }
    }
    return peaks;
  }

  /** Charges units and notes where they were taken from. */
  void charge(Key key, List<LimitSpec> limits, long units, ModelLife.Take take, long now) {
    for (LimitSpec limit : limits) {
      if (!isCounted(limit) || limit.window() instanceof Window.Concurrent || units == 0) {
        continue;
      }
      ModelCount count = count(key, limit, now);
      long[] endAndUnits = take.endAndUnits(limit);
      if (count.slots.isPresent()) {
        count.slots.get().add(units, take.slots(limit), now);
        count.peak = Math.max(count.peak, count.usedUnits());
      } else if (limit.window() instanceof Window.Rolling) {
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

  /** Records the units, the reservation and the permits of a take. */
  void renew(
      Key key,
      List<LimitSpec> limits,
      ModelLife.Take take,
      Operation operation,
      long held,
      long now) {
    ModelLife life = life(key);
    take.held = held;
    take.end = now + operation.keep().toMillis();
    if (take.kind == Operation.Kind.RESERVATION) {
      take.reservation = new ModelLife.Reservation(held);
      life.young.parts.add(take.reservation);
      life.young.end = Math.max(life.young.end, take.end);
    }
    for (LimitSpec limit : limits) {
      if (limit.window() instanceof Window.Concurrent concurrent) {
        count(key, limit, now).permitEnds.put(operation.id(), now + concurrent.lease().toMillis());
      }
    }
  }

  void adopt(Key key, List<LimitSpec> limits, long now) {
    for (LimitSpec limit : limits) {
      if (isCounted(limit)) {
        ModelCount count = count(key, limit, now);
        if (limit.window() instanceof Window.Rolling && units(limit) != units(count.spec)) {
          // A store can only represent multiples of the common divisor of capacity and period.
          BigInteger step = capacity(limit).gcd(period(limit));
          count.scaled = ceilDiv(count.scaled, step).multiply(step);
        }
        count.spec = limit;
        if (limit.window() instanceof Window.Session session) {
          shorten(count, session.period().toMillis(), now);
        }
      }
    }
  }

  /** Ends a session that began when sessions were longer no later than one that begins now. */
  private static void shorten(ModelCount count, long periodMillis, long now) {
    if (count.end != ModelLife.NONE && count.end - now > periodMillis + 5_000) {
      count.end = now + periodMillis;
    }
  }

  /** Returns a limit's count, brought to now. */
  ModelCount count(Key key, LimitSpec limit, long now) {
    List<ModelCount> counts = life(key).counts;
    for (ModelCount count : counts) {
      if (isSame(count.spec, limit)) {
        count.drain(now);
        return count;
      }
    }
    ModelCount added = new ModelCount(limit, now);
    counts.add(added);
    return added;
  }

  void add(ModelCount count, long units, long now) {
    if (units == 0 || count.spec.window() instanceof Window.Concurrent) {
      return;
    }
    if (count.slots.isPresent()) {
      count.slots.get().add(units, new ArrayList<>(), now);
    } else if (count.spec.window() instanceof Window.Fixed) {
      if (count.end == ModelLife.NONE) {
        ModelRollover.begin(count, now);
      }
      count.end = end(count, count.spec, now);
      count.expiredPaid = Math.min(count.expiredPaid, count.over());
      count.used += units;
    } else {
      count.scaled = count.scaled.add(BigInteger.valueOf(units).multiply(period(count.spec)));
    }
    count.peak = Math.max(count.peak, count.usedUnits());
  }

  private long end(ModelCount count, LimitSpec limit, long now) {
    return count.end != ModelLife.NONE
        ? count.end
        : limit.window() instanceof Window.Session session
            ? now + session.period().toMillis()
            : endAfter((Window.Calendar) limit.window(), now);
  }

  private long endAfter(Window.Calendar window, long now) {
    long[] known = knownEnds.get(window);
    if (known == null || now < known[0] || now >= known[1]) {
      known = new long[] {now, ModelCalendar.endAfter(window, now)};
      knownEnds.put(window, known);
    }
    return known[1];
  }

  long available(Key key, LimitSpec limit, long now) {
    if (isUnlimited(limit)) {
      return Long.MAX_VALUE;
    }
    if (!isCounted(limit)) {
      return 0;
    }
    ModelCount count = count(key, limit, now);
    if (limit.window() instanceof Window.Concurrent) {
      return count.usedUnits() < units(limit) ? Long.MAX_VALUE : 0;
    }
    return Math.max(
        0,
        units(limit)
            + ModelRollover.rolledOver(count, limit, now)
            + count.granted()
            - count.usedUnits());
  }

  List<LimitResult> results(
      Key key, List<LimitSpec> limits, long cost, Map<String, Long> peaksBefore, long now) {
    List<LimitResult> results = new ArrayList<>();
    for (LimitSpec limit : limits) {
      if (isCounted(limit)) {
        ModelCount count = count(key, limit, now);
        long reserved =
            limit.window() instanceof Window.Concurrent
                ? 0
                : Math.min(life(key).reserved(), count.usedUnits());
        results.add(
            new LimitResult(
                limit.name(),
                availability(key, limit, cost, now),
                count.usedUnits() - reserved,
                reserved,
                count.granted(),
                peaksBefore.getOrDefault(limit.name(), count.peak),
                count.peak,
                resetAt(count, limit, now),
                ModelRollover.rolledOver(count, limit, now)));
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
    ModelCount count = count(key, limit, now);
    if (limit.window() instanceof Window.Fixed) {
      return cost <= atNextWindow(count, limit, now)
          ? new Availability.At(end(count, limit, now))
          : Availability.never();
    }
    if (cost > units(limit)) {
      return Availability.never();
    }
    if (count.slots.isPresent()) {
      return new Availability.At(count.slots.get().fitsMillis(units(limit) - cost));
    }
    BigInteger most = BigInteger.valueOf(units(limit) - cost).multiply(period(limit));
    return new Availability.At(
        now + ceilDiv(count.scaled.subtract(most), capacity(limit)).longValueExact());
  }

  /**
   * Returns what is available after the end of the window. It computes this on a copy that ends the
   * window.
   */
  private long atNextWindow(ModelCount count, LimitSpec limit, long now) {
    long end = end(count, limit, now);
    ModelLife then = new ModelLife();
    ModelCount copy = count.copy();
    then.counts.add(copy);
    then.bring(end);
    return units(limit) + ModelRollover.rolledOver(copy, limit, end) + copy.granted();
  }

  private OptionalLong resetAt(ModelCount count, LimitSpec limit, long now) {
    if (limit.window() instanceof Window.Session && count.end == ModelLife.NONE) {
      return OptionalLong.empty();
    }
    if (limit.window() instanceof Window.Fixed) {
      return OptionalLong.of(end(count, limit, now));
    }
    if (count.slots.isPresent()) {
      return count.slots.get().isEmpty()
          ? OptionalLong.empty()
          : OptionalLong.of(count.slots.get().fullMillis());
    }
    return count.scaled.signum() == 0
        ? OptionalLong.empty()
        : OptionalLong.of(now + ceilDiv(count.scaled, capacity(limit)).longValueExact());
  }
}
