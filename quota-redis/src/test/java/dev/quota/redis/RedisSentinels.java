package dev.quota.redis;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A real master with replicas, watched by three real Sentinels that fail over within seconds. */
final class RedisSentinels implements AutoCloseable {

  /** The name of the master for clients. */
  static final String MASTER_NAME = "quota";

  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final int SENTINELS = 3;

  private final List<RedisProcess> servers = new ArrayList<>();
  private final List<RedisProcess> sentinels = new ArrayList<>();

  private RedisSentinels() {}

  /**
   * Starts all of them, and waits until each Sentinel knows everybody.
   *
   * @param replicas how many
   * @param directives more lines for the redis.conf of master and replicas
   */
  static RedisSentinels start(int replicas, String... directives) {
    RedisSentinels all = new RedisSentinels();
    try {
      all.startServers(replicas, directives);
      all.startSentinels();
      return all;
    } catch (RuntimeException | AssertionError e) {
      all.close();
      throw e;
    }
  }

  private void startServers(int replicas, String... directives) {
    RedisProcess master = RedisProcess.start(directives);
    servers.add(master);
    for (int i = 0; i < replicas; i++) {
      servers.add(RedisConfig.with(directives).and("replicaof 127.0.0.1 " + master.port()).start());
    }
    awaitReplicas();
  }

  /** Waits until every running replica follows the master. */
  void awaitReplicas() {
    Eventually.within(
        PATIENCE,
        "every replica follows",
        () ->
            servers.stream()
                .filter(RedisProcess::isRunning)
                .map(server -> server.info("replication"))
                .allMatch(
                    replication ->
                        replication.get("role").equals("master")
                            || "up".equals(replication.get("master_link_status"))));
  }

  /** Waits until the running replicas have all that the master has written so far. */
  void awaitSynced() {
    RedisProcess master = master();
    String offset = master.info("replication").get("master_repl_offset");
    Eventually.within(
        PATIENCE,
        "the replicas have everything up to " + offset,
        () ->
            servers.stream()
                .filter(server -> server != master && server.isRunning())
                .map(server -> server.info("replication").get("slave_repl_offset"))
                .allMatch(had -> Long.parseLong(had) >= Long.parseLong(offset)));
  }

  /** Each is told of the others at once: finding each other through the master takes seconds. */
  private void startSentinels() {
    int[] ports = new int[SENTINELS];
    for (int i = 0; i < SENTINELS; i++) {
      ports[i] = FreePort.next();
    }
    for (int i = 0; i < SENTINELS; i++) {
      List<String> lines = new ArrayList<>();
      lines.add("sentinel myid " + id(i));
      lines.add("sentinel monitor " + MASTER_NAME + " 127.0.0.1 " + servers.get(0).port() + " 2");
      lines.add("sentinel down-after-milliseconds " + MASTER_NAME + " 1000");
      lines.add("sentinel failover-timeout " + MASTER_NAME + " 5000");
      for (RedisProcess replica : servers.subList(1, servers.size())) {
        lines.add("sentinel known-replica " + MASTER_NAME + " 127.0.0.1 " + replica.port());
      }
      for (int j = 0; j < SENTINELS; j++) {
        if (j != i) {
          lines.add(
              "sentinel known-sentinel " + MASTER_NAME + " 127.0.0.1 " + ports[j] + " " + id(j));
        }
      }
      sentinels.add(
          RedisConfig.with(lines.toArray(String[]::new)).port(ports[i]).sentinel().start());
    }
    Eventually.within(
        PATIENCE,
        "each Sentinel sees master, replicas and Sentinels",
        () -> sentinels.stream().allMatch(this::seesEverybody));
  }

  private static String id(int sentinel) {
    return ("" + (sentinel + 1)).repeat(40);
  }

  private boolean seesEverybody(RedisProcess sentinel) {
    Map<String, String> info = sentinel.info("sentinel");
    return info.get("master0")
        .endsWith(
            "status=ok,address=127.0.0.1:%d,slaves=%d,sentinels=%d"
                .formatted(servers.get(0).port(), servers.size() - 1, SENTINELS));
  }

  /** Returns the addresses of the Sentinels. */
  List<String> addresses() {
    return sentinels.stream().map(RedisProcess::address).toList();
  }

  /** Returns the Sentinels. */
  List<RedisProcess> sentinels() {
    return List.copyOf(sentinels);
  }

  /** Returns master and replicas, whatever they are by now, and whether they run or not. */
  List<RedisProcess> servers() {
    return List.copyOf(servers);
  }

  /** Returns the server that the first running Sentinel takes for the master. */
  RedisProcess master() {
    RedisProcess sentinel =
        sentinels.stream().filter(RedisProcess::isRunning).findFirst().orElseThrow();
    return masterKnownTo(sentinel);
  }

  private RedisProcess masterKnownTo(RedisProcess sentinel) {
    List<?> address =
        (List<?>) sentinel.command("SENTINEL", "GET-MASTER-ADDR-BY-NAME", MASTER_NAME);
    int port = Integer.parseInt((String) address.get(1));
    return servers.stream().filter(server -> server.port() == port).findFirst().orElseThrow();
  }

  /**
   * Waits until all running Sentinels agree on another master, and it takes writes.
   *
   * @param lost the master so far, which the test killed or paused
   * @return the new one
   */
  RedisProcess awaitFailover(RedisProcess lost) {
    Eventually.within(
        PATIENCE,
        () -> "another master than port " + lost.port() + "\n" + sentinels.get(0).log(),
        () ->
            sentinels.stream()
                .filter(RedisProcess::isRunning)
                .map(this::masterKnownTo)
                .allMatch(
                    master ->
                        master != lost && master.info("replication").get("role").equals("master")));
    return master();
  }

  @Override
  public void close() {
    sentinels.forEach(RedisProcess::close);
    servers.forEach(RedisProcess::close);
  }
}
