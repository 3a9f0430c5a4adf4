package dev.quota.redis;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.redisson.Redisson;
import org.redisson.api.RedissonClient;
import org.redisson.client.codec.StringCodec;
import org.redisson.config.Config;
import org.redisson.config.ReadMode;

/** A Redisson client as an application would make it, but small. */
final class PlainRedisson {

  /** A JVM that has just begun, on a busy machine, takes seconds for its first connection. */
  private static final int CONNECT_MILLIS = 20_000;

  private static final int REPLY_MILLIS = 3_000;

  private PlainRedisson() {}

  /** Connects to one server. */
  static RedissonClient to(String address) {
    return to(address, config -> {});
  }

  /** Connects to one server, with more settings. */
  static RedissonClient to(String address, Consumer<Config> settings) {
    Config config = small();
    settings.accept(config);
    config
        .useSingleServer()
        .setAddress(address)
        .setConnectionPoolSize(4)
        .setConnectionMinimumIdleSize(1)
        .setSubscriptionConnectionPoolSize(1)
        .setSubscriptionConnectionMinimumIdleSize(1)
        .setConnectTimeout(CONNECT_MILLIS)
        .setTimeout(REPLY_MILLIS)
        .setRetryAttempts(0);
    return Redisson.create(config);
  }

  /** Connects to a cluster. */
  static RedissonClient to(RedisCluster cluster) {
    return to(cluster, Duration.ofMillis(500));
  }

  /** Connects to a cluster, and looks so often what nodes and slots there are. */
  static RedissonClient to(RedisCluster cluster, Duration scanInterval) {
    Config config = small();
    config
        .useClusterServers()
        // A replica of a slot on the move answers nil where its master answers ASK.
        .setReadMode(ReadMode.MASTER)
        .setScanInterval(Math.toIntExact(scanInterval.toMillis()))
        .setMasterConnectionPoolSize(4)
        .setMasterConnectionMinimumIdleSize(1)
        .setSlaveConnectionPoolSize(4)
        .setSlaveConnectionMinimumIdleSize(1)
        .setConnectTimeout(CONNECT_MILLIS)
        .setTimeout(REPLY_MILLIS)
        .addNodeAddress(cluster.addresses().toArray(String[]::new));
    return Redisson.create(config);
  }

  /** Connects to whatever the Sentinels call the master. */
  static RedissonClient to(RedisSentinels sentinels) {
    Config config = small();
    config
        .useSentinelServers()
        .setReadMode(ReadMode.MASTER)
        .setMasterName(RedisSentinels.MASTER_NAME)
        .setScanInterval(500)
        .setMasterConnectionPoolSize(4)
        .setMasterConnectionMinimumIdleSize(1)
        .setSlaveConnectionPoolSize(4)
        .setSlaveConnectionMinimumIdleSize(1)
        .setConnectTimeout(CONNECT_MILLIS)
        .setTimeout(REPLY_MILLIS)
        .addSentinelAddress(sentinels.addresses().toArray(String[]::new));
    return Redisson.create(config);
  }

  private static Config small() {
    // The default codec needs Kryo, which applications may exclude.
    return new Config().setThreads(2).setNettyThreads(2).setCodec(StringCodec.INSTANCE);
  }

  /** Ends a client without its usual two seconds of quiet. */
  static void close(RedissonClient client) {
    client.shutdown(0, Duration.ofSeconds(2).toMillis(), TimeUnit.MILLISECONDS);
  }
}
