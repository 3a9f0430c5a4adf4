package dev.quota.redis;

import dev.quota.StoreCapability;
import dev.quota.spi.LimitSpec;
import dev.quota.spi.QuotaClock;
import dev.quota.spi.QuotaStore;
import dev.quota.spi.QuotaStoreException;
import dev.quota.spi.StoreCommand;
import dev.quota.spi.StoreHealth;
import dev.quota.spi.StoreReply;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import org.redisson.api.RedissonClient;

/**
 * Counts in Redis, shared by all nodes that use the same one. Safe for use by several threads.
 *
 * <pre>{@code
 * Quotas quotas =
 *     Quotas.builder()
 *         .policies(policies)
 *         .store(RedisQuotaStore.connect("redis://127.0.0.1:6379"))
 *         .nodes(4)
 *         .build();
 * }</pre>
 *
 * <p>Each decision is one call of a script on the master, over all limits of all entries, by the
 * clock of Redis and never by a node's own. It is applied completely or not at all, and at most
 * once: nothing is sent again unless Redis said that it did nothing. Calls for the same keys that
 * come while others are on their way travel together.
 *
 * <p>A decision keeps its time budget. When Redis does not answer, a circuit breaker keeps further
 * calls away, at a cost of microseconds, until it answers again; no restart is needed, at the
 * beginning neither. What is decided meanwhile is said by the policies, see {@code
 * on-store-failure}.
 */
public final class RedisQuotaStore implements QuotaStore {

  private final RedissonClient client;
  private final boolean ownsClient;
  private final Executor executor;
  private final Dispatcher dispatcher;
  private final Watch watch;
  private volatile boolean closed;

  private RedisQuotaStore(Builder builder, RedissonClient client, boolean ownsClient) {
    this.client = client;
    this.ownsClient = ownsClient;
    executor = builder.executor;
    RedisKeys keys = new RedisKeys(builder.keyPrefix, builder.secret);
    // Callers give up by themselves. A reply that comes later still shows that Redis lives.
    Wire wire = new Wire(client, longer(builder.timeBudget, Probe.PATIENCE), builder.handedTime);
    watch = new Watch(client, wire, keys, builder);
    dispatcher = new Dispatcher(wire, watch.shards(), keys, builder);
    if (watch.start(builder.startUpWait)) {
      Rehearsal.run(dispatcher);
    }
  }

  /**
   * Connects to one Redis, with the defaults.
   *
   * @param address such as {@code redis://127.0.0.1:6379}; see {@link #builder(String)}
   * @return the store; it closes its connections when it is closed, and its threads do not keep a
   *     JVM alive
   * @throws IllegalArgumentException if the address is malformed
   */
  public static RedisQuotaStore connect(String address) {
    return builder(address).build();
  }

  /**
   * Starts a store with connections of its own to one Redis.
   *
   * @param address {@code redis://[user:password@]host[:port][/database]}, or {@code rediss://…}
   *     for TLS; the port is 6379 unless told otherwise. For Sentinel or Cluster make a client and
   *     use {@link #builder(RedissonClient)}
   * @return a builder, to be used by one thread
   * @throws IllegalArgumentException if the address is malformed
   */
  public static Builder builder(String address) {
    return new Builder(Optional.of(RedisAddress.parse(address)), Optional.empty());
  }

  /**
   * Starts a store that uses an application's client: standalone, Sentinel or Cluster.
   *
   * @param client the client; its settings are left as they are, and the store never closes it. Its
   *     threads keep a JVM alive until the application shuts it down
   * @return a builder, to be used by one thread
   */
  public static Builder builder(RedissonClient client) {
    return new Builder(Optional.empty(), Optional.of(client));
  }

  @Override
  public Set<StoreCapability> capabilities() {
    return EnumSet.allOf(StoreCapability.class);
  }

  /**
   * {@inheritDoc}
   *
   * <p>Waits for at most the time budget.
   */
  @Override
  public StoreReply execute(StoreCommand command) {
    requireNotClosed();
    return dispatcher.send(command).await();
  }

