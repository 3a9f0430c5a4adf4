package dev.quota;

import dev.quota.internal.memory.InMemoryQuotaStore;
import dev.quota.policy.OnStoreFailure;
import dev.quota.policy.Policies;
import dev.quota.policy.QuotaPolicy;
import dev.quota.source.PolicySource;
import dev.quota.spi.QuotaStore;
import dev.quota.store.InProcessBounds;
import dev.quota.store.QuotaClock;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;

/** Collects what an engine needs: {@link Quotas#builder}. Not thread-safe. */
public final class QuotasBuilder {

  private final Map<String, QuotaPolicy> inCode = new LinkedHashMap<>();
  private final List<QuotaListener> listeners = new ArrayList<>();
  private final List<DecisionObserver> observers = new ArrayList<>();
  private final List<Consumer<PolicyStatus>> policyListeners = new ArrayList<>();
  private Optional<Policies> policies = Optional.empty();
  private Optional<PolicySource> source = Optional.empty();
  private Optional<PolicyCopy> lastGood = Optional.empty();
  private QuotaClock clock = QuotaClock.system();
  private Optional<QuotaStore> store = Optional.empty();
  private InProcessBounds inProcess = InProcessBounds.defaults();
  private int nodes = 1;
  private LongSupplier nanoTime = System::nanoTime;
  private Duration reservationKeep = Duration.ofMinutes(5);
  private Duration storeTimeout = Duration.ofSeconds(10);

  QuotasBuilder() {}

  /** Sets how elapsed time is read, so that tests can move it. */
  QuotasBuilder nanoTime(LongSupplier elapsed) {
    nanoTime = elapsed;
    return this;
  }

  /**
   * Sets the policies, such as those read from a file. They take precedence over {@link #policy}.
   * With a {@link #policySource}, they are in force as long as the source has never had any.
   *
   * @param complete the policies
   * @return this builder
   */
  public QuotasBuilder policies(Policies complete) {
    policies = Optional.of(complete);
    return this;
  }

  /**
   * Sets where policies come from while the application runs. Each new version is read and checked,
   * and put into force as a whole, on a thread of the engine. A version with a mistake is refused,
   * and the last good one stays: {@link Quotas#policyStatus}.
   *
   * @param live the source, closed together with the engine
   * @return this builder
   */
  public QuotasBuilder policySource(PolicySource live) {
    source = Optional.of(live);
    return this;
  }

  /**
   * Sets a file that keeps a copy of the last good version of the {@link #policySource}. An engine
   * starts on it if the source cannot be read, or has a version with a mistake.
   *
   * @param file where the copy is, on a disk that survives a restart; {@code .previous} beside it
   *     is the copy before
   * @return this builder
   */
  public QuotasBuilder lastGoodPolicies(Path file) {
    lastGood = Optional.of(new PolicyCopy(file));
    return this;
  }

  /**
   * Adds a listener for versions of the {@link #policySource}: those that come into force, those
   * that are refused, and a source that cannot be read or can be read again.
   *
   * @param listener gets the status after each change, on the thread that asks the source
   * @return this builder
   */
  public QuotasBuilder policyListener(Consumer<PolicyStatus> listener) {
    policyListeners.add(Objects.requireNonNull(listener, "listener"));
    return this;
  }

  /**
   * Adds one quota in code.
   *
   * @param policy the quota
   * @return this builder
   * @throws IllegalArgumentException if there is one of that name in code already
   */
  public QuotasBuilder policy(QuotaPolicy policy) {
    if (inCode.putIfAbsent(policy.name(), policy) != null) {
      throw new IllegalArgumentException("quota " + policy.name() + " is defined twice in code");
    }
    return this;
  }

  /**
   * Sets the store of the counts.
   *
   * @param counts the store, which the engine closes; by default the in-process store
   * @return this builder
   */
  public QuotasBuilder store(QuotaStore counts) {
    store = Optional.of(counts);
    return this;
  }

  /**
   * Sets how much memory of this process the counts may use: all counts if {@link #store} is not
   * set, else those that this node makes alone while the store is away.
   *
   * @param bounds by default {@link InProcessBounds#defaults}: a quarter of the largest heap
   * @return this builder
   */
  public QuotasBuilder inProcess(InProcessBounds bounds) {
    inProcess = Objects.requireNonNull(bounds, "bounds");
    return this;
  }

