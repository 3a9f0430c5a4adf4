package dev.quota.benchmarks.redis;

import java.util.List;
import org.redisson.client.codec.StringCodec;

/**
 * A token bucket with one limit in two keys: the tokens, and the second of their count. Both are
 * written at each decision. It works as Spring Cloud Gateway's limiter does, with its own script.
 */
final class TwoKeyTokenBucket implements Contender {

  private static final String LUA =
      """
      local rate = tonumber(ARGV[1])
      local capacity = tonumber(ARGV[2])
      local asked = tonumber(ARGV[3])
      local now = tonumber(redis.call('TIME')[1])
      local tokens = tonumber(redis.call('GET', KEYS[1])) or capacity
      local since = tonumber(redis.call('GET', KEYS[2])) or 0
      tokens = math.min(capacity, tokens + math.max(0, now - since) * rate)
      local granted = 0
      if tokens >= asked then
        tokens = tokens - asked
        granted = 1
      end
      local twiceToFull = math.floor(2 * capacity / rate)
      if twiceToFull > 0 then
        redis.call('SETEX', KEYS[1], twiceToFull, tokens)
        redis.call('SETEX', KEYS[2], twiceToFull, now)
      end
      return {granted, tokens}
      """;

  private static final String RATE = Long.toString(Capacities.PER_MINUTE / 60);
  private static final String CAPACITY = Long.toString(Capacities.PER_MINUTE);

  private final Script script;
  private final List<List<Object>> keys;

  TwoKeyTokenBucket(Node node) {
    script = Script.of(node, StringCodec.INSTANCE, LUA);
    keys =
        node.ids().stream()
            .map(id -> List.<Object>of("g.{" + id + "}.tokens", "g.{" + id + "}.timestamp"))
            .toList();
  }

  @Override
  public boolean decide(int user) {
    return script.longs(keys.get(user), RATE, CAPACITY, "1").get(0) == 1;
  }
}
