package dev.quota.internal.memory;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Policy;
import com.github.benmanes.caffeine.cache.RemovalCause;
import dev.quota.spi.Key;
import dev.quota.spi.LimitSpec;
import dev.quota.store.QuotaClock;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The counts of all keys, each kept as long as it can matter. Thread-safe.
 *
 * <p>The cache may remove counts at any moment. After locking them, ask {@link Counts#isRetired},
 * and look the key up again if they are.
 */
final class CountsByKey {

  private final QuotaClock clock;
  private final Occupancy occupancy;
  private final Cache<Key, Counts> cache;

  /** Reads without recording the access. Recording costs more than the rest of a decision. */
  private final Policy<Key, Counts> policy;

  CountsByKey(QuotaClock clock, Occupancy occupancy) {
    this.clock = clock;
    this.occupancy = occupancy;
    cache =
        Caffeine.newBuilder()
            .ticker(() -> TimeUnit.MILLISECONDS.toNanos(clock.elapsedMillis()))
            .executor(Runnable::run)
            .expireAfter(new AfterLastUse())
            .evictionListener(CountsByKey::retire)
            .build();
    policy = cache.policy();
  }

  // Caffeine calls this while the entry of the key is locked, so the key cannot be found again
  // before the counts are marked.
  private static void retire(@Nullable Key key, @Nullable Counts counts, RemovalCause cause) {
    if (counts != null) {
      counts.retire();
    }
  }

  /** Returns the counts of a key and moves their deadline; null if there are none. */
  @Nullable Counts use(Key key) {
    return cache.getIfPresent(key);
  }

  /** Like {@link #use}, but moves the deadline only if it is too early for a use now. */
  @Nullable Counts find(Key key) {
    Counts counts = policy.getIfPresentQuietly(key);
    return counts == null || counts.areKept() ? counts : keep(key, counts);
  }

  /** Moves the deadline of a key whose counts must be kept longer than before. */
  void keep(Key key) {
    Counts counts = policy.getIfPresentQuietly(key);
    if (counts != null) {
      Counts unused = keep(key, counts);
    }
  }

  private @Nullable Counts keep(Key key, Counts counts) {
    while (true) {
      long keepMillis = counts.keepMillis();
      Counts kept = cache.getIfPresent(key);
      // Another thread may have moved the deadline before the time to keep was raised.
      if (kept == null || counts.keepMillis() == keepMillis) {
        return kept;
      }
    }
  }

  /**
   * Returns the counts of a key, created if there are none, even beyond the bound.
   *
   * @param limits the limits of new counts
   * @param keepMillis the least time to keep new counts
   */
  Counts create(Key key, List<LimitSpec> limits, long keepMillis) {
    return cache.asMap().computeIfAbsent(key, absent -> created(key, limits, keepMillis));
  }

  private Counts created(Key key, List<LimitSpec> limits, long keepMillis) {
    Counts counts =
        Counts.of(
            Batch.counted(limits),
            occupancy,
            Occupancy.bytesOf(key),
            clock.millis(),
            clock::elapsedMillis);
    counts.keepFor(keepMillis);
    return counts;
  }

  /** Throws if there is no room for another key after expired keys are removed. */
  void requireRoom() {
    long nowMillis = clock.millis();
    if (occupancy.isFull() && occupancy.isCleaningDue(nowMillis)) {
      cache.cleanUp();
    }
    occupancy.requireRoomForKey(nowMillis);
  }
}
