package dev.quota.redis;

import java.util.List;

/**
 * A slot on its way from one master to another, in the three steps of an operator, so that a test
 * can look at the moments between: after the first, the old master answers ASK for keys it does not
 * have; after the second for all; after the third MOVED.
 */
final class SlotMove {

  private final RedisCluster cluster;
  private final int slot;
  private final RedisProcess source;
  private final RedisProcess target;

  private SlotMove(RedisCluster cluster, int slot, RedisProcess source, RedisProcess target) {
    this.cluster = cluster;
    this.slot = slot;
    this.source = source;
    this.target = target;
  }

  static SlotMove begin(RedisCluster cluster, int slot, RedisProcess source, RedisProcess target) {
    target.command("CLUSTER", "SETSLOT", "" + slot, "IMPORTING", RedisCluster.id(source));
    source.command("CLUSTER", "SETSLOT", "" + slot, "MIGRATING", RedisCluster.id(target));
    return new SlotMove(cluster, slot, source, target);
  }

  /** Moves the slot's keys. */
  void moveKeys() {
    List<?> keys;
    do {
      keys = (List<?>) source.command("CLUSTER", "GETKEYSINSLOT", "" + slot, "100");
      for (Object key : keys) {
        source.command("MIGRATE", "127.0.0.1", "" + target.port(), (String) key, "0", "5000");
      }
    } while (!keys.isEmpty());
  }

  /**
   * Tells the masters whose the slot is now, the target first, and waits until the replicas have
   * heard it too. In another order the old master could claim the slot again.
   */
  void finish() {
    String id = RedisCluster.id(target);
    target.command("CLUSTER", "SETSLOT", "" + slot, "NODE", id);
    for (RedisProcess master : cluster.masters()) {
      master.command("CLUSTER", "SETSLOT", "" + slot, "NODE", id);
    }
    cluster.awaitMaster(slot, target);
  }
}
