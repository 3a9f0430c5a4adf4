package dev.quota.storetests;

import static dev.quota.storetests.ModelLimits.capacity;
import static dev.quota.storetests.ModelLimits.ceilDiv;
import static dev.quota.storetests.ModelLimits.isCounted;
import static dev.quota.storetests.ModelLimits.isUnlimited;
import static dev.quota.storetests.ModelLimits.period;

import dev.quota.policy.Window;
import dev.quota.spi.Change;
import dev.quota.spi.EntryResult;
import dev.quota.spi.Growth;
import dev.quota.spi.Hold;
import dev.quota.spi.Key;
import dev.quota.spi.LimitSpec;
import dev.quota.spi.Operation;
import dev.quota.spi.StoreReply;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** How the model settles: holds by themselves, and operations by their records. */
final class ModelSettlement {

  private final ModelCounts counts;

  ModelSettlement(ModelCounts counts) {
    this.counts = counts;
  }

  void settle(Change change, long now) {
    Hold hold = change.hold();
    long less = hold.units() - change.totalUnits();
    for (int i = 0; i < hold.limits().size(); i++) {
      LimitSpec limit = hold.limits().get(i);
      if (isCounted(limit) && less < 0) {
        ModelCount count = counts.count(hold.key(), limit, now);
        if (count.scaled.signum() == 0 && count.end == ModelLife.NONE) {
          // The limit has no count yet, so the hold gives its start.
          count.spec = limit;
        }
        counts.add(count, -less, now);
      } else if (isCounted(limit) && less > 0) {
        counts
            .count(hold.key(), limit, now)
            .refund(limit, less, hold.windowEndsMillis().get(i), now);
      }
    }
  }

  StoreReply settleOperations(List<Change> changes, boolean last, long now) {
    Map<Change, ModelLife.Take> open = new HashMap<>();
    Map<Change, Long> totals = new HashMap<>();
    for (Change change : changes) {
      ModelLife.Take take = counts.life(change.hold().key()).takes.get(id(change));
      if (take != null && !take.settled) {
        open.put(change, take);
        totals.put(change, change.totalUnits());
        refund(change, take, now);
      }
    }
    open.keySet().forEach(change -> counts.adopt(change.hold().key(), change.hold().limits(), now));
    open.forEach(
        (change, take) -> {
          if (isBounded(change, take)) {
            totals.put(change, Math.max(boundOf(quota(change), open, now), take.held));
          }
        });
    List<EntryResult> results = new ArrayList<>();
    for (Change change : changes) {
      ModelLife.Take take = open.get(change);
      results.add(
          take == null
              ? new EntryResult(0, true, List.of())
              : settled(change, take, totals.getOrDefault(change, 0L), last, now));
    }
    return ModelStore.reply(
        open.isEmpty() ? StoreReply.Outcome.GONE : StoreReply.Outcome.DONE, now, results);
  }

  /** Returns the largest total that fits all limits of a quota. */
  private long boundOf(String quota, Map<Change, ModelLife.Take> open, long now) {
    return open.entrySet().stream()
        .filter(other -> isBounded(other.getKey(), other.getValue()))
        .filter(other -> quota(other.getKey()).equals(quota))
        .mapToLong(other -> largest(other.getKey(), other.getValue(), now))
        .min()
        .orElseThrow();
  }

  private static String id(Change change) {
    return change.hold().operation().orElseThrow().id();
  }

  private static String quota(Change change) {
    return change.hold().key().quota();
  }

  private static boolean isBounded(Change change, ModelLife.Take take) {
    return change.growth() instanceof Growth.Within && change.totalUnits() > take.held;
  }

  /** Returns the largest total up to the asked one that fits all limits of one change. */
  private long largest(Change change, ModelLife.Take take, long now) {
    BigInteger grace = BigInteger.valueOf(((Growth.Within) change.growth()).graceUnits());
    BigInteger more = BigInteger.valueOf(change.totalUnits() - take.held);
    for (LimitSpec limit : change.hold().limits()) {
      if (limit.window() instanceof Window.Concurrent || isUnlimited(limit)) {
        continue;
      }
      BigInteger room = BigInteger.ZERO;
      if (isCounted(limit)) {
        ModelCount count = counts.count(change.hold().key(), limit, now);
        room =
            capacity(limit)
                .add(BigInteger.valueOf(ModelRollover.rolledOver(count, limit, now)))
                .add(BigInteger.valueOf(count.granted()))
                .add(grace)
                .subtract(BigInteger.valueOf(count.usedUnits()));
      }
      more = more.min(room.max(BigInteger.ZERO));
    }
    return more.add(BigInteger.valueOf(take.held)).longValueExact();
  }

  /** Refunds the units that a change holds too much. */
  private void refund(Change change, ModelLife.Take take, long now) {
    long less = take.held - change.totalUnits();
    for (LimitSpec limit : change.hold().limits()) {
      if (less <= 0 || !isCounted(limit)) {
        continue;
      }
      ModelCount count = counts.count(change.hold().key(), limit, now);
      long[] endAndUnits = take.endAndUnits(limit);
      if (count.slots.isPresent()) {
        count.slots.get().refund(less, take.slots(limit));
      } else if (limit.window() instanceof Window.Fixed) {
        long back = Math.min(less, endAndUnits[1]);
        count.refund(limit, back, endAndUnits[0], now);
        endAndUnits[1] -= back;
      } else if (limit.window() instanceof Window.Rolling && count.scaled.signum() == 0) {
        endAndUnits[0] = 0;
      } else if (limit.window() instanceof Window.Rolling) {
        count.refund(limit, less, endAndUnits[0], now);
        BigInteger drain =
            ceilDiv(BigInteger.valueOf(less).multiply(period(limit)), capacity(limit));
        endAndUnits[0] =
            BigInteger.valueOf(endAndUnits[0]).subtract(drain).max(BigInteger.ZERO).longValue();
      }
    }
  }

  /** Charges the units that a change needs more, and ends or renews its take. */
  private EntryResult settled(
      Change change, ModelLife.Take take, long total, boolean last, long now) {
    Key key = change.hold().key();
    List<LimitSpec> limits = change.hold().limits();
    ModelLife life = counts.life(key);
    Map<String, Long> peaks = counts.peaks(key, limits, now);
    counts.charge(key, limits, Math.max(0, total - take.held), take, now);
    life.young.parts.remove(take.reservation);
    life.old.parts.remove(take.reservation);
    if (last) {
      take.held = total;
      take.settled = true;
      if (total == 0 || take.kind == Operation.Kind.RESERVATION) {
        life.takes.remove(id(change));
      }
      life.counts.forEach(count -> count.permitEnds.remove(id(change)));
    } else {
      counts.renew(key, limits, take, change.hold().operation().orElseThrow(), total, now);
    }
    return new EntryResult(total, counts.results(key, limits, change.nextCost(), peaks, now));
  }
}
