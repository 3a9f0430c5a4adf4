package dev.quota;

import dev.quota.internal.memory.InMemoryQuotaStore;
import dev.quota.spi.Operation;
import dev.quota.spi.QuotaStore;
import dev.quota.spi.StoreCommand;
import dev.quota.spi.StoreReply;
import dev.quota.store.InProcessBounds;
import dev.quota.store.QuotaClock;
import dev.quota.store.QuotaStoreException;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;

/**
 * Answers while the store cannot, as the policy of each quota says. Thread-safe.
 *
 * <p>What this node counts alone is kept until its windows end, across outages. If it were
 * forgotten when the store comes back, the next outage in the same window would grant it again.
 */
final class Fallback {

  /** When to ask again. The jitter spreads the retries of refused clients. */
  private static final long SHORTEST_WAIT_MILLIS = 2_000;

  private static final long LONGEST_WAIT_MILLIS = 5_000;

  private final QuotaClock clock;
  private final StoreFailures failures;
  private final QuotaStore counts;

  Fallback(QuotaClock clock, StoreFailures failures, InProcessBounds bounds) {
    this.clock = clock;
    this.failures = failures;
    this.counts = InMemoryQuotaStore.builder().clock(clock).bounds(bounds).build();
  }

  /**
   * Takes what a request charges, as far as this node may decide it alone.
   *
   * @param failure why the store did not answer
   * @throws QuotaStoreException if nothing can be decided without the store
   */
  Step<Answer> take(Request request, Optional<Operation> operation, QuotaStoreException failure) {
    requireAlternative(failure);
    if (failures.isInProcess()) {
      return take(request, operation, failure, false);
    }
    return take(request, operation, failure, true)
        .orElse(
            full -> {
              requireAlternative(full);
              return take(request, operation, failure, false);
            });
  }

  private Step<Answer> take(
      Request request,
      Optional<Operation> operation,
      QuotaStoreException failure,
      boolean counting) {
    NodeShare share = new NodeShare(request, counting);
    boolean mayTake = !share.isTooLarge() && !share.refuses();
    return ask(share, failure, own -> mayTake ? own.take(operation) : own.peek());
  }

  /**
   * Reports what a request asks about, as far as this node knows it.
   *
   * @param failure why the store did not answer
   * @throws QuotaStoreException if nothing can be said without the store
   */
  Step<Answer> peek(Request request, QuotaStoreException failure) {
    requireAlternative(failure);
    return ask(new NodeShare(request, !failures.isInProcess()), failure, NodeShare::peek);
  }

  private Step<Answer> ask(
      NodeShare share, QuotaStoreException failure, Function<NodeShare, StoreCommand> command) {
    if (share.isEmpty()) {
      return Step.done(answer(share, Optional.empty(), failure));
    }
    return Step.ask(counts, command.apply(share))
        .map(reply -> answer(share, Optional.of(reply), failure));
  }

  private Answer answer(NodeShare share, Optional<StoreReply> reply, QuotaStoreException failure) {
    return new FallbackAnswer(
        share,
        counts,
        reply,
        // Waits are counted from the moment of the answer.
        reply.map(StoreReply::now).orElseGet(() -> Instant.ofEpochMilli(clock.millis())),
        ThreadLocalRandom.current().nextLong(SHORTEST_WAIT_MILLIS, LONGEST_WAIT_MILLIS + 1),
        failure);
  }

  private void requireAlternative(QuotaStoreException failure) {
    if (failures.isFinal(failure)) {
      throw failure;
    }
  }

  /** Forgets what this node counted. */
  void close() {
    counts.close();
  }
}
