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
  private final OverloadLog overloads;

  /** True if the store that failed is in this process, so that nobody is left to count alone. */
  private final boolean inProcess;

  private final QuotaStore counts;
  private volatile boolean closed;

  WithoutStore(QuotaClock clock, Events events, InProcessBounds bounds, boolean inProcess) {
    this.clock = clock;
    this.events = events;
    this.outages = new OutageLog(clock);
    this.sheds = new ShedLog(clock);
    this.overloads = new OverloadLog(clock);
    this.inProcess = inProcess;
    this.counts = InMemoryQuotaStore.builder().clock(clock).bounds(bounds).build();
  }

  /** Notes that the store answered. */
  void answered() {
    outages.answered();
  }

  /** Notes that the store did not answer; throws the failure on if the engine is closed. */
  void failed(QuotaStoreException failure) {
    if (closed || (inProcess && !failure.isOverloaded())) {
      throw failure;
    }
    if (failure.isShed()) {
      // The store is not away, and charges are not decided without it.
      sheds.shed(failure);
    } else if (failure.isOverloaded()) {
      overloads.refused(failure);
    } else {
      outages.failed(failure);
    }
  }

  /** Decides about what the store did not answer. */
  Decided decide(Request request, Optional<Operation> operation, QuotaStoreException failure) {
    failed(failure);
    try {
      return decideAlone(request, operation, failure, !inProcess);
    } catch (QuotaStoreException full) {
      failed(full);
      return decideAlone(request, operation, failure, false);
    }
  }

  /**
   * Decides without the store.
   *
   * @param counting whether this node can count alone; if not, that is refused
   */
  private Decided decideAlone(
      Request request,
      Optional<Operation> operation,
      QuotaStoreException failure,
      boolean counting) {
    boolean tooLarge = false;
    boolean refused = false;
    for (int i = 0; i < request.size(); i++) {
      tooLarge |= isTooLarge(request.line(i));
      refused |= isRefused(request.line(i), counting);
    }
    StatesWithoutStore states =
        states(new LocalPart(request, counting), operation, !tooLarge && !refused);
    boolean taken =
        states.reply().filter(reply -> reply.outcome() == StoreReply.Outcome.REFUSED).isEmpty();
    boolean allowed = !tooLarge && !refused && taken;
    QuotaSnapshot snapshot = allowed ? states.letThrough() : states.asked();
    if (!allowed && !tooLarge) {
      Optional<Request> instead = request.degraded(snapshot);
      if (instead.isPresent()) {
        return decideAlone(instead.get(), operation, failure, counting);
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

  private static boolean isRefused(Request.Line line, boolean counting) {
    return line.isCounted()
        && LocalPart.refuses(line.quota(), counting)
        && !line.quota().canNeverGrant(line.cost());
  }

  private StatesWithoutStore states(LocalPart local, Optional<Operation> operation, boolean take) {
    Optional<StoreReply> reply =
        local.isEmpty()
            ? Optional.empty()
            : Optional.of(counts.execute(take ? local.take(operation) : local.peek()));
    return new StatesWithoutStore(
        local.request(),
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
    return states(new LocalPart(request, !inProcess), Optional.empty(), false).asked();
  }

  /** Forgets what this node counted; charges fail afterwards. */
  void close() {
    closed = true;
    counts.close();
  }
}
