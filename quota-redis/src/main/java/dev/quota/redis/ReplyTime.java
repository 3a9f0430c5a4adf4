package dev.quota.redis;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Reads the time of the server in a script's reply, after the first byte. Stateless. */
final class ReplyTime {

  private static final int AT = 1;

  private ReplyTime() {}

  /** Returns the time of the server in milliseconds since the epoch. */
  static long millis(byte[] reply) {
    return (long) ByteBuffer.wrap(reply).order(ByteOrder.LITTLE_ENDIAN).getDouble(AT);
  }
}
