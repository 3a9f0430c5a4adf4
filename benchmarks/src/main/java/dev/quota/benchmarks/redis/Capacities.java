package dev.quota.benchmarks.redis;

/** The limits of all contenders. They are so large that nothing is refused, even on one hot key. */
final class Capacities {

  static final long PER_MINUTE = 1_000_000_000L;
  static final long PER_DAY = 1_000_000_000_000L;
  static final long PER_MONTH = 10_000_000_000_000L;

  private Capacities() {}
}
