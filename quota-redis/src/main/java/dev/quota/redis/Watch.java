package dev.quota.redis;

import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.redisson.api.RedissonClient;
import org.redisson.api.redisnode.RedisClusterMaster;
import org.redisson.api.redisnode.RedisNodes;
import org.redisson.cluster.ClusterSlotRange;

/**
 * Monitors Redis with one thread. It connects first, probes a master while its breaker is open, and
 * checks from time to time whether the settings of Redis may lose counts. Thread-safe.
 *
 * <p>A client that is not connected yet can block its caller for many seconds. Only this thread may
 * be blocked.
 */
final class Watch implements AutoCloseable {

  private static final System.Logger LOG = System.getLogger(Watch.class.getName());

  private static final Duration INSPECTION_INTERVAL = Duration.ofSeconds(30);

  /** The interval if counts may be evicted, to report how many were. */
  private static final Duration EVICTION_INTERVAL = Duration.ofSeconds(1);

  /**
   * The timeout of a question about slots, so that a hung master does not stop the probes of
   * others.
   */
  private static final Duration SLOTS_PATIENCE = Duration.ofMillis(500);

  private final Probe probe;
  private final Shards shards;
  private final Duration budget;
  private final Duration probeInterval;
  private final Thread thread;
  private final CountDownLatch answered = new CountDownLatch(1);
  private final Set<String> away = new HashSet<>();
  private final Set<String> tooLate = new HashSet<>();
  private boolean wakeUp;
  private volatile boolean closed;
  private final Evictions evictions = new Evictions();

  Watch(RedissonClient client, Wire wire, RedisKeys keys, RedisQuotaStoreBuilder settings) {
    budget = settings.timeBudget;
    probeInterval = settings.probeInterval;
    probe = new Probe(wire, keys);
    shards =
        client.getConfig().isClusterConfig()
            ? new ClusterShards(() -> slots(client), (name, tag) -> shard(name, tag, settings))
            : new Shards.Single(shard("redis", "probe", settings));
    thread = new Thread(this::run, "quota-redis-watch");
    thread.setDaemon(true);
  }

  private Shard shard(String name, String tag, RedisQuotaStoreBuilder settings) {
    return new Shard(
        name,
        tag,
        new Breaker(settings.failuresBeforeOpen, this::wakeUp, "there is no connection yet"),
        new ServerTime());
  }

