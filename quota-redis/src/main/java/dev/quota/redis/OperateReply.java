package dev.quota.redis;

import dev.quota.spi.EntryResult;
import dev.quota.spi.LimitResult;
import dev.quota.spi.LimitSpec;
import dev.quota.spi.StoreReply;
import dev.quota.store.Accuracy;
import dev.quota.store.Availability;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/** Reads the replies of {@link OperateScript}. Not thread-safe. */
final class OperateReply {

  private static final int TIME_AT = 1;
  private static final int EXTENDED_AT = 10;

  private static final StoreReply.Outcome[] OUTCOMES = {
    StoreReply.Outcome.DONE,
    StoreReply.Outcome.REPEATED,
    StoreReply.Outcome.REFUSED,
    StoreReply.Outcome.GONE
  };

  private final OperateCall call;
  private final ByteBuffer reply;

  private OperateReply(OperateCall call, byte[] reply) {
    this.call = call;
    this.reply = ByteBuffer.wrap(reply).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Returns the reply to a call. */
  static StoreReply read(OperateCall call, byte[] reply) {
    return new OperateReply(call, reply).read();
  }

  /** Returns whether the stored values have parts that only this script can handle. */
  static boolean isExtended(byte[] reply) {
    return reply[EXTENDED_AT] == 1;
  }

  private StoreReply read() {
    reply.position(TIME_AT);
    long now = number();
    StoreReply.Outcome outcome = OUTCOMES[reply.get()];
    reply.position(EXTENDED_AT + 1);
    List<EntryResult> results = new ArrayList<>(call.lines.size());
    for (OperateCall.Line line : call.lines) {
      results.add(entry(line));
    }
    return new StoreReply(outcome, Instant.ofEpochMilli(now), Accuracy.EXACT, results);
  }

  private long number() {
    return (long) reply.getDouble();
  }

  private EntryResult entry(OperateCall.Line line) {
    long taken = number();
    boolean gone = reply.get() == 1;
    long time = number();
    long open = number();
    if (gone || call.verb == OperateCall.Verb.ADJUST || call.verb == OperateCall.Verb.RESET) {
      return new EntryResult(taken, gone, List.of());
    }
    long asked = asked(line, taken);
    List<LimitResult> results = new ArrayList<>(line.specs().size());
    int next = 0;
    for (LimitSpec spec : line.specs()) {
      results.add(
          StoredLimit.isCounted(spec)
              ? limit(line.limits().get(next++), open, asked, time)
              : TakeReply.uncounted(spec, asked));
    }
    return new EntryResult(taken, results);
  }

  /** Returns the cost about which the reply answers. */
  private long asked(OperateCall.Line line, long taken) {
    return switch (call.verb) {
      case TAKE -> taken > 0 || line.cost() == 0 ? line.nextCost() : line.cost();
      case PEEK -> line.cost();
      default -> line.nextCost();
    };
  }

  private LimitResult limit(StoredLimit limit, long open, long cost, long time) {
    long units = number();
    long second = number();
    long peakBefore = number();
    long peakAfter = number();
    long granted = number();
    long left = number();
    return switch (limit.kind) {
      case ROLLING ->
          TakeReply.rolling(limit, units, second, open, peakBefore, peakAfter, cost, time);
      case PERMITS -> permits(limit, units, cost);
      case SLIDING -> sliding(limit, units, second, open, peakBefore, peakAfter, cost, granted);
      default -> {
        long rolledOver = limit.rollsOver() ? number() : 0;
        yield TakeReply.calendar(
            limit, units, open, granted, rolledOver, left, peakBefore, peakAfter, cost, second);
      }
    };
  }

  /**
   * Returns the numbers of a sliding limit.
   *
   * @param fullMillis when it is full again; 0 if it is full
   * @param fitsMillis when the cost fits, if it can fit and does not yet
   */
  private static LimitResult sliding(
      StoredLimit limit,
      long used,
      long fullMillis,
      long open,
      long peakBefore,
      long peakAfter,
      long cost,
      long fitsMillis) {
    long reserved = Math.min(open, used);
    Availability availability;
    if (cost <= Math.max(0, limit.capacity - used)) {
      availability = Availability.now();
    } else {
      availability = cost > limit.capacity ? Availability.never() : new Availability.At(fitsMillis);
    }
    return new LimitResult(
        limit.spec.name(),
        availability,
        used - reserved,
        reserved,
        0,
        peakBefore,
        peakAfter,
        used == 0 ? OptionalLong.empty() : OptionalLong.of(fullMillis));
  }

  private static LimitResult permits(StoredLimit limit, long used, long cost) {
    Availability availability;
    if (cost == 0 || used < limit.capacity) {
      availability = Availability.now();
    } else {
      availability = limit.capacity == 0 ? Availability.never() : Availability.whenReleased();
    }
    return new LimitResult(limit.spec.name(), availability, used, 0, 0, 0, 0, OptionalLong.empty());
  }
}
