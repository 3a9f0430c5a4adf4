package dev.quota.redis;

import java.util.List;

/** One call of a script. */
interface Question {

  /** Returns whether it changes nothing. Failures of reads do not open the breaker. */
  boolean isRead();

  /** Returns the script. */
  Script script();

  /** Returns its keys, all of one shard. */
  List<Object> keys();

  /**
   * Packs the argument, with values for the given time.
   *
   * @param fromMillis the earliest time at which the script may act
   * @param tillMillis the time at which it must not act any more
   */
  byte[] pack(long fromMillis, long tillMillis);
}
