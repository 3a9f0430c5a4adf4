package dev.quota.benchmarks.redis;

import java.util.List;
import org.redisson.api.RScript;
import org.redisson.client.codec.ByteArrayCodec;
import org.redisson.client.codec.Codec;

/** A loaded Lua script, called by its digest. */
final class Script {

  private final RScript script;
  private final String sha;

  private Script(Node node, Codec codec, String lua) {
    script = node.redisson().getScript(codec);
    sha = script.scriptLoad(lua);
  }

  /** Loads a script that takes and returns bytes. */
  static Script ofBytes(Node node, String lua) {
    return new Script(node, ByteArrayCodec.INSTANCE, lua);
  }

  /** Loads a script whose arguments and replies are in the given codec. */
  static Script of(Node node, Codec codec, String lua) {
    return new Script(node, codec, lua);
  }

  byte[] bytes(String key, byte[] argument) {
    return script.evalSha(
        RScript.Mode.READ_WRITE, sha, RScript.ReturnType.VALUE, List.of(key), argument);
  }

  List<Long> longs(List<Object> keys, Object... arguments) {
    return script.evalSha(RScript.Mode.READ_WRITE, sha, RScript.ReturnType.LIST, keys, arguments);
  }
}
