package dev.quota;

import dev.quota.spi.Operation;
import dev.quota.spi.QuotaStore;
import dev.quota.spi.StoreCommand;
import dev.quota.spi.StoreReply;
import dev.quota.store.InProcessBounds;
import dev.quota.store.QuotaClock;
import dev.quota.store.QuotaStoreException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletionStage;

/**
 * Turns requests into decisions, as steps. It asks the store or the fallback and decides by the
 * answer. Thread-safe.
 */
final class Decider implements AutoCloseable {

  /** A refusal is decided again if the units have become free in the meantime. */
  private static final int TRIES = 2;

  /** What answers a request: the store or the fallback. */
  @FunctionalInterface
  private interface Source {
    Step<Decided> decide(Request request, Optional<Operation> operation);
  }

  private final QuotaStore store;
  private final QuotaClock clock;
  private final Events events;
  private final Projection projection;
  private final StoreFailures failures;
  private final Fallback fallback;
  private final StepRunner runner;
  private final Source fromStore = FromStore::new;

  /**
   * How long a store remembers a reservation without a renewal. After a longer outage the estimate
   * stays charged.
   */
  private final Duration keep;

  Decider(
      QuotaStore store,
      QuotaClock clock,
      Duration keep,
      Duration timeout,
      Observers observers,
      Events events,
      InProcessBounds inProcess) {
    this.keep = keep;
    this.store = store;
    this.clock = clock;
    this.events = events;
    this.projection = new Projection(clock);
    this.failures = new StoreFailures(clock, !store.isRemote());
    this.fallback = new Fallback(clock, failures, inProcess);
    this.runner = new StepRunner(store, failures, timeout, observers);
  }

  /** Decides about a charge. */
  Step<Decided> charge(Request request) {
    // An operation holds the permits until the work is over.
    Optional<Duration> lease = request.longestLease();
    return decide(
        request,
        lease.isPresent() ? Optional.of(reservation(request, lease)) : Optional.empty(),
        fromStore);
  }

  /** Decides about a charge that is made only once under an id. */
  Step<Decided> chargeOnce(Request request, String id, Duration window) {
    Duration lease = request.longestLease().orElse(window);
    Operation operation = Operation.charge(id, lease.compareTo(window) > 0 ? lease : window);
    return decide(request, Optional.of(operation.by(owner(request))), fromStore);
  }

  /** Decides about a reservation. */
  Step<Decided> reserve(Request request) {
    Operation operation = reservation(request, request.longestLease());
    return reserve(request, Optional.of(operation), 1);
  }

  private Step<Decided> reserve(Request request, Optional<Operation> operation, int tries) {
    Step<Decided> first = decide(request, operation, fromStore);
    if (!request.isRange()) {
      return first;
    }
    return first.then(
        decided ->
            decided.decision().isAllowed()
                ? Step.done(decided)
                : refusedRange(request, operation, tries));
  }

  /** Decides about the refusal of a range. Its states are about the least that was asked for. */
  private Step<Decided> refusedRange(Request request, Optional<Operation> operation, int tries) {
    Request leastOf = request.leastOf();
    return peek(leastOf, true)
        .then(
            least ->
                !least.quotas().stream().allMatch(QuotaState::allowed) || tries >= TRIES
                    ? Step.done(Decided.refused(request, least, Refusals.of(least)))
                    : reserve(request, operation, tries + 1));
  }

  private Operation reservation(Request request, Optional<Duration> lease) {
    Duration longest = lease.filter(it -> it.compareTo(keep) > 0).orElse(keep);
    return Operation.reservation(UUID.randomUUID().toString(), longest).by(owner(request));
  }

  /** Returns the owner of an operation: the person, even if the counts are shared. */
  private static String owner(Request request) {
    return request.subject().digest();
  }

  private Step<Decided> decide(Request asked, Optional<Operation> operation, Source source) {
    Request request = DegradeTo.withoutClosed(asked, clock);
    if (request.isNotInPlan()) {
      QuotaSnapshot states = StateAssembler.notInPlan(request, clock.millis());
      return Step.done(
          Decided.refused(
              request,
              states,
              new Decision.NeverFits(states, Decision.NeverFits.Reason.NOT_IN_PLAN)));
    }
    return request.chargesNothing() ? uncharged(request) : source.decide(request, operation);
  }

  private Step<Decided> uncharged(Request request) {
    return look(request.atUsualCost(), true)
        .map(states -> allowed(request, uncounted(request), states, Optional.empty()));
  }

