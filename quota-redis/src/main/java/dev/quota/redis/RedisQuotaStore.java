package dev.quota.redis;

import dev.quota.spi.LimitSpec;
import dev.quota.spi.QuotaStore;
import dev.quota.spi.StoreCommand;
import dev.quota.spi.StoreReply;
import dev.quota.store.QuotaStoreException;
import dev.quota.store.StoreCapability;
import dev.quota.store.StoreHealth;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
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

  RedisQuotaStore(RedisQuotaStoreBuilder builder, RedissonClient client, boolean ownsClient) {
    this.client = client;
    this.ownsClient = ownsClient;
    executor = builder.executor();
    RedisKeys keys = new RedisKeys(builder.keyPrefix, builder.secret);
    // Callers give up by themselves. A reply that comes later still shows that Redis lives.
    Wire wire = new Wire(client, longer(builder.timeBudget, Probe.PATIENCE), builder.handedTime);
    watch = new Watch(client, wire, keys, builder);
    dispatcher = new Dispatcher(wire, watch.shards(), keys, builder);
    if (watch.start(builder.startUpWait)) {
      WarmUp.run(dispatcher);
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
  public static RedisQuotaStoreBuilder builder(String address) {
    return new RedisQuotaStoreBuilder(Optional.of(RedisAddress.parse(address)), Optional.empty());
  }

  /**
   * Starts a store that uses an application's client: standalone, Sentinel or Cluster.
   *
   * @param client the client; its settings are left as they are, and the store never closes it. Its
   *     threads keep a JVM alive until the application shuts it down
   * @return a builder, to be used by one thread
   */
  public static RedisQuotaStoreBuilder builder(RedissonClient client) {
    return new RedisQuotaStoreBuilder(Optional.empty(), Optional.of(client));
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
      WarmUp.run(dispatcher, examples);
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
}
