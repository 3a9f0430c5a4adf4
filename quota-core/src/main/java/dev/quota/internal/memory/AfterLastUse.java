package dev.quota.internal.memory;

import com.github.benmanes.caffeine.cache.Expiry;
import dev.quota.spi.Key;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Keeps counts for their longest window after the last access. The deadline is up to a quarter
 * longer, or two seconds, so that most accesses need not move it.
 */
final class AfterLastUse implements Expiry<Key, Counts> {

  /** Caffeine does not move a deadline by a second or less. */
  private static final long LEAST_NANOS = Duration.ofSeconds(2).toNanos();

  private static long neededNanos(Counts counts) {
    return TimeUnit.MILLISECONDS.toNanos(counts.keepMillis());
  }

  private static long generousNanos(Counts counts) {
    long needed = neededNanos(counts);
    return needed + Math.max(needed / 4, LEAST_NANOS);
  }

  @Override
  public long expireAfterCreate(Key key, Counts counts, long currentTime) {
    return kept(counts, currentTime, generousNanos(counts));
  }

  @Override
  public long expireAfterUpdate(Key key, Counts counts, long currentTime, long currentDuration) {
    return currentDuration;
  }

  @Override
  public long expireAfterRead(Key key, Counts counts, long currentTime, long currentDuration) {
    long generous = generousNanos(counts);
    boolean fits = currentDuration >= neededNanos(counts) && currentDuration <= generous;
    return kept(counts, currentTime, fits ? currentDuration : generous);
  }

  private static long kept(Counts counts, long currentTime, long duration) {
    counts.keptUntil(TimeUnit.NANOSECONDS.toMillis(currentTime + duration));
    return duration;
  }
}
