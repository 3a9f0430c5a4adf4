package dev.quota.internal.memory;

import dev.quota.spi.Key;
import dev.quota.store.QuotaStoreException;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * How much memory the counts of a store take, by estimate, and from where on it is too much. Safe
 * for use by several threads.
 *
 * <p>The estimates were measured with compressed references and are 5 to 20 % too high; {@code
 * OccupancyTest} measures them again.
 */
final class Occupancy {

  /** A key with its place in the cache and the object that holds its counts. */
  static final long KEY_BYTES = 320;

  static final long LIMIT_BYTES = 100;

  /** What a limit "at once" takes more than another. */
  static final long PERMITS_BYTES = 300;

  static final long PERMIT_BYTES = 200;

  /** The memory of operations itself, and the first owner. */
  static final long OPERATIONS_BYTES = 900;

  /** A remembered operation with its ids and two limits. */
  static final long OPERATION_BYTES = 500;

  /** From here on operators are warned, in percent. */
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

  /** Returns what a key takes beside its limits. */
  static long bytesOf(Key key) {
    // A short id is in the estimate; a longer one may have two bytes for each character.
    return KEY_BYTES + 2L * Math.max(0, key.identity().length() - SHORT_ID);
  }

  /** Returns what the counts of a key take, if the key itself takes {@code keyBytes}. */
  static long bytesOf(long keyBytes, LimitCount[] counts, @Nullable Operations operations) {
    long bytes = keyBytes;
    for (LimitCount count : counts) {
      bytes += LIMIT_BYTES;
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

  /** Returns whether to look again for what has expired; looking is dear, and a flood is many. */
  boolean isCleaningDue(long nowMillis) {
    return isDue(nextCleaningMillis, nowMillis, CLEANING_MILLIS);
  }

  private static boolean isDue(AtomicLong next, long nowMillis, long intervalMillis) {
    long due = next.get();
    // A clock that was set back must not silence this for hours.
    return (nowMillis >= due || due - nowMillis > intervalMillis)
        && next.compareAndSet(due, nowMillis + intervalMillis);
  }

  /** Fails if there is no room for another key; warns from 80 % on, once a minute. */
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
   * Fails if there is no room to remember another operation.
   *
   * @param ofOwner how many of the same owner are remembered on the same key
   */
  void requireRoomForOperation(int ofOwner) {
    if (ofOwner >= maxOperationsPerOwner) {
      refusedOperations.increment();
      throw QuotaStoreException.overloaded(
          "this process remembers "
              + maxOperationsPerOwner
              + " operations of one subject on one key already; nothing was changed");
    }
    // Those who are known keep a quarter for their operations that newcomers cannot take.
    if (bytes.sum() >= maxBytes + maxBytes / 4) {
      refusedOperations.increment();
      throw QuotaStoreException.overloaded(
          "there is no room for another operation in this process; nothing was changed");
    }
  }

  private long percent() {
    return Math.max((long) (100.0 * bytes.sum() / maxBytes), (long) (100.0 * keys.sum() / maxKeys));
  }

  /** Returns a sentence or more for an operator. */
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
