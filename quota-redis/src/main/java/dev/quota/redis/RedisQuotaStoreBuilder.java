package dev.quota.redis;

import dev.quota.store.QuotaClock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.redisson.api.RedissonClient;

/**
 * Collects the settings of a {@link RedisQuotaStore}: {@link RedisQuotaStore#builder(String)}. Not
 * thread-safe.
 */
public final class RedisQuotaStoreBuilder {

  private static final Duration SHORTEST_BUDGET = Duration.ofMillis(5);
  private static final Duration LONGEST_BUDGET = Duration.ofSeconds(10);
  private static final Duration SHORTEST_PROBE = Duration.ofMillis(10);
  private static final int LONGEST_PREFIX = 64;

  private final Optional<RedisAddress> address;
  private final Optional<RedissonClient> client;
  String keyPrefix = "q";
  Duration timeBudget = Duration.ofMillis(250);
  Duration probeInterval = Duration.ofMillis(500);
  Duration startUpWait = Duration.ofSeconds(2);
  Optional<byte[]> secret = Optional.empty();
  Optional<QuotaClock> handedTime = Optional.empty();
  boolean combining = true;
  int failuresBeforeOpen = 5;
  int maxCallsInFlight = 1_000;
  int maxReadsInFlight = 64;
  private Optional<Executor> executor = Optional.empty();

  RedisQuotaStoreBuilder(Optional<RedisAddress> address, Optional<RedissonClient> client) {
    this.address = address;
    this.client = client;
  }

  /**
   * Sets the prefix of all keys. Stores with different prefixes have separate counts.
   *
   * @param prefix 1 to 64 letters, digits, and {@code : . _ -}; by default {@code "q"}
   * @return this builder
   * @throws IllegalArgumentException if the prefix is malformed
   */
  public RedisQuotaStoreBuilder keyPrefix(String prefix) {
    keyPrefix = requirePrefix(prefix);
    return this;
  }

  static String requirePrefix(String prefix) {
    if (!prefix.matches("[A-Za-z0-9:._-]{1," + LONGEST_PREFIX + "}")) {
      throw new IllegalArgumentException(
          "prefix must be 1 to "
              + LONGEST_PREFIX
              + " letters, digits or any of : . _ -, was \""
              + prefix
              + "\"");
    }
    return prefix;
  }

  /**
   * Sets how long a decision may take in total: waiting for other calls, for a connection and for
   * Redis. The first 20 decisions of a store may take a second, because Java then loads classes and
   * compiles code.
   *
   * @param budget 5 ms to 10 s; by default 250 ms
   * @return this builder
   * @throws IllegalArgumentException if the budget is out of range
   */
  public RedisQuotaStoreBuilder timeBudget(Duration budget) {
    if (budget.compareTo(SHORTEST_BUDGET) < 0 || budget.compareTo(LONGEST_BUDGET) > 0) {
      throw new IllegalArgumentException(
          "budget must be between "
              + SHORTEST_BUDGET
              + " and "
              + LONGEST_BUDGET
              + ", was "
              + budget);
    }
    timeBudget = budget;
    return this;
  }

  /**
   * Sets a secret for the digests of people in the keys, so that a reader of the keys cannot test
   * guessed ids. All nodes must have the same secret. With another secret all counts start again.
   *
   * @param key at least 16 bytes, copied
   * @return this builder
   * @throws IllegalArgumentException if the secret is shorter
   */
  public RedisQuotaStoreBuilder secret(byte[] key) {
    if (key.length < 16) {
      throw new IllegalArgumentException("key must be at least 16 bytes, was " + key.length);
    }
    secret = Optional.of(key.clone());
    return this;
  }

  /**
   * Sets whether calls for the same keys are combined.
   *
   * @param combine by default true
   * @return this builder
   */
  public RedisQuotaStoreBuilder combining(boolean combine) {
    combining = combine;
    return this;
  }

  /**
   * Sets how many failures in a row open the circuit breaker.
   *
   * @param failures at least 1; by default 5
   * @return this builder
   * @throws IllegalArgumentException if it is less than 1
   */
  public RedisQuotaStoreBuilder failuresBeforeOpen(int failures) {
    if (failures < 1) {
      throw new IllegalArgumentException("failures must be at least 1, was " + failures);
    }
    failuresBeforeOpen = failures;
    return this;
  }

  /**
   * Sets how often a Redis that does not answer is probed.
   *
   * @param interval at least 10 ms; by default 500 ms; each interval varies by up to a fifth
   * @return this builder
   * @throws IllegalArgumentException if the interval is shorter
   */
  public RedisQuotaStoreBuilder probeInterval(Duration interval) {
    if (interval.compareTo(SHORTEST_PROBE) < 0) {
      throw new IllegalArgumentException(
          "interval must be at least " + SHORTEST_PROBE + ", was " + interval);
    }
    probeInterval = interval;
    return this;
  }

  /**
   * Sets how many calls may wait for Redis at the same time. Further ones fail at once, so that a
   * slow Redis does not block all threads of an application.
   *
   * @param calls at least 1; by default 1,000
   * @return this builder
   * @throws IllegalArgumentException if it is less than 1
   */
  public RedisQuotaStoreBuilder maxCallsInFlight(int calls) {
    if (calls < 1) {
      throw new IllegalArgumentException("calls must be at least 1, was " + calls);
    }
    maxCallsInFlight = calls;
    return this;
  }

  /**
   * Sets how many reads of states (peeks) may wait for Redis at the same time. They are counted
   * separately from charges. Further ones fail at once. All of them fail while more than half of
   * {@link #maxCallsInFlight} wait. A read never opens the circuit breaker.
   *
   * @param reads at least 1; by default 64
   * @return this builder
   * @throws IllegalArgumentException if it is less than 1
   */
  public RedisQuotaStoreBuilder maxReadsInFlight(int reads) {
    if (reads < 1) {
      throw new IllegalArgumentException("reads must be at least 1, was " + reads);
    }
    maxReadsInFlight = reads;
    return this;
  }

  /**
   * Sets how long {@link #build} waits for Redis. After that it returns the store anyway, whose
   * commands fail until Redis is there.
   *
   * @param wait zero or more; by default 2 s
   * @return this builder
   * @throws IllegalArgumentException if it is negative
   */
  public RedisQuotaStoreBuilder startUpWait(Duration wait) {
    if (wait.isNegative()) {
      throw new IllegalArgumentException("wait must not be negative, was " + wait);
    }
    startUpWait = wait;
    return this;
  }

  /**
   * Sets the executor on which stages of {@link RedisQuotaStore#executeAsync} complete, and so run
   * their dependent work. It keeps such work away from the threads that read replies.
   *
   * @param threads by default as many daemon threads as there are processors, at least two; the
   *     store does not close an executor that it is given
   * @return this builder
   */
  public RedisQuotaStoreBuilder executor(Executor threads) {
    executor = Optional.of(threads);
    return this;
  }

  Executor executor() {
    return executor.orElseGet(CompletionThreads::create);
  }

  /** Sets a clock for the scripts instead of that of Redis, so that tests can move it. */
  RedisQuotaStoreBuilder handedTime(QuotaClock clock) {
    handedTime = Optional.of(clock);
    return this;
  }

  /**
   * Returns the store, after a wait for Redis: {@link #startUpWait}.
   *
   * @return the store, even if Redis is not there yet
   */
  public RedisQuotaStore build() {
    return client
        .map(given -> new RedisQuotaStore(this, given, false))
        .orElseGet(() -> new RedisQuotaStore(this, address.orElseThrow().connect(), true));
  }
}
