package dev.quota.redis;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Asks a master whether it can decide. Blocks the calling thread. Not thread-safe. */
final class Probe {

  /** How long to wait for the first reply, which includes connecting. */
  static final Duration PATIENCE = Duration.ofSeconds(2);

  /**
   * How long to wait for every other reply. It is independent of the time budget of decisions,
   * because a later reply also shows that Redis works.
   */
  private static final Duration SHORT_PATIENCE = Duration.ofMillis(250);

  /**
   * The script of the probe. It writes, because a full, read-only or orphaned server still answers
   * reads. It runs all commands of the other scripts, because the user may lack a permission. INFO
   * is optional, so a missing permission for it is no failure.
   */
  private static final String LUA =
      """
      redis.call('SET', KEYS[1], '', 'EX', 1)
      redis.call('GET', KEYS[1])
      redis.call('PTTL', KEYS[1])
      redis.call('DEL', KEYS[1])
      redis.call('ZADD', KEYS[1], 1, 'p')
      redis.call('EXPIRE', KEYS[1], 1)
      redis.call('ZSCORE', KEYS[1], 'p')
      redis.call('ZCOUNT', KEYS[1], 1, 1)
      redis.call('ZRANGEBYSCORE', KEYS[1], 1, 1, 'LIMIT', 0, 1)
      redis.call('ZREM', KEYS[1], 'p')
      local found = ''
      for _, section in ipairs({'memory', 'stats'}) do
        local info = redis.pcall('INFO', section)
        if type(info) == 'string' then
          for _, name in ipairs({'maxmemory', 'maxmemory_policy', 'evicted_keys'}) do
            local value = string.match(info, '\\n' .. name .. ':([%w-]+)')
            if value then found = found .. name .. '=' .. value .. ';' end
          end
        end
      end
      return struct.pack('<Bd', 0, real) .. found
      """;

  private static final byte[] NO_ARGUMENT = {};
  private static final int INFO_AT = 9;
  private static final Pattern FIELD = Pattern.compile("(\\w+)=([^;]*);");

  private final Wire wire;
  private final RedisKeys keys;
  private final Script script;

  Probe(Wire wire, RedisKeys keys) {
    this.wire = wire;
    this.keys = keys;
    this.script = Script.of("-- quota probe\n" + wire.clock().lua + LUA);
  }

  /**
   * The INFO of a master.
   *
   * @param fields names and values of some lines of INFO; empty if it is not permitted
   */
  record Finding(Map<String, String> fields) {

    /** Returns whether counts may be evicted when the memory is full. */
    boolean mayEvict() {
      return !evictionPolicy().equals("noeviction")
          && !fields.getOrDefault("maxmemory", "0").equals("0");
    }

    String evictionPolicy() {
      return fields.getOrDefault("maxmemory_policy", "noeviction");
    }

    /** Returns how many keys it has evicted since it started. */
    long evictedKeys() {
      String number = fields.getOrDefault("evicted_keys", "0");
      return number.matches("\\d{1,18}") ? Long.parseLong(number) : 0;
    }
  }

  /** Asks, and learns the master's time. A reply that arrives later is still noted. */
  Finding ask(Shard shard) throws InterruptedException, ExecutionException, TimeoutException {
    List<Object> key = List.of(keys.internal(shard.tag()));
    Duration patience = shard.time().isKnown() ? SHORT_PATIENCE : PATIENCE;
    byte[] reply;
    try {
      reply = within(patience, evaluate(shard, key));
    } catch (ExecutionException e) {
      if (RedisFailure.of(e) != RedisFailure.NO_SCRIPT) {
        throw e;
      }
      String sha = within(patience, wire.load(script, key));
      if (!sha.equals(script.sha())) {
        throw new IllegalStateException("Redis names the script " + sha + ", not " + script.sha());
      }
      reply = within(patience, evaluate(shard, key));
    }
    return finding(new String(reply, INFO_AT, reply.length - INFO_AT, StandardCharsets.US_ASCII));
  }

  private CompletableFuture<byte[]> evaluate(Shard shard, List<Object> key) {
    long askedNanos = System.nanoTime();
    return wire.evaluate(script, key, NO_ARGUMENT)
        .whenComplete(
            (reply, failure) -> {
              if (failure == null) {
                shard.time().learn(ReplyTime.millis(reply), askedNanos, System.nanoTime());
                shard.breaker().alive();
              }
            });
  }

  /**
   * Waits in small steps. Late steps do not count, because the reply may wait for processor time
   * too.
   */
  private static <T> T within(Duration patience, CompletableFuture<T> answer)
      throws InterruptedException, ExecutionException, TimeoutException {
    long stepNanos = TimeUnit.MILLISECONDS.toNanos(Breaker.TICK_MILLIS);
    long onTime = patience.toMillis() / Breaker.TICK_MILLIS;
    long all = Math.max(onTime, Breaker.MOST_TICKS);
    while (true) {
      long dueNanos = System.nanoTime() + stepNanos;
      try {
        return answer.get(stepNanos, TimeUnit.NANOSECONDS);
      } catch (TimeoutException e) {
        all--;
        onTime -= System.nanoTime() - dueNanos < Breaker.LATE_TICK_NANOS ? 1 : 0;
        if (onTime <= 0 || all <= 0) {
          throw e;
        }
      }
    }
  }

  private static Finding finding(String info) {
    Map<String, String> found = new HashMap<>();
    Matcher fields = FIELD.matcher(info);
    while (fields.find()) {
      found.put(fields.group(1), fields.group(2));
    }
    return new Finding(Map.copyOf(found));
  }
}
