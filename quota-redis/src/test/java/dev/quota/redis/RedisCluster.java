package dev.quota.redis;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.Predicate;

/**
 * Six real redis-servers as one cluster: three masters with a third of the slots each, and a
 * replica for each of them.
 */
final class RedisCluster implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final int MASTERS = 3;
  private static final int SLOTS = 16_384;

  /** The masters first, as the cluster began. */
  private final List<RedisProcess> nodes = new ArrayList<>();

  private final RedisConfig config;

  private RedisCluster(RedisConfig config) {
    this.config = config;
  }

  /**
   * Starts a cluster and waits until it is whole: each node knows it, each replica follows.
   *
   * @param directives more lines for each node's redis.conf
   */
  static RedisCluster start(String... directives) {
    RedisConfig config =
        RedisConfig.with(
                "cluster-enabled yes",
                // Beside the data, so that a node can lose its data and stay a member.
                "cluster-config-file ../nodes.conf",
                // Short, for failovers in seconds; long enough for a busy machine.
                "cluster-node-timeout 2000",
                // A replica takes over however long it has not heard of its master.
                "cluster-replica-validity-factor 0")
            .and(directives);
    RedisCluster cluster = new RedisCluster(config);
    try {
      for (int i = 0; i < 2 * MASTERS; i++) {
        cluster.nodes.add(config.start());
      }
      cluster.join();
      return cluster;
    } catch (RuntimeException | AssertionError e) {
      cluster.close();
      throw e;
    }
  }

  private void join() {
    for (int i = 0; i < nodes.size(); i++) {
      nodes.get(i).command("CLUSTER", "SET-CONFIG-EPOCH", "" + (i + 1));
      nodes.get(i).command("CLUSTER", "MEET", "127.0.0.1", "" + nodes.get(0).port());
    }
    for (int i = 0; i < MASTERS; i++) {
      List<String> command = new ArrayList<>(List.of("CLUSTER", "ADDSLOTS"));
      for (int slot = SLOTS * i / MASTERS; slot < SLOTS * (i + 1) / MASTERS; slot++) {
        command.add("" + slot);
      }
      nodes.get(i).command(command.toArray(String[]::new));
    }
    await("knows all nodes", node -> says(node, "cluster_known_nodes:" + nodes.size()));
    for (int i = MASTERS; i < nodes.size(); i++) {
      nodes.get(i).command("CLUSTER", "REPLICATE", id(nodes.get(i - MASTERS)));
    }
    awaitWhole();
  }

  /** Starts one more master, without slots and replicas, and waits until each node knows it. */
  RedisProcess addMaster() {
    RedisProcess added = config.start();
    nodes.add(added);
    added.command("CLUSTER", "MEET", "127.0.0.1", "" + nodes.get(0).port());
    await("knows all nodes", node -> says(node, "cluster_known_nodes:" + nodes.size()));
    await("sees the cluster whole", node -> says(node, "cluster_state:ok"));
    return added;
  }

  /** Waits until every running node sees all slots served and every running replica follow. */
  void awaitWhole() {
    await("sees the cluster whole", node -> says(node, "cluster_state:ok"));
    // One that comes back takes itself for a master until it has heard of its successor.
    Eventually.within(PATIENCE, "three masters", () -> masters().size() == MASTERS);
    await("is a master or follows one", node -> isMaster(node) || follows(node));
    long replicas = running().stream().filter(node -> !isMaster(node)).count();
    await("knows the replicas", node -> replicasKnownTo(node) == replicas);
  }

  private void await(String what, Predicate<RedisProcess> condition) {
    Eventually.within(
        PATIENCE,
        () -> "each node " + what + "\n" + running().get(0).command("CLUSTER", "NODES"),
        () -> running().stream().allMatch(condition));
  }

  private static boolean says(RedisProcess node, String line) {
    return ((String) node.command("CLUSTER", "INFO")).contains(line + "\r");
  }

  private static boolean isMaster(RedisProcess node) {
    return node.info("replication").get("role").equals("master");
  }

  private static boolean follows(RedisProcess node) {
    Map<String, String> replication = node.info("replication");
    return "up".equals(replication.get("master_link_status"));
  }

  private static long replicasKnownTo(RedisProcess node) {
    return ((String) node.command("CLUSTER", "NODES"))
        .lines()
        .filter(line -> line.contains("slave") && !line.contains("fail"))
        .count();
  }

  private List<RedisProcess> running() {
    return nodes.stream().filter(RedisProcess::isRunning).toList();
  }

  /** Returns all nodes, whether they run or not. */
  List<RedisProcess> nodes() {
    return List.copyOf(nodes);
  }

  /** Returns the addresses of all nodes. */
  List<String> addresses() {
    return nodes.stream().map(RedisProcess::address).toList();
  }

  /** Returns the running nodes that are masters in their own eyes. */
  List<RedisProcess> masters() {
    return running().stream().filter(RedisCluster::isMaster).toList();
  }

  /** Returns the slot of a key. */
  int slot(String key) {
    return Math.toIntExact((Long) running().get(0).command("CLUSTER", "KEYSLOT", key));
  }

  /** Returns the node that serves a key, in the eyes of a running one. */
  RedisProcess masterOf(String key) {
    return byPort(portOfMaster(running().get(0), slot(key)).orElseThrow());
  }

  /** Returns a running replica of a master. */
  RedisProcess replicaOf(RedisProcess master) {
    String port = "" + master.port();
    return running().stream()
        .filter(node -> port.equals(node.info("replication").get("master_port")))
        .findFirst()
        .orElseThrow();
  }

  /**
   * Waits until all running nodes agree that another running one serves the key.
   *
   * @param lost its master so far, which the test killed or paused
   * @return its new master
   */
  RedisProcess awaitFailover(String key, RedisProcess lost) {
    int slot = slot(key);
    await(
        "knows another master than port " + lost.port(),
        node -> {
          OptionalInt port = portOfMaster(node, slot);
          return port.isPresent()
              && port.getAsInt() != lost.port()
              && says(node, "cluster_state:ok");
        });
    return masterOf(key);
  }

  /** Waits until all running nodes agree on the master of a slot. */
  void awaitMaster(int slot, RedisProcess master) {
    await(
        "knows that " + slot + " is served by port " + master.port(),
        node -> portOfMaster(node, slot).equals(OptionalInt.of(master.port())));
  }

  /** Begins to move the slot of a key to another master; see {@link SlotMove}. */
  SlotMove beginMove(String key, RedisProcess target) {
    return SlotMove.begin(this, slot(key), masterOf(key), target);
  }

  /** Moves the slot of a key, with all its keys, to another master. */
  void move(String key, RedisProcess target) {
    SlotMove move = beginMove(key, target);
    move.moveKeys();
    move.finish();
  }

  private static OptionalInt portOfMaster(RedisProcess node, int slot) {
    for (Object range : (List<?>) node.command("CLUSTER", "SLOTS")) {
      List<?> parts = (List<?>) range;
      if ((Long) parts.get(0) <= slot && slot <= (Long) parts.get(1)) {
        return OptionalInt.of(Math.toIntExact((Long) ((List<?>) parts.get(2)).get(1)));
      }
    }
    return OptionalInt.empty();
  }

  private RedisProcess byPort(int port) {
    return nodes.stream().filter(node -> node.port() == port).findFirst().orElseThrow();
  }

  static String id(RedisProcess node) {
    return (String) node.command("CLUSTER", "MYID");
  }

  @Override
  public void close() {
    nodes.forEach(RedisProcess::close);
  }
}
