package dev.quota.benchmarks;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.quota.Quotas;
import dev.quota.Subject;
import dev.quota.policy.QuotaPolicy;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.local.SynchronizationStrategy;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Objects;
import java.util.function.IntConsumer;
import java.util.function.IntPredicate;

/**
 * Uses up both limits of a million users and prints the heap per user, with ids and keys, and the
 * same for buckets in a cache.
 */
public final class HeapPerUser {

  private static final int USERS = 1_000_000;
  private static final int PER_HOUR = 10;
  private static final int PER_DAY = 10;

  private HeapPerUser() {}

  /**
   * Measures.
   *
   * @param arguments none
   */
  public static void main(String[] arguments) {
    Quotas quotas =
        Quotas.builder()
            .policy(
                QuotaPolicy.builder(Contenders.QUOTA)
                    .limit("hourly", PER_HOUR + " per hour")
                    .limit("daily", PER_DAY + " per calendar day")
                    .build())
            .build();
    measure(
        "Quota",
        i -> {
          boolean unused = charge(quotas, i, PER_DAY);
        },
        i -> charge(quotas, i, 1));
    quotas.close();
    Cache<String, Bucket> buckets =
        Caffeine.newBuilder().expireAfterAccess(Duration.ofDays(1)).build();
    measure(
        "Bucket4j behind Caffeine",
        i -> {
          Bucket bucket = bucket();
          boolean unused = bucket.tryConsume(PER_DAY);
          buckets.put(id(i), bucket);
        },
        i -> Objects.requireNonNull(buckets.getIfPresent(id(i))).tryConsume(1));
  }

  private static void measure(String name, IntConsumer drain, IntPredicate isAllowed) {
    long before = usedBytes();
    for (int i = 0; i < USERS; i++) {
      drain.accept(i);
    }
    long bytes = (usedBytes() - before) / USERS;
    int refused = 0;
    for (int i = 0; i < USERS; i++) {
      refused += isAllowed.test(i) ? 0 : 1;
    }
    System.out.println(
        name + ": " + bytes + " bytes per user, " + refused + " of " + USERS + " still drained");
  }

  private static boolean charge(Quotas quotas, int user, long cost) {
    return quotas.charge(Subject.user(id(user)), Contenders.QUOTA, cost).isAllowed();
  }

  private static String id(int user) {
    return "user-" + (1_000_000 + user);
  }

  private static Bucket bucket() {
    return Bucket.builder()
        .addLimit(limit -> limit.capacity(PER_HOUR).refillGreedy(PER_HOUR, Duration.ofHours(1)))
        .addLimit(limit -> limit.capacity(PER_DAY).refillGreedy(PER_DAY, Duration.ofDays(1)))
        .withSynchronizationStrategy(SynchronizationStrategy.SYNCHRONIZED)
        .build();
  }

  private static long usedBytes() {
    for (int i = 0; i < 3; i++) {
      System.gc();
    }
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }
}
