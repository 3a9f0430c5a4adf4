package dev.quota.benchmarks.redis;

import java.util.List;
import java.util.function.Function;

/** The name of a contender and its factory on a node. All contenders are listed here. */
record Entrant(String name, Function<Node, Contender> maker) {

  /** The baseline that the others are divided by. */
  static final Entrant FLOOR = new Entrant("floor", EmptyScript::new);

  /** In the order of the tables. */
  static final List<Entrant> ALL =
      List.of(
          FLOOR,
          new Entrant("quota", RedisQuota::alone),
          new Entrant("quota-combining", RedisQuota::combining),
          new Entrant("quota-engine", RedisQuota::throughEngine),
          new Entrant("bare", TimeGetSetScript::new),
          new Entrant("rratelimiter", RedissonRateLimiter::new),
          new Entrant("bucket4j", RedissonBucket4j::new),
          new Entrant("gateway", TwoKeyTokenBucket::new));

  static Entrant named(String name) {
    return ALL.stream()
        .filter(entrant -> entrant.name.equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "contender must be one of "
                        + ALL.stream().map(Entrant::name).toList()
                        + ", was "
                        + name));
  }
}