  private Answer uncounted(Request request) {
    return new UncountedAnswer(request, store, Instant.ofEpochMilli(clock.millis()));
  }

  /** Asks the store to take the units, and decides by its reply. */
  private final class FromStore extends Step.Ask<Decided> {

    private final Request request;
    private final Optional<Operation> operation;

    FromStore(Request request, Optional<Operation> operation) {
      super(store, request.take(operation));
      this.request = request;
      this.operation = operation;
    }

    @Override
    Step<Decided> answered(StoreReply reply) {
      return decided(request, operation, new StoreAnswer(request, store, reply), fromStore);
    }

    @Override
    Step<Decided> failed(QuotaStoreException failure) {
      return new FromFallback(failure).decide(request, operation);
    }
  }

  /** Decides on this node alone, after the store could not answer. */
  private final class FromFallback implements Source {

    private final QuotaStoreException failure;

    FromFallback(QuotaStoreException failure) {
      this.failure = failure;
    }

    @Override
    public Step<Decided> decide(Request request, Optional<Operation> operation) {
      return fallback
          .take(request, operation, failure)
          .then(answer -> decided(request, operation, answer, this));
    }
  }

  /** Decides by an answer. If another quota must be charged instead, asks again. */
  private Step<Decided> decided(
      Request request, Optional<Operation> operation, Answer answer, Source source) {
    QuotaSnapshot states = projection.of(request, StateAssembler.decided(request, answer));
    if (answer.isRefused() && !answer.isTooLarge()) {
      Optional<Request> instead = DegradeTo.of(request, states);
      if (instead.isPresent()) {
        return decide(instead.get(), operation, source);
      }
    }
    Optional<QuotaStoreException> failure = answer.failure();
    if (failure.isPresent()) {
      events.storeFailed(request, states, failure.get());
    }
    return Step.done(
        answer.isRefused()
            ? Decided.refused(request, states, Refusals.of(request, answer, states))
            : allowed(request, answer, states, operation));
  }

  private static Decided allowed(
      Request request, Answer answer, QuotaSnapshot states, Optional<Operation> operation) {
    return new Decided(
        request,
        states,
        answer,
        new Decision.Allowed(
            StateAssembler.withReplaced(request, states), answer.receipt(operation)));
  }

  /** Reports states. */
  Step<QuotaSnapshot> states(Request request) {
    return peek(request, false);
  }

  private Step<QuotaSnapshot> peek(Request request, boolean isStep) {
    Request whole = DegradeTo.withTargets(request);
    Step<QuotaSnapshot> states = look(whole, isStep);
    return whole == request ? states : states.map(answered -> DegradeTo.joined(request, answered));
  }

  private Step<QuotaSnapshot> look(Request request, boolean isStep) {
    return request.asksNoStore()
        ? Step.done(StateAssembler.asked(request, uncounted(request)))
        : new Look(request, isStep);
  }

  /** Asks the store to report, or the fallback if the store cannot answer. */
  private final class Look extends Step.Ask<QuotaSnapshot> {

    private final Request request;

    Look(Request request, boolean isStep) {
      super(store, request.peek(isStep));
      this.request = request;
    }

    @Override
    Step<QuotaSnapshot> answered(StoreReply reply) {
      return Step.done(states(request, reply));
    }

    @Override
    Step<QuotaSnapshot> failed(QuotaStoreException failure) {
      return fallback.peek(request, failure).map(answer -> StateAssembler.asked(request, answer));
    }
  }

  /** Returns the states of a request by the reply to another command on the same entries. */
  QuotaSnapshot states(Request request, StoreReply reply) {
    StoreAnswer answer = new StoreAnswer(request, store, reply);
    return projection.of(request, StateAssembler.asked(request, answer));
  }

  /** Returns the runner of the steps. */
  StepRunner runner() {
    return runner;
  }

  /** Reports states, and waits for them. */
  QuotaSnapshot peek(Request request) {
    return runner.run(states(request));
  }

  /** Sends a command to the shared store, or to the in-process store of the fallback. */
  StoreReply execute(QuotaStore counting, StoreCommand command) {
    return runner.run(Step.ask(counting, command));
  }

  /** Sends a command without waiting for its reply; the stage fails where the store does. */
  CompletionStage<StoreReply> send(QuotaStore counting, StoreCommand command) {
    return runner.send(counting, command);
  }

  StoreReply execute(StoreCommand command) {
    return execute(store, command);
  }

  /** Returns elapsed time. Only differences between two calls have a meaning. */
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
    failures.close();
    fallback.close();
    store.close();
  }
}