  /**
   * Sets how many nodes share the store. While the store cannot answer, each node counts quotas
   * with {@link OnStoreFailure#LOCAL} on its own, with its share of the capacity. With 4 nodes, 10
   * per minute are 2 per minute on each. The share is never less than 1. If this number is not less
   * than the real number of nodes, all nodes together grant at most one more capacity beyond what
   * the store granted in the same window, or 1 for each node if that is more.
   *
   * @param count at least 1, which is the default
   * @return this builder
   * @throws IllegalArgumentException if {@code count} is below 1
   */
  public QuotasBuilder nodes(int count) {
    if (count < 1) {
      throw new IllegalArgumentException("nodes must be at least 1, was " + count);
    }
    nodes = count;
    return this;
  }

  /**
   * Sets how long a store remembers a reservation that is not renewed, because its node died or
   * cannot reach the store. After that the estimate stays charged. Nodes that resume each other's
   * reservations must have the same value.
   *
   * @param keep whole seconds from 1 second to 1 hour; by default 5 minutes
   * @return this builder
   * @throws IllegalArgumentException if the time is out of range
   */
  public QuotasBuilder reservationKeep(Duration keep) {
    if (keep.compareTo(Duration.ofSeconds(1)) < 0
        || keep.compareTo(Duration.ofHours(1)) > 0
        || !keep.equals(Duration.ofSeconds(keep.toSeconds()))) {
      throw new IllegalArgumentException(
          "keep must be whole seconds from 1 second to 1 hour, was " + keep);
    }
    reservationKeep = keep;
    return this;
  }

  /**
   * Sets how long {@link Quotas#async} waits for a store that answers later. If the store has not
   * answered by then, the policies decide, as {@link OnStoreFailure} says. The store may still have
   * carried the command out. The timeout is for each question to the store. It does not apply to
   * callers who wait themselves. RedisQuotaStore gives up by its own, shorter time budget.
   *
   * @param timeout from 1 millisecond to 1 hour; by default 10 seconds
   * @return this builder
   * @throws IllegalArgumentException if the time is out of range
   */
  public QuotasBuilder storeTimeout(Duration timeout) {
    if (timeout.compareTo(Duration.ofMillis(1)) < 0 || timeout.compareTo(Duration.ofHours(1)) > 0) {
      throw new IllegalArgumentException(
          "timeout must be from 1 millisecond to 1 hour, was " + timeout);
    }
    storeTimeout = timeout;
    return this;
  }

  /**
   * Sets the clock of the counts in this process, including those of the fallback. Other stores
   * have their own clock. Reservations and permits are timed by {@link QuotaClock#elapsedMillis},
   * so a change of the clock does not make them shorter or longer.
   *
   * @param source the clock, by default the machine's
   * @return this builder
   */
  public QuotasBuilder clock(QuotaClock source) {
    clock = Objects.requireNonNull(source, "clock");
    return this;
  }

  /**
   * Adds a listener.
   *
   * @param listener gets every {@link QuotaEvent}, after the listeners that were added before; if
   *     it is added twice, it gets each event twice
   * @return this builder
   */
  public QuotasBuilder listener(QuotaListener listener) {
    listeners.add(Objects.requireNonNull(listener, "listener"));
    return this;
  }

  /**
   * Adds an observer.
   *
   * @param observer is told when an operation begins and ends, inside of the observers that were
   *     added before
   * @return this builder
   */
  public QuotasBuilder observer(DecisionObserver observer) {
    observers.add(Objects.requireNonNull(observer, "observer"));
    return this;
  }

  QuotaStore store() {
    return store.orElseGet(
        () -> InMemoryQuotaStore.builder().clock(clock).bounds(inProcess).build());
  }

  PolicyStart start(QuotaStore counts, Capabilities capabilities) {
    Function<Policies, PolicyRegistry> registry =
        given -> new PolicyRegistry(given, inCode, counts, capabilities, clock, nodes);
    return source.isPresent()
        ? PolicyStart.on(
            source.get(), lastGood.map(PolicyCopy::read).orElseGet(List::of), policies, registry)
        : PolicyStart.fixed(registry.apply(policies.orElse(Policies.builder().build())));
  }

  Optional<PolicyReloads> reloads(PolicyStart start) {
    return source.map(
        live -> new PolicyReloads(live, lastGood, start, clock, List.copyOf(policyListeners)));
  }

  Decider decider(QuotaStore counts, Events events) {
    return new Decider(
        counts, clock, reservationKeep, storeTimeout, new Observers(observers), events, inProcess);
  }

  List<QuotaListener> listeners() {
    return List.copyOf(listeners);
  }

  LongSupplier nanoTime() {
    return nanoTime;
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
