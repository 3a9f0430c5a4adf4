package dev.quota.benchmarks.redis;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.redisson.Redisson;
import org.redisson.api.RedissonClient;
import org.redisson.config.Config;

/**
 * The Redisson clients of all nodes, with the same configuration. A client is opened at its first
 * use.
 */
final class Clients implements AutoCloseable {

  private final int port;
  private final int pool;
  private final List<RedissonClient> open = new ArrayList<>();

  Clients(int port, int pool) {
    this.port = port;
    this.pool = pool;
  }

  /** Returns that many nodes, each with its own client, which decide about the same users. */
  List<Node> nodes(int count, int users) {
    while (open.size() < count) {
      open.add(Redisson.create(config()));
    }
    List<String> ids = Node.ids(users);
    return open.subList(0, count).stream().map(client -> new Node(client, ids)).toList();
  }

  private Config config() {
    Config config = new Config();
    // The default. It is set here because the other limiters would send their whole script without
    // it.
    config.setUseScriptCache(true);
    config
        .useSingleServer()
        .setAddress("redis://127.0.0.1:" + port)
        .setConnectionPoolSize(pool)
        .setConnectionMinimumIdleSize(pool);
    return config;
  }

  @Override
  public void close() {
    // No quiet period, which is some seconds for each client by default.
    open.forEach(client -> client.shutdown(0, 5, TimeUnit.SECONDS));
  }
}
