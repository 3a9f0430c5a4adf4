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
 * Counts in Redis, which several nodes share. Thread-safe.
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
 * <p>A decision is one call of a script on the master, over all limits of all entries. In a
 * Cluster, a decision about several identities is one call for each. A script uses the clock of
 * Redis and never that of a node. A call is applied completely or not at all, and at most once: it
 * is sent again only if Redis replied that it changed nothing. Calls for the same keys that arrive
 * while others are in flight are combined.
 *
 * <p>A decision has a time budget. When Redis does not answer, a circuit breaker stops further
 * calls, which then fail within microseconds, until Redis answers again. No restart is needed, even
 * if Redis was away at the start. Until then the policies decide: {@code on-store-failure}.
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
    // Longer than the budget, because a late reply still shows that Redis works.
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
   * @return the store, which closes its connections when it is closed; its threads do not keep a
   *     JVM alive
   * @throws IllegalArgumentException if the address is malformed
   */
  public static RedisQuotaStore connect(String address) {
    return builder(address).build();
  }

  /**
   * Starts to configure a store with its own connections to one Redis.
   *
   * @param address {@code redis://[user:password@]host[:port][/database]}, or {@code rediss://…}
   *     for TLS; the default port is 6379. For Sentinel or Cluster create a client and use {@link
   *     #builder(RedissonClient)}
   * @return a builder, to be used by one thread
   * @throws IllegalArgumentException if the address is malformed
   */
  public static RedisQuotaStoreBuilder builder(String address) {
    return new RedisQuotaStoreBuilder(Optional.of(RedisAddress.parse(address)), Optional.empty());
  }

  /**
   * Starts to configure a store with the application's client: standalone, Sentinel or Cluster.
   *
   * @param client the client; the store neither changes its settings nor closes it. Its threads
   *     keep a JVM alive until the application shuts it down
   * @return a builder, to be used by one thread
   */
  public static RedisQuotaStoreBuilder builder(RedissonClient client) {
    return new RedisQuotaStoreBuilder(Optional.empty(), Optional.of(client));
  }

  @Override
  public Set<StoreCapability> capabilities() {
    return EnumSet.allOf(StoreCapability.class);
  }

  @Override
  public boolean keepsTimeBudget() {
    return true;
  }

  /**
   * {@inheritDoc}
   *
   * <p>Waits at most for the time budget, which is longer for the first decisions.
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
   * <p>Sends reads for a subject that does not exist, so that Redis has the scripts. Takes at most
   * two seconds.
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

  /** Stops all calls. Closes the connections if they are the store's own. */
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
