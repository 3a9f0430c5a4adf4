package dev.quota.redis;

import dev.quota.policy.Capacity;
import dev.quota.spi.LimitSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * How the limits of one entry are stored in a value of Redis. Created once per list of limits.
 * Immutable.
 */
final class EntryLayout {

  /** The first byte of a value: the format in its upper half, the number of limits in the lower. */
  static final int FORMAT = 0x10;

  /** The most limits whose number fits into the first byte. More need a longer head. */
  static final int MAX_SHORT_HEAD = 15;

  /** Follows the first byte if the number of limits has its own byte. */
  private static final byte LONG_HEAD = 1;

  /**
   * The most calendar limits of a packed value, because the peaks of more do not fit into a record.
   * Values with more are stored limit by limit.
   */
  private static final int MAX_PACKED_CALENDARS = 25;

  /** The most limits of one key, because Lua assigns fewer than 200 variables at once. */
  static final int MAX_LIMITS = 60;

  static final int ID_BYTES = 3;

  private static final int PERMIT_BANDS = 1_024;

  /**
   * The bound of the cache, because each zone of users has its own lists of limits. Others are
   * computed each time.
   */
  private static final int MAX_LAYOUTS = 20_000;

  private static final Map<List<LimitSpec>, EntryLayout> LAYOUTS = new ConcurrentHashMap<>();

  /** The limits that are counted, in the order of the entry. */
  final List<StoredLimit> limits;

  /** The first bytes of a packed value of these limits. */
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
    signature = signature(limits);
  }

  private static byte[] signature(List<StoredLimit> counted) {
    int head = headBytes(counted.size());
    byte[] signature = new byte[head + ID_BYTES * counted.size()];
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
    return signature;
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

  /**
   * Returns whether two limits would share a band of scores. The permits of one key are in one
   * sorted set, with a band for each limit.
   */
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

  /** Returns the number of bytes before the ids of a number of limits. */
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
