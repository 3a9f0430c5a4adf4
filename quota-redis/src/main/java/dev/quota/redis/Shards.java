package dev.quota.redis;

import java.util.List;

/** Finds the master of a key. Thread-safe. */
interface Shards {

  /** Returns the shard of a key, by the present map. */
  Shard of(String key);

  List<Shard> all();

  /** Asks again which masters there are. May block. */
  void refresh();

  /** Returns the part of a key that Redis Cluster hashes: the text between the first braces. */
  static String tag(String key) {
    return key.substring(key.indexOf('{') + 1, key.indexOf('}'));
  }

  /** One Redis that holds all keys, possibly with failover. */
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
      // Nothing to do, because Redisson follows a failover itself.
    }
  }
}
