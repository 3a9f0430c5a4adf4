package dev.quota.benchmarks.redis;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.redisson.Redisson;
import org.redisson.api.RedissonClient;
import org.redisson.config.Config;

/** The Redisson clients of all nodes, all configured alike; opened when first asked for. */
final class Clients implements AutoCloseable {

  private final int port;
  private final int pool;
  private final List<RedissonClient> open = new ArrayList<>();

  Clients(int port, int pool) {
    this.port = port;
    this.pool = pool;
  }

  /** Returns so many nodes, each with a client of its own, that decide about the same people. */
  List<Node> nodes(int count, int users) {
    while (open.size() < count) {
      open.add(Redisson.create(config()));
    }
    List<String> ids = Node.ids(users);
    return open.subList(0, count).stream().map(client -> new Node(client, ids)).toList();
  }

  private Config config() {
    Config config = new Config();
    // The default; said here because the peers would send their whole script without it.
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
    // Without the quiet period of seconds that each client would keep.
    open.forEach(client -> client.shutdown(0, 5, TimeUnit.SECONDS));
  }
}
