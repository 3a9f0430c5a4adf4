package dev.quota.benchmarks.redis;

/** The limits of all contenders: so large that nobody is ever refused, even on one hot key. */
final class Capacities {

  static final long PER_MINUTE = 1_000_000_000L;
  static final long PER_DAY = 1_000_000_000_000L;
  static final long PER_MONTH = 10_000_000_000_000L;

  private Capacities() {}
}
