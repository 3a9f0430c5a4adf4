package dev.quota.redis;

import dev.quota.spi.Entry;
import dev.quota.spi.EntryResult;
import dev.quota.spi.LimitResult;
import dev.quota.spi.LimitSpec;
import dev.quota.spi.StoreReply;
import dev.quota.store.Accuracy;
import dev.quota.store.Availability;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;

/**
 * Reads the reply of a take's script for one of the combined calls. Each caller reads it itself.
 * Not thread-safe.
 *
 * <p>The reply has the numbers before the first call. Each allowed call adds the cost once.
 */
final class TakeReply {

  /** The first byte of a reply. */
  static final byte DONE = 0;

  /** The script did nothing, because the packed times were wrong or the deadline had passed. */
  static final byte CLOCK = 1;

  /** The script did nothing, because the stored value has a format of a later version. */
  static final byte FORMAT = 2;

  /** The script did nothing. {@link OperateScript} is needed because of other stored parts. */
  static final byte EXTENDED = 3;

  private final TakeCall call;
  private final ByteBuffer reply;
  private final int index;

  private TakeReply(TakeCall call, byte[] reply, int index) {
    this.call = call;
    this.reply = ByteBuffer.wrap(reply).order(ByteOrder.LITTLE_ENDIAN);
    this.index = index;
  }

  /**
   * Reads the result of one call.
   *
   * @param call the call
   * @param reply the bytes from the script
   * @param index the position of the call among the combined ones, from 0
   */
  static StoreReply read(TakeCall call, byte[] reply, int index) {
    return new TakeReply(call, reply, index).read();
  }

  private StoreReply read() {
    reply.position(1);
    long now = number();
    boolean done = index < number();
    EntryResult[] results = new EntryResult[call.lines.size()];
    for (TakeCall.Line line : call.lines) {
      results[line.position()] = entry(line, done);
    }
    return new StoreReply(
        done || call.peek ? StoreReply.Outcome.DONE : StoreReply.Outcome.REFUSED,
        Instant.ofEpochMilli(now),
        Accuracy.EXACT,
        Arrays.asList(results));
  }

  private long number() {
    return (long) reply.getDouble();
  }

  private EntryResult entry(TakeCall.Line line, boolean done) {
    Entry entry = line.entry();
    long cost = entry.cost();
    long takenByAll = number();
    long now = number();
    long open = number();
    long before = takenByAll;
    long taken = 0;
    if (entry.atLeast() < cost) {
      before = 0;
      taken = takenByAll;
    } else if (done && takenByAll >= (index + 1) * cost) {
      before = index * cost;
      taken = cost;
    }
    long asked = !call.peek && (taken > 0 || cost == 0) ? entry.nextCost() : cost;
    return new EntryResult(taken, limits(line, before, taken, open, asked, now));
  }

  /** Reads the limits of an entry, in their order. The reply has only those that are counted. */
  private List<LimitResult> limits(
      TakeCall.Line line, long before, long taken, long open, long asked, long now) {
    List<LimitSpec> specs = line.entry().limits();
    List<LimitResult> results = new ArrayList<>(specs.size());
    int next = 0;
    for (LimitSpec spec : specs) {
      if (StoredLimit.isCounted(spec)) {
        StoredLimit limit = line.layout().limits.get(next++);
        results.add(
            limit.isRolling()
                ? rolling(limit, before, taken, open, asked, now)
                : calendar(limit, before, taken, open, asked));
      } else {
        results.add(uncounted(spec, asked));
      }
    }
    return results;
  }

  private LimitResult rolling(
      StoredLimit limit, long before, long taken, long open, long cost, long now) {
    long first = number();
    long part = number();
    long firstPeak = number();
    long partUnit = part > 0 ? 1 : 0;
    long units = first + before + taken;
    long peakBefore = before > 0 ? Math.max(firstPeak, first + before + partUnit) : firstPeak;
    long peakAfter = taken > 0 ? Math.max(peakBefore, units + partUnit) : peakBefore;
    return rolling(limit, units, part, open, peakBefore, peakAfter, cost, now);
  }

