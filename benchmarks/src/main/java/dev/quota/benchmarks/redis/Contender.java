package dev.quota.benchmarks.redis;

/** One way to decide about a user by way of Redis. Thread-safe. */
interface Contender extends AutoCloseable {

  /** Writes what must be in Redis before the first decision; called on one node only. */
  default void prepare() {}

  /** Waits for the decision about {@code ids[user]} of the node and returns true if granted. */
  boolean decide(int user);

  /** Releases what the contender opened itself; the node's client stays open. */
  @Override
  default void close() {}
}
