package dev.quota.benchmarks.redis;

import java.util.List;

/**
 * The least that a script with a value per user and the server's time must do: {@code TIME}, {@code
 * GET} and {@code SET} with an expiry, and no arithmetic.
 */
final class TimeGetSetScript implements Contender {

  private static final int VALUE_BYTES = 60;
  private static final String LUA =
      """
      redis.call('TIME')
      redis.call('GET', KEYS[1])
      redis.call('SET', KEYS[1], ARGV[1], 'EX', 3600)
      return '1'
      """;

  private final Script script;
  private final List<String> keys;
  private final byte[] value = new byte[VALUE_BYTES];

  TimeGetSetScript(Node node) {
    script = Script.ofBytes(node, LUA);
    keys = EmptyScript.keys(node.ids()).stream().map(key -> "b" + key.substring(1)).toList();
  }

  @Override
  public boolean decide(int user) {
    return script.bytes(keys.get(user), value)[0] == '1';
  }
}