  /**
   * {@inheritDoc}
   *
   * <p>Blocks no thread. The stage completes on the executor of the builder.
   */
  @Override
  public CompletionStage<StoreReply> executeAsync(StoreCommand command) {
    try {
      requireNotClosed();
      return dispatcher.send(command).later(executor);
    } catch (QuotaStoreException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  /**
   * {@inheritDoc}
   *
   * <p>Reads what nobody was charged, so that Redis knows the scripts. Takes two seconds at most.
   */
  @Override
  public void prepare(List<StoreCommand.Peek> examples) {
    if (!closed) {
      Rehearsal.run(dispatcher, examples);
    }
  }

  private static Duration longer(Duration one, Duration other) {
    return one.compareTo(other) > 0 ? one : other;
  }

  private void requireNotClosed() {
    if (closed) {
      throw new QuotaStoreException("the store is closed", QuotaStoreException.Applied.NO, null);
    }
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalArgumentException if there are more than 60 limits on one key, or two of them
   *     have the same short id
   */
  @Override
  public void requireCountable(List<LimitSpec> limits) {
    var unused = EntryLayout.of(limits);
  }

  @Override
  public StoreHealth health() {
    return closed ? new StoreHealth("redis", false, "Closed.") : Health.of(watch, dispatcher);
  }

  /** Stops asking Redis. Closes the connections if they are the store's own. */
  @Override
  public void close() {
    if (!closed) {
      closed = true;
      watch.close();
      if (ownsClient) {
        client.shutdown();
      }
    }
  }

  /** Collects what a store needs. Not thread-safe. */
  public static final class Builder {

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
    Executor executor = ForkJoinPool.commonPool();

    private Builder(Optional<RedisAddress> address, Optional<RedissonClient> client) {
      this.address = address;
      this.client = client;
    }

    /**
     * Sets what all keys begin with. Stores with different prefixes do not see each other.
     *
     * @param prefix 1 to 64 letters, digits, and {@code : . _ -}; by default {@code "q"}
     * @return this builder
     * @throws IllegalArgumentException if the prefix is malformed
     */
    public Builder keyPrefix(String prefix) {
      if (!prefix.matches("[A-Za-z0-9:._-]{1," + LONGEST_PREFIX + "}")) {
        throw new IllegalArgumentException(
            "prefix must be 1 to "
                + LONGEST_PREFIX
                + " letters, digits or any of : . _ -, was \""
                + prefix
                + "\"");
      }
      keyPrefix = prefix;
      return this;
    }

    /**
     * Sets how long a decision may take: waiting for other calls, for a connection and for Redis,
     * all together. The first 20 decisions of a store may take a second, because Java loads classes
     * and compiles code in that time.
     *
     * @param budget 5 ms to 10 s; by default 250 ms
     * @return this builder
     * @throws IllegalArgumentException if the budget is out of range
     */
    public Builder timeBudget(Duration budget) {
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
     * Sets a secret for the digests that stand for people in the keys, so that nobody who can read
     * the keys can find out whose they are by guessing. All nodes must have the same; changing it
     * starts all counts anew.
     *
     * @param key at least 16 bytes, copied
     * @return this builder
     * @throws IllegalArgumentException if the secret is shorter
     */
    public Builder secret(byte[] key) {
      if (key.length < 16) {
        throw new IllegalArgumentException("key must be at least 16 bytes, was " + key.length);
      }
      secret = Optional.of(key.clone());
      return this;
    }

    /**
     * Sets whether calls for the same keys travel together.
     *
     * @param combine by default true
     * @return this builder
     */
    public Builder combining(boolean combine) {
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
    public Builder failuresBeforeOpen(int failures) {
      if (failures < 1) {
        throw new IllegalArgumentException("failures must be at least 1, was " + failures);
      }
      failuresBeforeOpen = failures;
      return this;
    }

    /**
     * Sets how often a Redis that does not answer is asked whether it is back.
     *
     * @param interval at least 10 ms; by default 500 ms, each time up to a fifth more or less
     * @return this builder
     * @throws IllegalArgumentException if the interval is shorter
     */
    public Builder probeInterval(Duration interval) {
      if (interval.compareTo(SHORTEST_PROBE) < 0) {
        throw new IllegalArgumentException(
            "interval must be at least " + SHORTEST_PROBE + ", was " + interval);
      }
      probeInterval = interval;
      return this;
    }

    /**
     * Sets how many callers may wait for Redis at the same time. Further ones fail at once, so that
     * a slow Redis does not hold all threads of an application.
     *
     * @param calls at least 1; by default 1,000
     * @return this builder
     * @throws IllegalArgumentException if it is less than 1
     */
    public Builder maxCallsInFlight(int calls) {
      if (calls < 1) {
        throw new IllegalArgumentException("calls must be at least 1, was " + calls);
      }
      maxCallsInFlight = calls;
      return this;
    }

    /**
     * Sets how many looks at states (peeks) may wait for Redis at the same time. They are counted
     * apart from charges. Further ones fail at once; so do all while more than half of {@link
     * #maxCallsInFlight} wait. A look at a state never opens the circuit breaker.
     *
     * @param reads at least 1; by default 64
     * @return this builder
     * @throws IllegalArgumentException if it is less than 1
     */
    public Builder maxReadsInFlight(int reads) {
      if (reads < 1) {
        throw new IllegalArgumentException("reads must be at least 1, was " + reads);
      }
      maxReadsInFlight = reads;
      return this;
    }

    /**
     * Sets how long {@link #build} waits for Redis before it goes on without. The store is usable
     * either way; it only fails commands until Redis is there.
     *
     * @param wait zero or more; by default 2 s
     * @return this builder
     * @throws IllegalArgumentException if it is negative
     */
    public Builder startUpWait(Duration wait) {
      if (wait.isNegative()) {
        throw new IllegalArgumentException("wait must not be negative, was " + wait);
      }
      startUpWait = wait;
      return this;
    }

    /**
     * Sets where stages of {@link RedisQuotaStore#executeAsync} complete, and with them what is
     * chained to them: never on a thread that reads replies.
     *
     * @param threads by default {@link ForkJoinPool#commonPool}; the store does not close it
     * @return this builder
     */
    public Builder executor(Executor threads) {
      executor = Objects.requireNonNull(threads, "threads");
      return this;
    }

    /** Makes scripts take the time from a clock instead of Redis, so that tests can move it. */
    Builder handedTime(QuotaClock clock) {
      handedTime = Optional.of(clock);
      return this;
    }

    /**
     * Returns the store, after waiting for Redis for a moment.
     *
     * @return the store, also if Redis is not there yet
     */
    public RedisQuotaStore build() {
      return client
          .map(given -> new RedisQuotaStore(this, given, false))
          .orElseGet(() -> new RedisQuotaStore(this, address.orElseThrow().connect(), true));
    }
  }
}
