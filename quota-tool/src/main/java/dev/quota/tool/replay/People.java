package dev.quota.tool.replay;

import java.util.Arrays;

/** What happened to each person, in one byte for each. Not thread-safe. */
final class People {

  static final int SEEN = 1;
  static final int WARNED = 2;
  static final int REFUSED = 4;
  static final int REFUSED_UNWARNED = 8;
  static final int DEGRADED = 16;
  static final int SHADOW_REFUSED = 32;

  private byte[] flags = new byte[64];

  void add(int person, int flag) {
    if (person >= flags.length) {
      flags = Arrays.copyOf(flags, Math.max(person + 1, flags.length + flags.length / 2));
    }
    flags[person] |= (byte) flag;
  }

  boolean has(int person, int flag) {
    return person < flags.length && (flags[person] & flag) != 0;
  }

  int count(int flag) {
    int count = 0;
    for (byte each : flags) {
      count += (each & flag) != 0 ? 1 : 0;
    }
    return count;
  }

  /** Counts the people who have a flag here and not in the other. */
  int countBeyond(People other, int flag) {
    int count = 0;
    for (int i = 0; i < flags.length; i++) {
      count += has(i, flag) && !other.has(i, flag) ? 1 : 0;
    }
    return count;
  }
}
