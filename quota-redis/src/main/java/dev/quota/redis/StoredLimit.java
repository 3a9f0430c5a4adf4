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
 * One limit the way Redis counts it. Safe for use by several threads.
 *
 * <p>Use of a rolling limit is whole units and a number of parts, of which a unit has {@link
 * #parts}: 7 units per 61 seconds drain 7 parts of 61,000 per millisecond. Both numbers stay exact
 * in a script, whose only numbers are doubles.
 */
final class StoredLimit {

  /** What kind of window a limit has, and how a script's shape is spelled. */
  enum Kind {
    ROLLING('r'),
    DAY('d'),
    WEEK('w'),
    MONTH('m'),
    /** How many at once; no shape has one, because those are operations. */
    PERMITS('p');

    /** Zones lie at most 26 hours apart. */
    private static final Duration ZONE_SPREAD = Duration.ofHours(26);

    final char letter;

    Kind(char letter) {
      this.letter = letter;
    }

    /** Returns how far off a window's end can be; one that is further was set by a wrong clock. */
    Duration furthestEnd() {
      Duration longest =
          switch (this) {
            case DAY -> Duration.ofHours(26);
            case WEEK -> Duration.ofDays(8);
            case ROLLING, MONTH, PERMITS -> Duration.ofDays(32);
          };
      return longest.plus(ZONE_SPREAD);
    }

    static Kind of(char letter) {
      for (Kind kind : values()) {
        if (kind.letter == letter) {
          return kind;
        }
      }
      throw new IllegalArgumentException("letter must be one of r, d, w, m and p, was " + letter);
    }

    private static Kind of(CalendarUnit unit) {
      return switch (unit) {
        case DAY -> DAY;
        case WEEK -> WEEK;
        case MONTH, CYCLE -> MONTH;
      };
    }
  }

  /** Set in the id of every calendar limit, so that a value can be read without its policy. */
  static final int CALENDAR_ID = 1 << 23;

  final LimitSpec spec;
  final Kind kind;
  final int id;

  /** Units that fit; infinite if unlimited. */
  final double capacity;

  /** How many parts a unit of a rolling limit has; 0 for a calendar limit. */
  final long parts;

  /** How many parts of a rolling limit drain in a millisecond; 0 for a calendar limit. */
  final long drain;

  private volatile @Nullable Span knownSpan;

  /** A stretch of time within one window. */
  private record Span(long fromMillis, long endMillis) {}

  private StoredLimit(LimitSpec spec, Kind kind, int id, double capacity, long parts, long drain) {
    this.spec = spec;
    this.kind = kind;
    this.id = id;
    this.capacity = capacity;
    this.parts = parts;
    this.drain = drain;
  }

  /** Returns whether Redis counts the limit: not a rolling one that is unlimited or zero. */
  static boolean isCounted(LimitSpec spec) {
    return !(spec.window() instanceof Window.Rolling)
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
    return new StoredLimit(spec, Kind.PERMITS, hash(spec.name() + "|at once"), capacity, 0, 0);
  }

  /** FNV-1a, folded to 23 bits. What is stored depends on it, so it can never change. */
  private static int hash(String text) {
    int hash = 0x811c9dc5;
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      hash = (hash ^ (b & 0xff)) * 0x01000193;
    }
    return (hash ^ (hash >>> 23)) & (CALENDAR_ID - 1);
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
