package dev.quota;

import dev.quota.spi.LimitResult;
import dev.quota.spi.Operation;
import dev.quota.store.Accuracy;
import dev.quota.store.QuotaStoreException;
import java.time.Instant;
import java.util.Optional;

/**
 * What is known about the quotas of one request, whoever said it: the store ({@link StoreAnswer}),
 * this node alone ({@link FallbackAnswer}), or nobody, because nothing is counted ({@link
 * UncountedAnswer}). {@link StateAssembler} makes states of it.
 */
interface Answer {

  /** Returns the moment that the numbers are of. */
  Instant now();

  /** Returns whether the request is refused, so that nothing was taken. */
  boolean isRefused();

  /** Returns whether more was asked for than could ever be granted; only where it is known. */
  default boolean isTooLarge() {
    return false;
  }

  /** Returns how much was taken of a line. */
  long taken(int line);

  /** Returns whether a line was let through, so that its state tells about its next cost. */
  boolean isLetThrough(int line);

  /** Returns how much is known about a line at a cost. */
  Certainty certainty(int line, long cost);

  /** Returns the numbers of a limit of a line at a cost of which so much is known. */
  LimitResult result(int line, ResolvedLimit limit, Certainty certainty, long cost);

  /** Returns how far those numbers can be trusted. */
  default Accuracy accuracy(int line, ResolvedLimit limit, Certainty certainty, long cost) {
    return certainty.accuracy();
  }

  /** Returns what was taken, to be refunded, or to be closed when the work is over. */
  Receipt receipt(Optional<Operation> operation);

  /** Returns why the store did not answer; empty if it did, or was not asked. */
  default Optional<QuotaStoreException> failure() {
    return Optional.empty();
  }
}
