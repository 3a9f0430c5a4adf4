package dev.quota.redis;

/** What a {@link TcpProxy} does to the bytes of one direction. */
sealed interface ProxyFault {

  /** Where bytes are going. */
  enum Direction {
    TO_REDIS,
    TO_CLIENT
  }

  /** Delivers them at once. */
  record None() implements ProxyFault {}

  /** Delivers them later. */
  record Delay(long nanos) implements ProxyFault {}

  /** Keeps them until the fault ends. */
  record Hold() implements ProxyFault {}

  /** Does not even take them in, so that the sender's buffers fill up. */
  record Jam() implements ProxyFault {}

  /** Throws them away. */
  record Lose() implements ProxyFault {}

  /** Breaks the connection they arrive on. */
  record ResetOnArrival() implements ProxyFault {}

  /** Lets some more through, then breaks the connection that brings the next; once. */
  final class CutAfter implements ProxyFault {
    private long left;

    CutAfter(long bytes) {
      left = bytes;
    }

    /** Returns how many of these bytes still get through. */
    int allow(int bytes) {
      int allowed = (int) Math.min(left, bytes);
      left -= allowed;
      return allowed;
    }
  }
}