  private static Map<ClusterSlotRange, Set<String>> slots(RedissonClient client) {
    IllegalStateException failure = new IllegalStateException("no master of the Cluster is known");
    for (RedisClusterMaster master : client.getRedisNodes(RedisNodes.CLUSTER).getMasters()) {
      CompletableFuture<Map<ClusterSlotRange, Set<String>>> answer =
          master.clusterSlotsAsync().toCompletableFuture();
      try {
        return answer.get(SLOTS_PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException(e);
      } catch (ExecutionException | TimeoutException e) {
        failure = new IllegalStateException("no master of the Cluster tells the slots", e);
      } finally {
        answer.cancel(false);
      }
    }
    throw failure;
  }

  Shards shards() {
    return shards;
  }

  /** Starts the thread, and waits for the first reply for a while. Returns whether it arrived. */
  boolean start(Duration wait) {
    thread.start();
    try {
      boolean isThere = answered.await(wait.toMillis(), TimeUnit.MILLISECONDS);
      if (!isThere) {
        LOG.log(
            System.Logger.Level.WARNING, "Redis has not answered yet; going on without waiting.");
      }
      return isThere;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private synchronized void wakeUp() {
    wakeUp = true;
    notifyAll();
  }

  private void run() {
    while (!closed) {
      boolean allAnswer = lookAtAll();
      if (allAnswer) {
        answered.countDown();
      }
      pause(allAnswer ? inspectionInterval() : jittered(probeInterval));
    }
  }

  private Duration inspectionInterval() {
    return warning().isPresent() ? EVICTION_INTERVAL : INSPECTION_INTERVAL;
  }

  private boolean lookAtAll() {
    boolean allAnswer = true;
    try {
      shards.refresh();
    } catch (RuntimeException e) {
      // The known masters are still probed.
      LOG.log(System.Logger.Level.DEBUG, "The Cluster could not be asked for its slots.", e);
      allAnswer = false;
    }
    for (Shard shard : shards.all()) {
      boolean answers = !closed && look(shard);
      allAnswer &= answers;
      report(shard);
    }
    evictions.sumUp(shards.all().stream().map(Shard::name).toList());
    return allAnswer;
  }

  private static Duration jittered(Duration interval) {
    long millis = interval.toMillis();
    return Duration.ofMillis(millis * ThreadLocalRandom.current().nextInt(80, 121) / 100);
  }

  private synchronized void pause(Duration time) {
    long endNanos = System.nanoTime() + time.toNanos();
    try {
      long leftMillis = time.toMillis();
      while (!wakeUp && !closed && leftMillis > 0) {
        wait(leftMillis);
        leftMillis = TimeUnit.NANOSECONDS.toMillis(endNanos - System.nanoTime());
      }
    } catch (InterruptedException e) {
      closed = true;
    }
    wakeUp = false;
  }

  /** Probes a master, and opens or closes its breaker. Returns whether it can decide. */
  private boolean look(Shard shard) {
    boolean isFirst = !shard.time().isKnown();
    long askedNanos = System.nanoTime();
    Probe.Finding finding;
    try {
      finding = probe.ask(shard);
    } catch (InterruptedException e) {
      closed = true;
      return false;
    } catch (TimeoutException e) {
      // Other calls may have been answered, or this one a moment later.
      if (!shard.breaker().hasRepliedSince(askedNanos)) {
        shard.breaker().open(RedisFailure.NO_ANSWER.sentence);
      }
      return isWell(shard);
    } catch (ExecutionException | RuntimeException e) {
      shard.breaker().open(RedisFailure.of(e).sentence);
      LOG.log(System.Logger.Level.DEBUG, "Redis could not be asked.", e);
      return false;
    }
    long tookNanos = System.nanoTime() - askedNanos;
    evictions.note(shard.name(), finding);
    // The first reply includes connecting, so its time does not matter. Another reply that exceeds
    // the time budget leaves the breaker half-open, until calls show whether they are in time.
    if (isFirst || tookNanos <= budget.toNanos()) {
      shard.breaker().close();
    }
    return isWell(shard);
  }

  private static boolean isWell(Shard shard) {
    return shard.breaker().outage() == null && !shard.breaker().isHalfOpen();
  }

  /** Logs the beginning and the end of an outage. */
  private void report(Shard shard) {
    Breaker.Outage outage = shard.breaker().outage();
    if (outage == null && away.remove(shard.name())) {
      LOG.log(System.Logger.Level.INFO, "Redis answers again: {0}.", shard.name());
    } else if (outage != null && !closed && away.add(shard.name())) {
      LOG.log(
          System.Logger.Level.WARNING,
          "Redis is not asked any more: {0}: {1}. Policies decide without it until it answers.",
          shard.name(),
          outage.reason());
    }
    boolean late = outage == null && shard.breaker().isLastinglyHalfOpen();
    if (late && tooLate.add(shard.name())) {
      LOG.log(
          System.Logger.Level.WARNING,
          "Redis answers later than the time budget: {0}. Few calls are sent until one is in time.",
          shard.name());
    } else if (!late) {
      tooLate.remove(shard.name());
    }
  }

  /** Returns a warning for an operator about lost counts. */
  Optional<String> warning() {
    return evictions.warning();
  }

  /** Ends the thread. */
  @Override
  public void close() {
    closed = true;
    thread.interrupt();
    try {
      thread.join(Probe.PATIENCE.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
