package dev.quota;

import dev.quota.internal.InMemoryQuotaStore;
import dev.quota.spi.Fit;
import dev.quota.spi.Operation;
import dev.quota.spi.QuotaClock;
import dev.quota.spi.QuotaStore;
import dev.quota.spi.QuotaStoreException;
import dev.quota.spi.StoreReply;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Decides while the store cannot answer, as the policy of each quota says. Safe for use by several
 * threads.
 *
 * <p>What this node counts alone is kept until it no longer matters, across outages: forgetting it
 * when the store comes back would grant it anew in the next outage of the same window.
 */
final class WithoutStore {

  /** How soon to ask again. The jitter keeps refused clients from coming back all at once. */
  private static final long SHORTEST_WAIT_MILLIS = 2_000;

  private static final long LONGEST_WAIT_MILLIS = 5_000;

  private final QuotaClock clock;
  private final Events events;
  private final OutageLog outages;
  private final ShedLog sheds;
  private final QuotaStore counts;
  private volatile boolean closed;

  WithoutStore(QuotaClock clock, Events events) {
    this.clock = clock;
    this.events = events;
    this.outages = new OutageLog(clock);
    this.sheds = new ShedLog(clock);
    this.counts = InMemoryQuotaStore.builder().clock(clock).build();
  }

  /** Notes that the store answered. */
  void answered() {
    outages.answered();
  }

  /** Notes that the store did not answer; throws the failure on if the engine is closed. */
  void failed(QuotaStoreException failure) {
    if (closed) {
      throw failure;
    }
    if (failure.isShed()) {
      // The store is not away, and charges are not decided without it.
      sheds.shed(failure);
    } else {
      outages.failed(failure);
    }
  }

  /** Decides about what the store did not answer. */
  Decided decide(Request request, Optional<Operation> operation, QuotaStoreException failure) {
    failed(failure);
    return decideAlone(request, operation, failure);
  }

  private Decided decideAlone(
      Request request, Optional<Operation> operation, QuotaStoreException failure) {
    boolean tooLarge = false;
    boolean refused = false;
    for (int i = 0; i < request.size(); i++) {
      tooLarge |= isTooLarge(request.line(i));
      refused |= isRefused(request.line(i));
    }
    StatesWithoutStore states = states(request, operation, !tooLarge && !refused);
    boolean taken =
        states.reply().filter(reply -> reply.outcome() == StoreReply.Outcome.REFUSED).isEmpty();
    boolean allowed = !tooLarge && !refused && taken;
    QuotaSnapshot snapshot = allowed ? states.letThrough() : states.asked();
    if (!allowed && !tooLarge) {
      Optional<Request> instead = request.degraded(snapshot);
      if (instead.isPresent()) {
        return decideAlone(instead.get(), operation, failure);
      }
    }
    events.storeFailed(request, snapshot, failure);
    if (allowed) {
      return new Decided(
          request,
          snapshot,
          states::taken,
          new Decision.Allowed(request.withReplaced(snapshot), receipt(states, operation)));
    }
    return new Decided(
        request,
        snapshot,
        states::taken,
        tooLarge
            ? neverFits(request, states.now(), snapshot)
            : refusal(snapshot, states.askAgainMillis()));
  }

  private static boolean isTooLarge(Request.Line line) {
    return line.quota().whenExhausted == WhenExhausted.BLOCK
        && line.quota().canNeverGrant(line.cost());
  }

  private static boolean isRefused(Request.Line line) {
    return line.isCounted()
        && StatesWithoutStore.refusesWithoutStore(line.quota())
        && !line.quota().canNeverGrant(line.cost());
  }

  private StatesWithoutStore states(Request request, Optional<Operation> operation, boolean take) {
    LocalPart local = new LocalPart(request);
    Optional<StoreReply> reply =
        local.isEmpty()
            ? Optional.empty()
            : Optional.of(counts.execute(take ? local.take(operation) : local.peek()));
    return new StatesWithoutStore(
        request,
        local,
        reply,
        // Waits are counted from the moment of the answer.
        reply.map(StoreReply::now).orElseGet(() -> Instant.ofEpochMilli(clock.millis())),
        ThreadLocalRandom.current().nextLong(SHORTEST_WAIT_MILLIS, LONGEST_WAIT_MILLIS + 1));
  }

  private Receipt receipt(StatesWithoutStore states, Optional<Operation> operation) {
    Subject subject = states.request().subject();
    return states
        .reply()
        .map(
            reply ->
                Receipt.of(
                    counts,
                    subject,
                    states.local().entries(),
                    reply,
                    operation,
                    states.isDegraded()))
        .orElseGet(() -> Receipt.ofNothing(counts, subject, states.isDegraded()));
  }

  private Decision neverFits(Request request, Instant now, QuotaSnapshot all) {
    QuotaState[] tooLarge =
        all.quotas().stream()
            .filter(state -> !state.allowed() && state.binding().fit() instanceof Fit.Never)
            .toArray(QuotaState[]::new);
    QuotaSnapshot states = request.snapshot(now, tooLarge);
    return new Decision.NeverFits(states, Decision.NeverFits.Reason.TOO_LARGE);
  }

  private Decision refusal(QuotaSnapshot states, long askAgainMillis) {
    QuotaState binding = states.binding();
    return binding.accuracy() == Accuracy.UNKNOWN
        ? new Decision.Unavailable(states, Duration.ofMillis(askAgainMillis))
        : new Decision.Denied(states, binding.retryAfter().orElseThrow());
  }

  /** Reports states that the store did not. */
  QuotaSnapshot peek(Request request, QuotaStoreException failure) {
    failed(failure);
    return states(request, Optional.empty(), false).asked();
  }

  /** Forgets what this node counted; charges fail afterwards. */
  void close() {
    closed = true;
    counts.close();
  }
}
