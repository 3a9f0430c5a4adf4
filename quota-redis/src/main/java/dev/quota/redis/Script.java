package dev.quota.redis;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * A Lua script and its digest, by which Redis knows it when it is loaded. Immutable.
 *
 * @param text the Lua text
 * @param sha the SHA-1 digest of the text, in lower case hexadecimal
 */
record Script(String text, String sha) {

  static Script of(String text) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-1").digest(text.getBytes(StandardCharsets.UTF_8));
      return new Script(text, HexFormat.of().formatHex(digest));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-1", e);
    }
  }

  /** The source of time of a script. */
  enum Clock {
    /** From Redis: the only clock that all nodes share. */
    REDIS(
        """
        local clock = redis.call('TIME')
        local millis = clock[2] / 1000
        local real = clock[1] * 1000 + millis - millis % 1
        """),
    /** From an argument, so that tests can move it. */
    ARGUMENT(
        """
        local real = struct.unpack('<d', ARGV[2])
        """);

    final String lua;

    Clock(String lua) {
      this.lua = lua;
    }
  }
}
