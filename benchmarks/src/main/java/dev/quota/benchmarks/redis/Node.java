package dev.quota.benchmarks.redis;

import java.util.List;
import java.util.stream.IntStream;
import org.redisson.api.RedissonClient;

/** One node of an application: its client and the users that it decides about. */
record Node(RedissonClient redisson, List<String> ids) {

  Node {
    ids = List.copyOf(ids);
  }

  /** Makes up an id for each user. */
  static List<String> ids(int users) {
    return IntStream.range(0, users).mapToObj(i -> "user-" + (1_000_000 + i)).toList();
  }
}
