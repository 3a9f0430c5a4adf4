package dev.quota.redis;

import dev.quota.policy.Capacity;
import dev.quota.spi.LimitSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * How the limits of one entry lie in a value of Redis. Made once per list of limits. Safe for use
 * by several threads.
 */
final class EntryLayout {

  /** The first byte of a value: the format in its upper half, the number of limits in the lower. */
  static final int FORMAT = 0x10;

  /** The most limits of one key whose number fits beside the format; more have a longer head. */
  static final int MAX_SHORT_HEAD = 15;

  /** What follows the first byte where the number of limits has a byte of its own. */
  private static final byte LONG_HEAD = 1;

  /**
   * The most calendar limits of one packed value: the peaks of more do not fit into a record. With
   * more, values are laid out limit by limit.
   */
  private static final int MAX_PACKED_CALENDARS = 25;

  /** The most limits of one key: Lua assigns fewer than 200 variables at once. */
  static final int MAX_LIMITS = 60;

  static final int ID_BYTES = 3;

  private static final int PERMIT_BANDS = 1_024;

  /** Users' zones multiply lists of limits; what does not fit is laid out anew each time. */
  private static final int MAX_LAYOUTS = 20_000;

  private static final Map<List<LimitSpec>, EntryLayout> LAYOUTS = new ConcurrentHashMap<>();

  /** The limits that are counted, in the order of the entry. */
  final List<StoredLimit> limits;

  /** What a packed value of these limits begins with. */
  final byte[] signature;

  /** The kinds of the counted limits, one letter each. */
  final String kinds;

  /** True if a limit that is not counted has no room for anything. */
  final boolean closed;

  private EntryLayout(List<LimitSpec> specs) {
    List<StoredLimit> counted = new ArrayList<>();
    StringBuilder letters = new StringBuilder();
    boolean anyZero = false;
    for (LimitSpec spec : specs) {
      if (StoredLimit.isCounted(spec)) {
        StoredLimit limit = StoredLimit.of(spec);
        requireDistinct(counted, limit);
        counted.add(limit);
        letters.append(limit.kind.letter);
      } else {
        anyZero |= isZero(spec);
      }
    }
    if (counted.size() > MAX_LIMITS) {
      throw new IllegalArgumentException(
          "limits of one key must be at most " + MAX_LIMITS + " in Redis, was " + counted.size());
    }
    limits = List.copyOf(counted);
    kinds = letters.toString();
    closed = anyZero;
    int head = headBytes(counted.size());
    signature = new byte[head + ID_BYTES * counted.size()];
    signature[0] = (byte) (FORMAT + (head == 1 ? counted.size() : 0));
    if (head > 1) {
      signature[1] = LONG_HEAD;
      signature[2] = (byte) counted.size();
    }
    for (int i = 0; i < counted.size(); i++) {
      for (int b = 0; b < ID_BYTES; b++) {
        signature[head + ID_BYTES * i + b] = (byte) (counted.get(i).id >> (8 * b));
      }
    }
  }

  private static void requireDistinct(List<StoredLimit> counted, StoredLimit added) {
    for (StoredLimit other : counted) {
      if (other.id == added.id || sharePermits(other, added)) {
        throw new IllegalArgumentException(
            "limits "
                + other.spec.name()
                + " and "
                + added.spec.name()
                + " have the same short id in Redis; rename one of them");
      }
    }
  }

  /** Permits of one key lie in one sorted set, in a band of scores for each limit. */
  private static boolean sharePermits(StoredLimit one, StoredLimit other) {
    return one.kind == StoredLimit.Kind.PERMITS
        && other.kind == StoredLimit.Kind.PERMITS
        && one.id % PERMIT_BANDS == other.id % PERMIT_BANDS;
  }

  static EntryLayout of(List<LimitSpec> specs) {
    EntryLayout known = LAYOUTS.get(specs);
    if (known == null) {
      known = new EntryLayout(specs);
      if (LAYOUTS.size() < MAX_LAYOUTS) {
        LAYOUTS.put(specs, known);
      }
    }
    return known;
  }

  /** Returns how many bytes stand before the ids of so many limits. */
  static int headBytes(int limits) {
    return limits > MAX_SHORT_HEAD ? 3 : 1;
  }

  /** Returns whether limits of these kinds are packed. */
  static boolean isPacked(String kinds) {
    long calendars =
        kinds.chars().filter(letter -> letter != StoredLimit.Kind.ROLLING.letter).count();
    return calendars <= MAX_PACKED_CALENDARS;
  }

  boolean isPacked() {
    return isPacked(kinds);
  }

  static boolean isZero(LimitSpec spec) {
    return spec.capacity() instanceof Capacity.Limited limited && limited.units() == 0;
  }
}
