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
 * The counts of all keys, each kept for as long as it can matter. Safe for use by several threads.
 *
 * <p>Counts that are found may be dropped at any moment. Whoever has locked them asks {@link
 * Counts#isRetired}, and looks the key up again if they are.
 */
final class CountsByKey {

  private final QuotaClock clock;
  private final Occupancy occupancy;
  private final Cache<Key, Counts> cache;

  /** To look without a trace: recording every look costs more than the rest of a decision. */
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

  // Caffeine calls this while the key is still locked in its table, so nobody can find the key
  // again before it is marked.
  private static void retire(@Nullable Key key, @Nullable Counts counts, RemovalCause cause) {
    if (counts != null) {
      counts.retire();
    }
  }

  /** Returns the counts of a key; null if there are none. A use now moves their deadline. */
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
      // Another thread may have moved the deadline before it knew of that need.
      if (kept == null || counts.keepMillis() == keepMillis) {
        return kept;
      }
    }
  }

  /**
   * Returns the counts of a key, created if there are none, whatever the bound.
   *
   * @param limits the limits that new counts have room for
   * @param keepMillis how long new counts are kept at least
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

  /** Fails if there is no room for another key after what has expired is dropped. */
  void requireRoom() {
    long nowMillis = clock.millis();
    if (occupancy.isFull() && occupancy.isCleaningDue(nowMillis)) {
      cache.cleanUp();
    }
    occupancy.requireRoomForKey(nowMillis);
  }
}
