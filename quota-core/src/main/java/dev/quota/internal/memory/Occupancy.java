package dev.quota.internal.memory;

import dev.quota.spi.Key;
import dev.quota.store.QuotaStoreException;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * The estimated memory of the counts of a store, and its bounds. Thread-safe.
 *
 * <p>The estimates were measured with compressed references and are 5 to 20 % too high; {@code
 * OccupancyTest} measures them again.
 */
final class Occupancy {

  /** A key, its entry in the cache, and the object that holds its counts. */
  static final long KEY_BYTES = 320;

  static final long LIMIT_BYTES = 100;

  /** What a sliding limit needs more than other limits, without its slots. */
  static final long SLIDING_BYTES = 80;

  static final long SLOT_BYTES = 17;

  /** What a limit at once needs more than other limits. */
  static final long PERMITS_BYTES = 300;

  static final long PERMIT_BYTES = 200;

  /** The object that remembers operations, with its first owner. */
  static final long OPERATIONS_BYTES = 700;

  /** A remembered operation with its ids and two limits. */
  static final long OPERATION_BYTES = 500;

  /** From this fill on operators are warned, in percent. */
  private static final int NEARLY_FULL = 80;

  private static final System.Logger LOG = System.getLogger(InMemoryQuotaStore.class.getName());
  private static final long CLEANING_MILLIS = 100;
  private static final int SHORT_ID = 40;
  private static final long MEBI = 1 << 20;

  private final long maxKeys;
  private final long maxBytes;
  private final int maxOperationsPerOwner;
  private final LongAdder keys = new LongAdder();
  private final LongAdder bytes = new LongAdder();
  private final LongAdder refusedKeys = new LongAdder();
  private final LongAdder refusedOperations = new LongAdder();
  private final AtomicLong nextCleaningMillis = new AtomicLong(Long.MIN_VALUE);
  private final AtomicLong nextWarningMillis = new AtomicLong(Long.MIN_VALUE);

  Occupancy(long maxKeys, long maxBytes, int maxOperationsPerOwner) {
    this.maxKeys = maxKeys;
    this.maxBytes = maxBytes;
    this.maxOperationsPerOwner = maxOperationsPerOwner;
  }

  /** Returns the size of a key without its limits. */
  static long bytesOf(Key key) {
    // The constant includes a short id. A longer one may need two bytes for each character.
    return KEY_BYTES + 2L * Math.max(0, key.identity().length() - SHORT_ID);
  }

  /** Returns the size of the counts of a key, including {@code keyBytes} for the key. */
  static long bytesOf(long keyBytes, LimitCount[] counts, @Nullable Operations operations) {
    long bytes = keyBytes;
    for (LimitCount count : counts) {
      bytes += LIMIT_BYTES;
      if (count instanceof SlidingCount sliding) {
        bytes += SLIDING_BYTES + sliding.allocatedSlots() * SLOT_BYTES;
      }
      if (count instanceof ConcurrentCount permits) {
        bytes += PERMITS_BYTES + permits.usedUnits() * PERMIT_BYTES;
      }
    }
    return operations == null
        ? bytes
        : bytes + OPERATIONS_BYTES + operations.size() * OPERATION_BYTES;
  }

  void keyAdded() {
    keys.increment();
  }

  void keyRemoved(long itsBytes) {
    keys.decrement();
    bytes.add(-itsBytes);
  }

  void add(long difference) {
    bytes.add(difference);
  }

  long bytes() {
    return bytes.sum();
  }

  boolean isFull() {
    return bytes.sum() >= maxBytes || keys.sum() >= maxKeys;
  }

  /**
   * Returns whether to search for expired keys again. The search is expensive, and many calls may
   * ask for it.
   */
  boolean isCleaningDue(long nowMillis) {
    return isDue(nextCleaningMillis, nowMillis, CLEANING_MILLIS);
  }

  private static boolean isDue(AtomicLong next, long nowMillis, long intervalMillis) {
    long due = next.get();
    // A clock that was set back must not stop this for hours.
    return (nowMillis >= due || due - nowMillis > intervalMillis)
        && next.compareAndSet(due, nowMillis + intervalMillis);
  }

  /** Throws if there is no room for another key. Warns from 80 % on, once a minute. */
  void requireRoomForKey(long nowMillis) {
    boolean full = isFull();
    if (full) {
      refusedKeys.increment();
    }
    if ((full || percent() >= NEARLY_FULL)
        && isDue(nextWarningMillis, nowMillis, Duration.ofMinutes(1).toMillis())) {
      LOG.log(System.Logger.Level.WARNING, describe());
    }
    if (full) {
      throw QuotaStoreException.overloaded(
          "the counts in this process are at their bound; nothing was changed");
    }
  }

  /**
   * Throws if there is no room for another operation.
   *
   * @param ofOwner how many operations of the same owner are remembered on the same key
   */
  void requireRoomForOperation(int ofOwner) {
    if (ofOwner >= maxOperationsPerOwner) {
      refusedOperations.increment();
      throw QuotaStoreException.overloaded(
          "this process remembers "
              + maxOperationsPerOwner
              + " operations of one subject on one key already; nothing was changed");
    }
    // A quarter on top is for operations on existing keys. New keys cannot use it.
    if (bytes.sum() >= maxBytes + maxBytes / 4) {
      refusedOperations.increment();
      throw QuotaStoreException.overloaded(
          "there is no room for another operation in this process; nothing was changed");
    }
  }

  private long percent() {
    return Math.max((long) (100.0 * bytes.sum() / maxBytes), (long) (100.0 * keys.sum() / maxKeys));
  }

  /** Returns a description for an operator. */
  String describe() {
    StringBuilder text =
        new StringBuilder("Counting ")
            .append(keys.sum())
            .append(" keys in this process, about ")
            .append(mebibytes(bytes.sum()))
            .append(" of at most ")
            .append(mebibytes(maxBytes))
            .append(" MiB.");
    if (isFull()) {
      text.append(" That is the bound: those who are known are counted, and newcomers are decided")
          .append(" by on-store-failure. Raise the bound (Quotas.builder().inProcess), or keep")
          .append(" counts in Redis.");
    } else if (percent() >= NEARLY_FULL) {
      text.append(" That is ").append(percent()).append(" % of the bound.");
    }
    append(refusedKeys.sum(), " newcomers were not counted so far.", text);
    append(refusedOperations.sum(), " operations found no room so far.", text);
    return text.toString();
  }

  private static void append(long count, String what, StringBuilder text) {
    if (count > 0) {
      text.append(' ').append(count).append(what);
    }
  }

  private static String mebibytes(long bytes) {
    return String.format(Locale.ROOT, "%.1f", (double) bytes / MEBI);
  }
}
