package dev.quota.store;

import dev.quota.policy.QuotaPolicy;

/**
 * How much memory of the process an engine may use for counts: all counts if there is no other
 * store, else those that a node makes alone while the store is away. Values are immutable.
 *
 * <p>Counts are never forgotten to make room. At the bound, existing keys are counted exactly as
 * before. A charge that needs a new key is decided by the {@link QuotaPolicy#onStoreFailure} of its
 * quota. Memory is estimated: 320 bytes for a key, 100 for each of its limits, 900 if operations
 * are remembered and 500 for each of them, and 200 for a permit.
 *
 * @param maxBytes the most memory, by estimate, at least 100,000 bytes. Operations on existing keys
 *     may use a quarter more
 * @param maxOperationsPerSubject how many open reservations and idempotency keys of one subject are
 *     remembered on one key at the same time, from 1 to 1,000,000
 */
public record InProcessBounds(long maxBytes, int maxOperationsPerSubject) {

  /** With a quarter, a policy of three limits has room for 400,000 keys per GiB of heap. */
  private static final double DEFAULT_HEAP_SHARE = 0.25;

  private static final int DEFAULT_OPERATIONS = 10_000;
  private static final int MOST_OPERATIONS = 1_000_000;
  private static final long LEAST_BYTES = 100_000;

  /**
   * Checks the ranges.
   *
   * @param maxBytes the component
   * @param maxOperationsPerSubject the component
   * @throws IllegalArgumentException if a number is out of range
   */
  public InProcessBounds {
    if (maxBytes < LEAST_BYTES) {
      throw new IllegalArgumentException(
          "maxBytes must be at least " + LEAST_BYTES + ", was " + maxBytes);
    }
    if (maxOperationsPerSubject < 1 || maxOperationsPerSubject > MOST_OPERATIONS) {
      throw new IllegalArgumentException(
          "maxOperationsPerSubject must be between 1 and "
              + MOST_OPERATIONS
              + ", was "
              + maxOperationsPerSubject);
    }
  }

  /**
   * Returns a quarter of the largest heap ({@link Runtime#maxMemory}), and 10,000 operations of one
   * subject on one key.
   *
   * @return the default bounds
   */
  public static InProcessBounds defaults() {
    return ofHeapShare(DEFAULT_HEAP_SHARE);
  }

  /**
   * Returns a share of the largest heap, and 10,000 operations of one subject on one key.
   *
   * @param share more than 0, at most 0.75
   * @return the bounds
   * @throws IllegalArgumentException if the share is out of range
   */
  public static InProcessBounds ofHeapShare(double share) {
    if (!(share > 0 && share <= 0.75)) {
      throw new IllegalArgumentException(
          "share must be more than 0 and at most 0.75, was " + share);
    }
    long bytes = (long) (Runtime.getRuntime().maxMemory() * share);
    return new InProcessBounds(Math.max(LEAST_BYTES, bytes), DEFAULT_OPERATIONS);
  }

  /**
   * Returns the same with another bound on memory.
   *
   * @param bytes the most memory, by estimate
   * @return the bounds
   * @throws IllegalArgumentException if the number is out of range
   */
  public InProcessBounds withMaxBytes(long bytes) {
    return new InProcessBounds(bytes, maxOperationsPerSubject);
  }

  /**
   * Returns the same with another bound on operations.
   *
   * @param operations of one subject on one key
   * @return the bounds
   * @throws IllegalArgumentException if the number is out of range
   */
  public InProcessBounds withMaxOperationsPerSubject(int operations) {
    return new InProcessBounds(maxBytes, operations);
  }
}
