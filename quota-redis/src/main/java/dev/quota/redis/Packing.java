package dev.quota.redis;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Packs arguments in the format of the scripts: little-endian, and numbers as doubles, which are
 * the numbers of Lua. Not thread-safe.
 */
final class Packing {

  static final int NUMBER_BYTES = Double.BYTES;

  private final ByteBuffer buffer;

  Packing(int bytes) {
    buffer = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Reserves space for numbers that are known only at the end. */
  Packing skip(int numbers) {
    buffer.position(buffer.position() + numbers * NUMBER_BYTES);
    return this;
  }

  /** Sets one of the first numbers. */
  Packing set(int index, long value) {
    buffer.putDouble(index * NUMBER_BYTES, (double) value);
    return this;
  }

  /** Adds a whole number. It is exact up to 2^53, and no count is larger. */
  Packing number(long value) {
    buffer.putDouble((double) value);
    return this;
  }

  Packing number(double value) {
    buffer.putDouble(value);
    return this;
  }

  Packing octet(int value) {
    buffer.put((byte) value);
    return this;
  }

  /** Adds a number of two bytes. */
  Packing word(int value) {
    return octet(value).octet(value >> 8);
  }

  /** Adds the id of a limit. */
  Packing id(int id) {
    return octet(id).octet(id >> 8).octet(id >> 16);
  }

  Packing octets(byte[] value) {
    buffer.put(value);
    return this;
  }

  byte[] bytes() {
    return buffer.array();
  }
}
