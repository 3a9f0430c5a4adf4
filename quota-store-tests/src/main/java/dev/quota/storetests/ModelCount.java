package dev.quota.storetests;

import static dev.quota.storetests.ModelLimits.capacity;
import static dev.quota.storetests.ModelLimits.ceilDiv;
import static dev.quota.storetests.ModelLimits.isUnlimited;
import static dev.quota.storetests.ModelLimits.period;
import static dev.quota.storetests.ModelLimits.units;

import dev.quota.policy.Window;
import dev.quota.spi.LimitSpec;
import java.math.BigInteger;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The model's count of one limit of one key. Rolling limits use {@code scaled}, sliding limits
 * {@code slots}, calendar and session limits {@code used}, {@code end} and what is granted to them,
 * and limits at once the ends of permits.
 */
final class ModelCount {

  LimitSpec spec;
  BigInteger scaled = BigInteger.ZERO;
  long stamp;
  long used;
  long end = ModelLife.NONE;
  long peak;

  /** The units that this window began with or that were granted in it, by expiry. */
  TreeMap<Long, Long> balances = new TreeMap<>();

  /** The units that balances paid in this window before they expired. */
  long expiredPaid;

  /**
   * What the window that ended at {@code carriedFrom} left, or what the one that began then had
   * from the window before.
   */
  long carried;

  long carriedFrom = ModelLife.NONE;

  Map<String, Long> permitEnds = new HashMap<>();

  /** The slots of a sliding limit. */
  Optional<ModelSlots> slots;

  ModelCount(LimitSpec spec, long now) {
    this.spec = spec;
    this.stamp = now;
    this.slots =
        spec.window() instanceof Window.Sliding sliding
            ? Optional.of(new ModelSlots(sliding))
            : Optional.empty();
  }

  ModelCount copy() {
    ModelCount copy = new ModelCount(spec, stamp);
    copy.scaled = scaled;
    copy.used = used;
    copy.end = end;
    copy.peak = peak;
    copy.balances = new TreeMap<>(balances);
    copy.expiredPaid = expiredPaid;
    copy.carried = carried;
    copy.carriedFrom = carriedFrom;
    copy.permitEnds = new HashMap<>(permitEnds);
    copy.slots = slots.map(it -> it.copy((Window.Sliding) spec.window()));
    return copy;
  }

  /** Returns what must be paid by grant balances. */
  long over() {
    return isUnlimited(spec)
        ? 0
        : Math.max(0, used - units(spec) - ModelRollover.atMostShare(spec, carried));
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
    ModelRollover.end(this);
    used = 0;
    peak = 0;
    end = ModelLife.NONE;
  }

  /** Forgets what was used. A window that has begun can begin again with what it began with. */
  void reset(long now) {
    long before = carried;
    boolean marked =
        end != ModelLife.NONE && (spec.rollover().isPresent() || carriedFrom != ModelLife.NONE);
    long from = marked ? now : carriedFrom;
    rollOver();
    carried = before;
    carriedFrom = from;
  }

  /** Returns the whole units that are used, rounded up. */
  long usedUnits() {
    if (slots.isPresent()) {
      return slots.get().used();
    }
    if (spec.window() instanceof Window.Concurrent) {
      return permitEnds.size();
    }
    return spec.window() instanceof Window.Fixed
        ? used
        : ceilDiv(scaled, period(spec)).longValueExact();
  }

  /** Drains a rolling or sliding limit up to now. */
  void drain(long now) {
    if (slots.isPresent()) {
      slots.get().bring(now);
      peak = slots.get().isEmpty() ? 0 : peak;
      return;
    }
    if (!(spec.window() instanceof Window.Rolling)) {
      return;
    }
    BigInteger drained = BigInteger.valueOf(now - stamp).multiply(capacity(spec));
    scaled = scaled.subtract(drained).max(BigInteger.ZERO);
    stamp = now;
    if (scaled.signum() == 0) {
      peak = 0;
    }
  }

  /** Refunds units that were held under a spec whose window ends then. */
  void refund(LimitSpec held, long units, long windowEnd, long now) {
    if (spec.window() instanceof Window.Fixed) {
      if (end == windowEnd) {
        used = Math.max(0, used - units);
        expiredPaid = Math.min(expiredPaid, over());
      }
    } else if (slots.isPresent()) {
      slots.get().refundFullAt(units, windowEnd);
    } else if (spec.window() instanceof Window.Rolling
        && ModelLimits.units(held) >= ModelLimits.units(spec)) {
      BigInteger notDrained =
          BigInteger.valueOf(Math.max(0, windowEnd - now)).multiply(capacity(spec));
      BigInteger back = BigInteger.valueOf(units).multiply(period(spec)).min(notDrained);
      scaled = scaled.subtract(back).max(BigInteger.ZERO);
    }
  }
}
