package dev.quota.redis;

import java.util.List;

/** Which master a key lives on. Safe for use by several threads. */
interface Shards {

  /** Returns the shard of a key, from what is known at the moment. */
  Shard of(String key);

  List<Shard> all();

  /** Finds out anew which masters there are. May wait for the network. */
  void refresh();

  /** Returns what Redis Cluster hashes of a key: what stands between the first braces. */
  static String tag(String key) {
    return key.substring(key.indexOf('{') + 1, key.indexOf('}'));
  }

  /** One Redis that holds all keys, whatever failover protects it. */
  record Single(Shard shard) implements Shards {

    @Override
    public Shard of(String key) {
      return shard;
    }

    @Override
    public List<Shard> all() {
      return List.of(shard);
    }

    @Override
    public void refresh() {
      // There is nothing to find out: Redisson follows a failover by itself.
    }
  }
}
