package dev.quota.redis;

import dev.quota.policy.CalendarUnit;
import dev.quota.policy.Capacity;
import dev.quota.policy.Window;
import dev.quota.spi.LimitSpec;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One limit as it is stored in Redis. Thread-safe.
 *
 * <p>The use of a rolling limit is whole units and parts. A unit has {@link #parts} parts: with 7
 * units per 61 seconds, 7 of 61,000 parts refill per millisecond. Both numbers are exact in a
 * script, whose only numbers are doubles.
 */
final class StoredLimit {

  /** The kind of a limit's window, with its letter in a {@link Shape}. */
  enum Kind {
    ROLLING('r'),
    DAY('d'),
    WEEK('w'),
    MONTH('m'),
    /** A session, which begins with the first charge. */
    SESSION('f'),
    /** A limit at once. No shape has it, because it needs operations. */
    PERMITS('p'),
    /** A sliding limit. No shape has it, because its slots need a loop. */
    SLIDING('s');

    /** Zones differ by at most 26 hours. */
    private static final Duration ZONE_SPREAD = Duration.ofHours(26);

    final char letter;

    Kind(char letter) {
      this.letter = letter;
    }

    /**
     * Returns how far in the future a window's end can be. An end beyond that was set by a wrong
     * clock.
     */
    Duration furthestEnd() {
      Duration longest =
          switch (this) {
            case DAY -> Duration.ofHours(26);
            case WEEK -> Duration.ofDays(8);
            case ROLLING, MONTH, SESSION, PERMITS, SLIDING -> Duration.ofDays(32);
          };
      return longest.plus(ZONE_SPREAD);
    }

    static Kind of(char letter) {
      for (Kind kind : values()) {
        if (kind.letter == letter) {
          return kind;
        }
      }
      throw new IllegalArgumentException(
          "letter must be one of r, d, w, m, f, p and s, was " + letter);
    }

    private static Kind of(CalendarUnit unit) {
      return switch (unit) {
        case DAY -> DAY;
        case WEEK -> WEEK;
        case MONTH, CYCLE -> MONTH;
      };
    }
  }

  /**
   * A bit in the id of every calendar and session limit, so that a value can be read without its
   * policy.
   */
  static final int CALENDAR_ID = 1 << 23;

  final LimitSpec spec;
  final Kind kind;
  final int id;

  /** The capacity in units; infinite if unlimited. */
  final double capacity;

  /** How many parts a unit of a rolling limit has; 0 for a calendar limit. */
  final long parts;

  /** How many parts of a rolling limit refill in a millisecond; 0 for a calendar limit. */
  final long drain;

  /** The most units that roll over; 0 if nothing does. */
  final long rollover;

  private volatile @Nullable Span knownSpan;
  private volatile @Nullable Starts knownStarts;

  /** A time span within one window. */
  private record Span(long fromMillis, long endMillis) {}

  /**
   * When a window begins, and the one before it.
   *
   * @param endMillis the end of the window
   */
  record Starts(long endMillis, long startMillis, long beforeMillis) {}

  private StoredLimit(LimitSpec spec, Kind kind, int id, double capacity, long parts, long drain) {
    this.spec = spec;
    this.kind = kind;
    this.id = id;
    this.capacity = capacity;
    this.parts = parts;
    this.drain = drain;
    this.rollover = spec.rolloverUnits();
  }

  /** Returns whether unused allowance rolls over. */
  boolean rollsOver() {
    return spec.rollover().isPresent();
  }

  /** Returns when the calendar window that contains a moment begins, and the one before it. */
  Starts starts(long atMillis) {
    long end = endMillis(atMillis);
    Starts known = knownStarts;
    if (known == null || known.endMillis() != end || atMillis < known.startMillis()) {
      Window.Calendar calendar = (Window.Calendar) spec.window();
      Instant start = calendar.startAt(Instant.ofEpochMilli(atMillis));
      Instant before = calendar.startAt(start.minusMillis(1));
      known = new Starts(end, start.toEpochMilli(), before.toEpochMilli());
      knownStarts = known;
    }
    return known;
  }

  /**
   * Returns whether Redis counts the limit: all but rolling and sliding ones that are unlimited or
   * zero.
   */
  static boolean isCounted(LimitSpec spec) {
    return !(spec.window() instanceof Window.Moving)
        || (spec.capacity() instanceof Capacity.Limited limited && limited.units() > 0);
  }

  static StoredLimit of(LimitSpec spec) {
    double capacity =
        spec.capacity() instanceof Capacity.Limited limited
            ? limited.units()
            : Double.POSITIVE_INFINITY;
    if (spec.window() instanceof Window.Calendar calendar) {
      int id = hash(spec.name() + "|" + calendar.unit()) | CALENDAR_ID;
      return new StoredLimit(spec, Kind.of(calendar.unit()), id, capacity, 0, 0);
    }
    if (spec.window() instanceof Window.Rolling rolling) {
      long period = rolling.periodMillis();
      long units = (long) capacity;
      long gcd = BigInteger.valueOf(units).gcd(BigInteger.valueOf(period)).longValueExact();
      int id = hash(spec.name() + "|" + period);
      return new StoredLimit(spec, Kind.ROLLING, id, capacity, period / gcd, units / gcd);
    }
    if (spec.window() instanceof Window.Session) {
      int id = hash(spec.name() + "|session") | CALENDAR_ID;
      return new StoredLimit(spec, Kind.SESSION, id, capacity, 0, 0);
    }
    if (spec.window() instanceof Window.Sliding sliding) {
      int id = hash(spec.name() + "|sliding " + sliding.periodMillis());
      return new StoredLimit(spec, Kind.SLIDING, id, capacity, 0, 0);
    }
    return new StoredLimit(spec, Kind.PERMITS, hash(spec.name() + "|at once"), capacity, 0, 0);
  }

  /**
   * Returns FNV-1a, folded to 23 bits. It must never change, because stored values depend on it.
   */
  private static int hash(String text) {
    int hash = 0x811c9dc5;
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      hash = (hash ^ (b & 0xff)) * 0x01000193;
    }
    return (hash ^ (hash >>> 23)) & (CALENDAR_ID - 1);
  }

  /** Returns whether only {@link OperateScript} counts it. */
  boolean needsOperate() {
    return kind == Kind.PERMITS || kind == Kind.SLIDING || rollsOver();
  }

  boolean isRolling() {
    return kind == Kind.ROLLING;
  }

  /** Returns the end of the calendar window that contains a moment. */
  long endMillis(long atMillis) {
    Span known = knownSpan;
    if (known == null || atMillis < known.fromMillis() || atMillis >= known.endMillis()) {
      Window.Calendar calendar = (Window.Calendar) spec.window();
      known = new Span(atMillis, calendar.endAfter(Instant.ofEpochMilli(atMillis)).toEpochMilli());
      knownSpan = known;
    }
    return known.endMillis();
  }
}
