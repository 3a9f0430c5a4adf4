package dev.quota.benchmarks.redis;

/** One way to decide about a user by way of Redis. Thread-safe. */
interface Contender extends AutoCloseable {

  /** Writes the data that must be in Redis before the first decision. Called on one node only. */
  default void prepare() {}

  /** Waits for the decision about {@code ids[user]} of the node and returns true if granted. */
  boolean decide(int user);

  /** Closes what the contender opened. The client of the node stays open. */
  @Override
  default void close() {}
}