  /**
   * Returns the numbers of a rolling limit.
   *
   * @param units the use in whole units
   * @param part the rest of the use in parts of a unit
   * @param open how many units open reservations of the key hold
   */
  static LimitResult rolling(
      StoredLimit limit,
      long units,
      long part,
      long open,
      long peakBefore,
      long peakAfter,
      long cost,
      long now) {
    long used = part > 0 ? units + 1 : units;
    long reserved = Math.min(open, used);
    long capacity = (long) limit.capacity;
    Availability availability;
    if (cost <= Math.max(0, capacity - used)) {
      availability = Availability.now();
    } else if (cost > capacity) {
      availability = Availability.never();
    } else {
      availability = new Availability.At(now + drainMillis(limit, units - (capacity - cost), part));
    }
    return new LimitResult(
        limit.spec.name(),
        availability,
        used - reserved,
        reserved,
        0,
        peakBefore,
        peakAfter,
        used == 0 ? OptionalLong.empty() : OptionalLong.of(now + drainMillis(limit, units, part)));
  }

  /** Returns how long a use takes to refill, in milliseconds, rounded up. */
  private static long drainMillis(StoredLimit limit, long units, long part) {
    if (units <= Long.MAX_VALUE / 2 / limit.parts) {
      return -Math.floorDiv(-(units * limit.parts + part), limit.drain);
    }
    BigInteger use =
        BigInteger.valueOf(units)
            .multiply(BigInteger.valueOf(limit.parts))
            .add(BigInteger.valueOf(part + limit.drain - 1));
    return use.divide(BigInteger.valueOf(limit.drain))
        .min(BigInteger.valueOf(Long.MAX_VALUE / 2))
        .longValueExact();
  }

  private LimitResult calendar(StoredLimit limit, long before, long taken, long open, long cost) {
    long first = number();
    long firstPeak = number();
    long end = number();
    long used = first + before + taken;
    long peakBefore = before > 0 ? Math.max(firstPeak, first + before) : firstPeak;
    long peakAfter = taken > 0 ? Math.max(peakBefore, used) : peakBefore;
    // The script says when a session ends that the first call of the batch would begin.
    long known = end < 0 && before + taken > 0 ? -end : end;
    return calendar(limit, used, open, 0, 0, 0, peakBefore, peakAfter, cost, known);
  }

  /**
   * Returns the numbers of a calendar or session limit.
   *
   * @param open how many units open reservations of the key hold
   * @param granted the extra units of the window
   * @param rolledOver the units that the window has from the window before
   * @param left the units beyond its capacity that the next window will have
   * @param end when the window ends; negative for a session that has not begun
   */
  static LimitResult calendar(
      StoredLimit limit,
      long used,
      long open,
      long granted,
      long rolledOver,
      long left,
      long peakBefore,
      long peakAfter,
      long cost,
      long end) {
    long reserved = Math.min(open, used);
    Availability availability;
    if (cost <= Math.max(0, limit.capacity + granted + rolledOver - used)) {
      availability = Availability.now();
    } else if (cost > limit.capacity + left) {
      availability = Availability.never();
    } else {
      availability = new Availability.At(end);
    }
    return new LimitResult(
        limit.spec.name(),
        availability,
        used - reserved,
        reserved,
        granted,
        peakBefore,
        peakAfter,
        end < 0 ? OptionalLong.empty() : OptionalLong.of(end),
        rolledOver);
  }

  /** Returns the numbers of a limit that is not counted. */
  static LimitResult uncounted(LimitSpec spec, long cost) {
    Availability availability =
        EntryLayout.isZero(spec) && cost > 0 ? Availability.never() : Availability.now();
    return new LimitResult(spec.name(), availability, 0, 0, 0, 0, 0, OptionalLong.empty());
  }
}
