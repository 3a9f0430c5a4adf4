package dev.quota;

import dev.quota.spi.LimitResult;
import dev.quota.spi.Operation;
import dev.quota.store.Accuracy;
import dev.quota.store.QuotaStoreException;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What is known about the quotas of one request. It comes from the store ({@link StoreAnswer}) or
 * from this node alone ({@link FallbackAnswer}). If nothing is counted, the policy alone answers
 * ({@link UncountedAnswer}). {@link StateAssembler} makes states of it.
 */
interface Answer {

  /** Returns the moment of the numbers. */
  Instant now();

  /** Returns whether the request is refused, so that nothing was taken. */
  boolean isRefused();

  /** Returns whether the request is known to ask for more than can ever be granted. */
  default boolean isTooLarge() {
    return false;
  }

  /** Returns how much was taken of a line. */
  long taken(int line);

  /** Returns whether the line was allowed, so that its state is about the next cost. */
  boolean isLetThrough(int line);

  /** Returns how much was taken of an entry of a line; empty if it is not known. */
  OptionalLong takenOf(int line, int entry);

  /** Returns how much is known about a line at a cost. */
  Certainty certainty(int line, long cost);

  /** Returns the numbers of a limit of a line at a cost. */
  LimitResult result(int line, ResolvedLimit limit, Certainty certainty, long cost);

  /** Returns how far those numbers can be trusted. */
  default Accuracy accuracy(int line, ResolvedLimit limit, Certainty certainty, long cost) {
    return certainty.accuracy();
  }

  /** Returns what was taken. */
  Receipt receipt(Optional<Operation> operation);

  /** Returns why the store did not answer; empty if it answered or was not asked. */
  default Optional<QuotaStoreException> failure() {
    return Optional.empty();
  }
}
