package dev.quota;

import dev.quota.internal.InMemoryQuotaStore;
import dev.quota.spi.Change;
import dev.quota.spi.Hold;
import dev.quota.spi.QuotaClock;
import dev.quota.spi.QuotaListener;
import dev.quota.spi.QuotaStore;
import dev.quota.spi.QuotaStoreException;
import dev.quota.spi.StoreCommand;
import dev.quota.spi.StoreHealth;
import dev.quota.spi.StoreReply;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * The engine: decides about charges and reports states. Instances are safe for use by several
 * threads.
 *
 * <p>A store that cannot answer is not an error: each quota is decided as its policy says ({@link
 * QuotaPolicy#onStoreFailure}), and states say how much is known ({@link QuotaState#accuracy}).
 *
 * <pre>{@code
 * Quotas quotas = Quotas.builder().policy(chat).build();
 * Decision decision = quotas.charge(Subject.user("alice"), "chat", 1);
 * if (decision instanceof Decision.Denied denied) {
 *   return "Try again in " + (denied.retryAfter().toSeconds() + 1) + " s";
 * }
 * }</pre>
 */
public final class Quotas implements AutoCloseable {

  private static final System.Logger LOG = System.getLogger(Quotas.class.getName());

  private final QuotaStore store;
  private final QuotaClock clock;
  private final Events events;
  private final Projection projection;
  private final int nodes;

  /** Empty if counts live in this process, where they cannot be away. */
  private final Optional<WithoutStore> withoutStore;

  private final Map<String, QuotaPolicy> inCode;
  private final Map<String, InPlace> inPlace = new LinkedHashMap<>();
  private Policies base;
  private volatile PolicyView view;

  private record InPlace(QuotaPolicy policy, String where) {}

  private Quotas(Builder builder) {
    clock = builder.clock;
    inCode = Collections.unmodifiableMap(new LinkedHashMap<>(builder.inCode));
    base = builder.policies;
    events = new Events(List.copyOf(builder.listeners));
    projection = new Projection(clock);
    nodes = builder.nodes;
    view = new PolicyView(merged(base), nodes);
    warnAboutReviews(view.policies());
    store = builder.store.orElseGet(() -> InMemoryQuotaStore.builder().clock(clock).build());
    withoutStore =
        store instanceof InMemoryQuotaStore
            ? Optional.empty()
            : Optional.of(new WithoutStore(clock, events));
  }

  /**
   * Starts an engine.
   *
   * @return a builder, to be used by one thread
   */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * Charges one quota.
   *
   * @param subject who is charged
   * @param quota the quota's name
   * @param cost how much, zero or more; zero is always allowed and counts nothing
   * @return the decision
   * @throws IllegalArgumentException if the quota is unknown or the cost out of range
   * @throws dev.quota.spi.QuotaStoreException if the engine is closed
   */
  public Decision charge(Subject subject, String quota, long cost) {
    return charge(subject, new Charge(quota, cost));
  }

  private Decision charge(Subject subject, Charge charge) {
    PolicyView.Resolved resolved = view.of(subject);
    Request.Line line = Request.Line.charge(require(resolved, charge.quota()), charge);
    return decide(new Request(subject, resolved, line));
  }

  /**
   * Charges several quotas, all or none. Charges on one quota are added up.
   *
   * @param subject who is charged
   * @param charges what to take, at least one
   * @return the decision
   * @throws IllegalArgumentException if there is no charge, or a quota is unknown
   * @throws dev.quota.spi.QuotaStoreException if the engine is closed
   */
  public Decision charge(Subject subject, List<Charge> charges) {
    if (charges.isEmpty()) {
      throw new IllegalArgumentException("charges must not be empty");
    }
    if (charges.size() == 1) {
      return charge(subject, charges.get(0));
    }
    PolicyView.Resolved resolved = view.of(subject);
    Request.Line[] lines =
        Request.summed(charges).stream()
            .map(charge -> Request.Line.charge(require(resolved, charge.quota()), charge))
            .toArray(Request.Line[]::new);
    return decide(new Request(subject, resolved, lines));
  }

  /**
   * Reports the states of all quotas. Costs nothing and creates nothing.
   *
   * @param subject whose
   * @return the states, in the order of the policies
   * @throws dev.quota.spi.QuotaStoreException if the engine is closed
   */
  public QuotaSnapshot states(Subject subject) {
    return states(subject, view.policies().names());
  }

  /**
   * Reports the states of some quotas. Costs nothing and creates nothing.
   *
   * @param subject whose
   * @param quotas names of quotas
   * @return the states, in the order of the names
   * @throws IllegalArgumentException if a quota is unknown
   * @throws dev.quota.spi.QuotaStoreException if the engine is closed
   */
  public QuotaSnapshot states(Subject subject, Collection<String> quotas) {
    PolicyView.Resolved resolved = view.of(subject);
    Request.Line[] lines =
        quotas.stream()
            .distinct()
            .map(quota -> require(resolved, quota))
            .map(found -> Request.Line.ask(found, found.policy.usualCost()))
            .toArray(Request.Line[]::new);
    return peek(new Request(subject, resolved, lines));
  }

  /**
   * Says whether a cost would be granted. Costs nothing and creates nothing.
   *
   * @param subject who would be charged
   * @param quota the quota's name
   * @param cost how much, zero or more; zero is always granted
   * @return the states of that one quota, about that cost
   * @throws IllegalArgumentException if the quota is unknown or the cost out of range
   * @throws dev.quota.spi.QuotaStoreException if the engine is closed
   */
  public QuotaSnapshot check(Subject subject, String quota, long cost) {
    PolicyView.Resolved resolved = view.of(subject);
    ResolvedQuota found = require(resolved, quota);
    Request.Line line = Request.Line.ask(found, new Charge(quota, cost).cost());
    return peek(new Request(subject, resolved, line));
  }

  /**
   * Gives a charge back to the windows it was taken from, in the store that counted it. What has
   * ended or drained since then is not given back: of 1 message a minute and 50 a day, taken two
   * minutes ago, the day gets it back and the minute does not. Only the first call for a receipt
   * has an effect.
   *
   * @param receipt what was taken
   * @return true if this call gave something back to at least one window; false if all of them have
   *     ended or drained, of which listeners hear nothing
   * @throws dev.quota.spi.QuotaStoreException if the store that it was taken from cannot answer
   */
  public boolean giveBack(Receipt receipt) {
    List<Hold> holds = receipt.holds();
    if (holds.isEmpty() || !receipt.claim()) {
      return false;
    }
    List<Change> changes = holds.stream().map(hold -> new Change(hold, 0)).toList();
    StoreReply reply;
    try {
      reply = receipt.store().execute(new StoreCommand.Settle(changes, true));
    } catch (QuotaStoreException e) {
      if (e.applied() == QuotaStoreException.Applied.NO) {
        receipt.release();
      }
      withoutStore.ifPresent(it -> it.failed(e));
      throw e;
    }
    List<Hold> returned = holds.stream().filter(hold -> isOpen(hold, reply.now())).toList();
    events.givenBack(receipt.subject(), returned);
    return !returned.isEmpty();
  }

  private static boolean isOpen(Hold hold, Instant now) {
    return hold.windowEndsMillis().stream().anyMatch(end -> end > now.toEpochMilli());
  }

  /**
   * Adds a quota that an endpoint defines in place. A quota of that name in the policy file or in
   * code takes precedence.
   *
   * @param policy the quota
   * @param where the place, for messages, such as a class name
   * @throws IllegalStateException if another place defines the name differently
   */
  public synchronized void define(QuotaPolicy policy, String where) {
    InPlace earlier = inPlace.putIfAbsent(policy.name(), new InPlace(policy, where));
    if (earlier != null) {
      if (!earlier.policy().equals(policy)) {
        throw new IllegalStateException(
            "quota "
                + policy.name()
                + " is defined differently in "
                + earlier.where()
                + " and in "
                + where
                + "; define it once, in the policies");
      }
      return;
    }
    try {
      view = new PolicyView(merged(base), nodes);
    } catch (RuntimeException e) {
      inPlace.remove(policy.name());
      throw e;
    }
  }

  /**
   * Replaces the policies that were given as a whole. Counts are kept, changed capacities apply at
   * once, and definitions in code and in place stay.
   *
   * @param policies the new policies
   * @throws IllegalArgumentException if they contradict a definition that stays; nothing is changed
   *     then
   */
  public synchronized void replacePolicies(Policies policies) {
    PolicyView changed = new PolicyView(merged(policies), nodes);
    base = policies;
    view = changed;
    warnAboutReviews(view.policies());
  }

  /**
   * Returns every policy in force, those in code and in place included.
   *
   * @return the policies
   */
  public Policies policies() {
    return view.policies();
  }

  /**
   * Reports whether the store can decide at the moment.
   *
   * @return the store's health
   */
  public StoreHealth health() {
    return store.health();
  }

  /** Closes the store. Charges fail afterwards. */
  @Override
  public void close() {
    withoutStore.ifPresent(WithoutStore::close);
    store.close();
  }

  private Policies merged(Policies given) {
    Policies.Builder builder = given.toBuilder();
    inCode.values().stream()
        .filter(policy -> !given.names().contains(policy.name()))
        .forEach(builder::quota);
    inPlace.values().stream()
        .map(InPlace::policy)
        .filter(policy -> !given.names().contains(policy.name()))
        .filter(policy -> !inCode.containsKey(policy.name()))
        .forEach(builder::quota);
    return builder.build();
  }

  private void warnAboutReviews(Policies policies) {
    LocalDate today = Instant.ofEpochMilli(clock.millis()).atZone(ZoneOffset.UTC).toLocalDate();
    for (QuotaPolicy policy : policies.quotas().values()) {
      if (policy.reviewBy().filter(today::isAfter).isPresent()) {
        LOG.log(
            System.Logger.Level.WARNING,
            "The policy of quota {0} was to be reviewed by {1}; owner: {2}.",
            policy.name(),
            policy.reviewBy().get(),
            policy.owner().orElse("none named"));
      }
    }
  }

  private static ResolvedQuota require(PolicyView.Resolved resolved, String quota) {
    ResolvedQuota found = resolved.quotas().get(quota);
    if (found == null) {
      throw new IllegalArgumentException(
          "unknown quota " + Quoted.text(quota) + "; the quotas are " + resolved.quotas().keySet());
    }
    return found;
  }

  private Decision decide(Request request) {
    if (request.isNotInPlan()) {
      QuotaSnapshot states = request.notInPlan(clock.millis());
      events.denied(states);
      return new Decision.NeverFits(states, Decision.NeverFits.Reason.NOT_IN_PLAN);
    }
    if (request.chargesNothing()) {
      QuotaSnapshot states = peek(request.atUsualCost());
      events.allowed(request, states, request::takenUnasked);
      return new Decision.Allowed(
          states, Receipt.ofNothing(store, request.subject(), request.isDegradedUnasked()));
    }
    StoreReply reply;
    try {
      reply = execute(request.take());
    } catch (QuotaStoreException e) {
      return withoutStore.orElseThrow(() -> e).decide(request, e);
    }
    QuotaSnapshot states = projection.of(request, request.statesAfterTake(reply));
    if (reply.outcome() == StoreReply.Outcome.DONE) {
      events.allowed(request, states, line -> request.taken(line, reply));
      return new Decision.Allowed(states, request.receipt(store, reply));
    }
    events.denied(states);
    return states
        .binding()
        .retryAfter()
        .<Decision>map(wait -> new Decision.Denied(states, wait))
        .orElseGet(() -> new Decision.NeverFits(states, Decision.NeverFits.Reason.TOO_LARGE));
  }

  private QuotaSnapshot peek(Request request) {
    if (request.asksNoStore()) {
      return request.states(clock.millis());
    }
    StoreReply reply;
    try {
      reply = execute(request.peek());
    } catch (QuotaStoreException e) {
      return withoutStore.orElseThrow(() -> e).peek(request, e);
    }
    return projection.of(request, request.states(reply));
  }

  private StoreReply execute(StoreCommand command) {
    StoreReply reply = store.execute(command);
    if (withoutStore.isPresent()) {
      withoutStore.get().answered();
    }
    return reply;
  }

  /** Collects what an engine needs. Not thread-safe. */
  public static final class Builder {

    private final Map<String, QuotaPolicy> inCode = new LinkedHashMap<>();
    private final List<QuotaListener> listeners = new ArrayList<>();
    private Policies policies = Policies.builder().build();
    private QuotaClock clock = QuotaClock.system();
    private Optional<QuotaStore> store = Optional.empty();
    private int nodes = 1;

    private Builder() {}

    /**
     * Sets the policies, such as those read from a file. They take precedence over {@link #policy}.
     *
     * @param complete the policies
     * @return this builder
     */
    public Builder policies(Policies complete) {
      policies = Objects.requireNonNull(complete, "policies");
      return this;
    }

    /**
     * Adds one quota in code.
     *
     * @param policy the quota
     * @return this builder
     * @throws IllegalArgumentException if there is one of that name in code already
     */
    public Builder policy(QuotaPolicy policy) {
      if (inCode.putIfAbsent(policy.name(), policy) != null) {
        throw new IllegalArgumentException("quota " + policy.name() + " is defined twice in code");
      }
      return this;
    }

    /**
     * Sets where counts live.
     *
     * @param counts the store, closed together with the engine; by default one in this process
     * @return this builder
     */
    public Builder store(QuotaStore counts) {
      store = Optional.of(counts);
      return this;
    }

    /**
     * Sets how many nodes share the store. While it cannot answer, each of them counts quotas with
     * {@link OnStoreFailure#LOCAL} on its own, with its share of the capacity: with 4 nodes, 10 per
     * minute are 2 on each, and never less than 1. So all of them together grant at most that much
     * beside what the store granted in the same window, if the number is at least the real one.
     *
     * @param count at least 1, which is the default
     * @return this builder
     * @throws IllegalArgumentException if {@code count} is below 1
     */
    public Builder nodes(int count) {
      if (count < 1) {
        throw new IllegalArgumentException("nodes must be at least 1, was " + count);
      }
      nodes = count;
      return this;
    }

    /**
     * Sets the source of time of counts in this process, those included that stand in for a store
     * which is away. Other stores have a clock of their own.
     *
     * @param source the clock, by default the machine's
     * @return this builder
     */
    public Builder clock(QuotaClock source) {
      clock = Objects.requireNonNull(source, "clock");
      return this;
    }

    /**
     * Adds a listener.
     *
     * @param listener hears every decision
     * @return this builder
     */
    public Builder listener(QuotaListener listener) {
      listeners.add(Objects.requireNonNull(listener, "listener"));
      return this;
    }

    /**
     * Checks everything and returns the engine.
     *
     * @return the engine
     * @throws IllegalArgumentException if the policies contradict each other
     */
    public Quotas build() {
      return new Quotas(this);
    }
  }
}
