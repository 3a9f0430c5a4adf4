package dev.quota;

import dev.quota.internal.Digests;
import dev.quota.internal.InMemoryQuotaStore;
import dev.quota.spi.Fit;
import dev.quota.spi.Operation;
import dev.quota.spi.QuotaClock;
import dev.quota.spi.QuotaStore;
import dev.quota.spi.QuotaStoreException;
import dev.quota.spi.StoreCommand;
import dev.quota.spi.StoreReply;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Asks the store, or what stands in for it, and turns its replies into decisions. Thread-safe. */
final class Decider implements AutoCloseable {

  /** A second decision is made where what was said to be short was there a moment later. */
  private static final int TRIES = 2;

  private final QuotaStore store;
  private final QuotaClock clock;
  private final Projection projection;

  private final WithoutStore withoutStore;

  /** How long a store remembers what nobody renews: an outage this long costs an estimate. */
  private final Duration keep;

  Decider(
      QuotaStore store, QuotaClock clock, Duration keep, Events events, InProcessBounds inProcess) {
    this.keep = keep;
    this.store = store;
    this.clock = clock;
    this.projection = new Projection(clock);
    this.withoutStore =
        new WithoutStore(clock, events, inProcess, store instanceof InMemoryQuotaStore);
  }

  /** Decides about a charge. */
  Decided charge(Request request) {
    // Places are held by an operation, which is over when the work is.
    Optional<Duration> lease = request.longestLease();
    return decide(
        request, lease.isPresent() ? Optional.of(reservation(request, lease)) : Optional.empty());
  }

  /** Decides about a charge that is made once under an id. */
  Decided chargeOnce(Request request, String id, Duration window) {
    Duration lease = request.longestLease().orElse(window);
    Operation operation = Operation.charge(id, lease.compareTo(window) > 0 ? lease : window);
    return decide(request, Optional.of(operation.by(owner(request))));
  }

  /** Decides about a reservation. */
  Decided reserve(Request request) {
    Operation operation = reservation(request, request.longestLease());
    Decided decided = decide(request, Optional.of(operation));
    for (int tries = 1; request.isRange() && !decided.decision().isAllowed(); tries++) {
      // What was refused is the least that was asked for, and not the most.
      QuotaSnapshot least = peek(request.leastOf(), true);
      if (!least.quotas().stream().allMatch(QuotaState::allowed) || tries >= TRIES) {
        return new Decided(request, least, line -> 0, refusal(least));
      }
      decided = decide(request, Optional.of(operation));
    }
    return decided;
  }

  private Operation reservation(Request request, Optional<Duration> lease) {
    Duration longest = lease.filter(it -> it.compareTo(keep) > 0).orElse(keep);
    return Operation.reservation(UUID.randomUUID().toString(), longest).by(owner(request));
  }

  /** Returns who makes an operation: the person, also where the counts are those of many. */
  private static String owner(Request request) {
    Subject subject = request.subject();
    return Digests.digest(subject.kind().text() + ":" + subject.id());
  }

  private Decided decide(Request asked, Optional<Operation> operation) {
    Request request = asked.withoutClosed(clock.millis());
    if (request.isNotInPlan()) {
      QuotaSnapshot states = request.notInPlan(clock.millis());
      return new Decided(
          request,
          states,
          line -> 0,
          new Decision.NeverFits(states, Decision.NeverFits.Reason.NOT_IN_PLAN));
    }
    if (request.chargesNothing()) {
      QuotaSnapshot states = answer(request.atUsualCost(), true);
      return new Decided(
          request,
          states,
          request::takenUnasked,
          new Decision.Allowed(
              request.withReplaced(states),
              Receipt.ofNothing(store, request.subject(), request.isDegradedUnasked())));
    }
    StoreReply reply;
    try {
      reply = execute(request.take(operation));
    } catch (QuotaStoreException e) {
      return withoutStore.decide(request, operation, e);
    }
    QuotaSnapshot states = projection.of(request, request.statesAfterTake(reply));
    if (reply.outcome() != StoreReply.Outcome.REFUSED) {
      return new Decided(
          request,
          states,
          line -> request.taken(line, reply),
          new Decision.Allowed(
              request.withReplaced(states), request.receipt(store, reply, operation)));
    }
    Optional<Request> instead = request.degraded(states);
    return instead.isPresent()
        ? decide(instead.get(), operation)
        : new Decided(request, states, line -> 0, refusal(states));
  }

  private static Decision refusal(QuotaSnapshot states) {
    QuotaState binding = states.binding();
    return binding
        .retryAfter()
        .<Decision>map(wait -> new Decision.Denied(states, wait))
        .orElseGet(() -> new Decision.NeverFits(states, reason(binding.binding())));
  }

  private static Decision.NeverFits.Reason reason(LimitState limit) {
    if (!limit.isOfConversation() || limit.fit() instanceof Fit.Never) {
      return Decision.NeverFits.Reason.TOO_LARGE;
    }
    return limit.countsCalls()
        ? Decision.NeverFits.Reason.CONVERSATION_TOO_LONG
        : Decision.NeverFits.Reason.CONVERSATION_SPENT;
  }

  /** Reports states. */
  QuotaSnapshot peek(Request request) {
    return peek(request, false);
  }

  private QuotaSnapshot peek(Request request, boolean isStep) {
    Request whole = request.withTargets();
    QuotaSnapshot states = answer(whole, isStep);
    return whole == request ? states : request.joined(states);
  }

  private QuotaSnapshot answer(Request request, boolean isStep) {
    if (request.asksNoStore()) {
      return request.states(clock.millis());
    }
    StoreReply reply;
    try {
      reply = execute(request.peek(isStep));
    } catch (QuotaStoreException e) {
      return withoutStore.peek(request, e);
    }
    return projection.of(request, request.states(reply));
  }

  /** Returns the states of a request after a command by whose reply they can be told. */
  QuotaSnapshot states(Request request, StoreReply reply) {
    return projection.of(request, request.states(reply));
  }

  /** Sends a command to the store that counts, or to the one in this process that stood in. */
  StoreReply execute(QuotaStore counting, StoreCommand command) {
    try {
      return counting == store ? execute(command) : counting.execute(command);
    } catch (QuotaStoreException e) {
      withoutStore.failed(e);
      throw e;
    }
  }

  /** Sends a command without waiting for its reply; the stage fails where the store does. */
  CompletionStage<StoreReply> send(QuotaStore counting, StoreCommand command) {
    return counting
        .executeAsync(command)
        .whenComplete(
            (reply, failure) -> {
              if (counting == store) {
                heard(withoutStore, failure);
              }
            });
  }

  private static void heard(WithoutStore outages, @Nullable Throwable failure) {
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    if (cause == null) {
      outages.answered();
    } else if (cause instanceof QuotaStoreException known) {
      outages.failed(known);
    }
  }

  StoreReply execute(StoreCommand command) {
    StoreReply reply = store.execute(command);
    withoutStore.answered();
    return reply;
  }

  /** Returns how much time has passed; only differences say something. */
  long elapsedMillis() {
    return clock.elapsedMillis();
  }

  /** Returns how long a store remembers a reservation that nobody renews. */
  Duration keep() {
    return keep;
  }

  QuotaStore store() {
    return store;
  }

  @Override
  public void close() {
    withoutStore.close();
    store.close();
  }
}
