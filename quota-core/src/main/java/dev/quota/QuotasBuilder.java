package dev.quota;

import dev.quota.internal.memory.InMemoryQuotaStore;
import dev.quota.policy.OnStoreFailure;
import dev.quota.policy.Policies;
import dev.quota.policy.QuotaPolicy;
import dev.quota.spi.QuotaStore;
import dev.quota.store.InProcessBounds;
import dev.quota.store.QuotaClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.LongSupplier;

/** Collects what an engine needs: {@link Quotas#builder}. Not thread-safe. */
public final class QuotasBuilder {

  private final Map<String, QuotaPolicy> inCode = new LinkedHashMap<>();
  private final List<QuotaListener> listeners = new ArrayList<>();
  private Policies policies = Policies.builder().build();
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
   *
   * @param complete the policies
   * @return this builder
   */
  public QuotasBuilder policies(Policies complete) {
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
   * Sets how long {@link Quotas#async} waits for a store that answers later. A store that has not
   * answered by then has failed, and may have carried the command out all the same: the policies
   * decide, as {@link OnStoreFailure} says. It holds for each question to the store, and not for
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

  QuotaStore store() {
    return store.orElseGet(
        () -> InMemoryQuotaStore.builder().clock(clock).bounds(inProcess).build());
  }

  PolicyRegistry registry(QuotaStore counts, Capabilities capabilities) {
    return new PolicyRegistry(policies, inCode, counts, capabilities, clock, nodes);
  }

  Decider decider(QuotaStore counts, Events events) {
    return new Decider(counts, clock, reservationKeep, storeTimeout, events, inProcess);
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
