package dev.quota.internal.memory;

import dev.quota.spi.Change;
import dev.quota.spi.Entry;
import dev.quota.spi.EntryResult;
import dev.quota.spi.Hold;
import dev.quota.spi.Key;
import dev.quota.spi.LimitSpec;
import dev.quota.spi.Operation;
import dev.quota.spi.QuotaStore;
import dev.quota.spi.StoreCommand;
import dev.quota.spi.StoreReply;
import dev.quota.store.Accuracy;
import dev.quota.store.InProcessBounds;
import dev.quota.store.QuotaClock;
import dev.quota.store.QuotaStoreException;
import dev.quota.store.StoreCapability;
import dev.quota.store.StoreHealth;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * Counts in the memory of this process. Thread-safe.
 *
 * <p>Each key has one lock. A command over several keys locks them in the order of the keys, checks
 * all of them, and then takes of all. Counts that no longer matter expire. At the bound on memory,
 * existing keys are counted as before, and a take that needs a new key fails. Counts are never
 * forgotten to make room.
 */
public final class InMemoryQuotaStore implements QuotaStore {

  private static final EntryResult NOTHING = new EntryResult(0, List.of());

  private final QuotaClock clock;
  private final Occupancy occupancy;
  private final CountsByKey keys;
  private volatile boolean closed;

  private InMemoryQuotaStore(Builder builder) {
    clock = builder.clock;
    occupancy =
        new Occupancy(
            builder.maxKeys, builder.bounds.maxBytes(), builder.bounds.maxOperationsPerSubject());
    keys = new CountsByKey(clock, occupancy);
  }

  /**
   * Starts a store.
   *
   * @return a builder, to be used by one thread
   */
  public static Builder builder() {
    return new Builder();
  }

  @Override
  public Set<StoreCapability> capabilities() {
    return EnumSet.allOf(StoreCapability.class);
  }

  @Override
  public boolean isRemote() {
    return false;
  }

  @Override
  public StoreReply execute(StoreCommand command) {
    if (closed) {
      throw new QuotaStoreException("the store is closed", QuotaStoreException.Applied.NO, null);
    }
    if (command instanceof StoreCommand.Take take) {
      return take(take);
    }
    if (command instanceof StoreCommand.Peek peek) {
      return peek(peek.entries());
    }
    if (command instanceof StoreCommand.Settle settle) {
      return settle.isRemembered()
          ? settleOperations(settle.changes(), settle.last())
          : settle(settle.changes());
    }
    if (command instanceof StoreCommand.Renew renew) {
      return renew(renew.holds());
    }
    if (command instanceof StoreCommand.Grant grant) {
      return grant(grant);
    }
    if (command instanceof StoreCommand.Reset reset) {
      return reset(reset.key());
    }
    throw new UnsupportedOperationException("the command is of an unknown kind: " + command);
  }

  @Override
  public StoreHealth health() {
    return closed
        ? new StoreHealth("in process", false, "Closed.")
        : new StoreHealth("in process", !occupancy.isFull(), occupancy.describe());
  }

  /** Returns the estimated size of all counts. */
  long occupiedBytes() {
    return occupancy.bytes();
  }

  @Override
  public void close() {
    closed = true;
  }

  private StoreReply take(StoreCommand.Take take) {
    List<Entry> entries = take.entries();
    while (true) {
      Batch batch = new Batch(entries.size(), take.operation(), clock.millis());
      for (int i = 0; i < entries.size(); i++) {
        find(batch, i, entries.get(i));
      }
      switch (batch.run()) {
        case DECIDED -> {
          if (batch.outlivesCache()) {
            entries.forEach(entry -> keys.keep(entry.key()));
          }
          return batch.reply();
        }
        case MUST_CREATE -> create(batch, take.operation().map(Operation::keepMillis).orElse(1L));
        // The cache is about to remove the key.
        case RETIRED -> Thread.onSpinWait();
        case MUST_KEEP_LONGER -> {
          // The next lookup moves the deadline in the cache.
        }
      }
    }
  }

  private void find(Batch batch, int index, Entry entry) {
    Key key = entry.key();
    Counts counts = keys.find(key);
    if (counts != null) {
      batch.found(index, entry, counts);
    } else {
      batch.notFound(index, entry);
    }
  }

  /** Adds missing keys of which something would be taken. The take then starts again. */
  private void create(Batch batch, long keepMillis) {
    keys.requireRoom();
    batch.missing().forEach(entry -> keys.create(entry.key(), entry.limits(), keepMillis));
  }

  private StoreReply peek(List<Entry> entries) {
    long nowMillis = clock.millis();
    List<EntryResult> results = new ArrayList<>(entries.size());
    for (Entry entry : entries) {
      Counts counts = keys.use(entry.key());
      Counts copy = counts == null ? new Counts() : copy(counts, nowMillis);
      List<LimitSpec> limits = Batch.counted(entry.limits());
      copy.prepare(limits, nowMillis);
      results.add(
          new EntryResult(
              0,
              Batch.allResults(
                  entry.limits(),
                  copy.report(limits.size(), entry.cost(), nowMillis),
                  entry.cost())));
    }
    return new StoreReply(
        StoreReply.Outcome.DONE, Instant.ofEpochMilli(nowMillis), Accuracy.EXACT, results);
  }

  private static Counts copy(Counts counts, long nowMillis) {
    synchronized (counts) {
      return counts.copy(nowMillis);
    }
  }

  private StoreReply settle(List<Change> changes) {
    long nowMillis = clock.millis();
    for (Change change : changes) {
      if (change.totalUnits() != change.hold().units()) {
        settle(change, nowMillis);
      }
    }
    return new StoreReply(
        StoreReply.Outcome.DONE,
        Instant.ofEpochMilli(nowMillis),
        Accuracy.EXACT,
        Collections.nCopies(changes.size(), NOTHING));
  }

  private void settle(Change change, long nowMillis) {
    Key key = change.hold().key();
    while (true) {
      Counts counts = keys.use(key);
      if (counts == null) {
        if (change.totalUnits() < change.hold().units()) {
          // There are no counts any more to which it could be refunded.
          return;
        }
        // Allowed beyond the bound: what was used must be counted, and this needs few new keys.
        counts = keys.create(key, change.hold().limits(), 1);
      }
      if (settle(counts, change, nowMillis)) {
        keys.keep(key);
        return;
      }
      // The cache is about to remove the key.
      Thread.onSpinWait();
    }
  }

  private static boolean settle(Counts counts, Change change, long nowMillis) {
    Hold hold = change.hold();
    synchronized (counts) {
      if (counts.isRetired()) {
        return false;
      }
      if (change.totalUnits() < hold.units()) {
        counts.refund(
            hold.limits(), hold.windowEndsMillis(), hold.units() - change.totalUnits(), nowMillis);
      } else {
        counts.grow(Batch.counted(hold.limits()), change.totalUnits() - hold.units(), nowMillis);
      }
      return true;
    }
  }

  private StoreReply settleOperations(List<Change> changes, boolean last) {
    while (true) {
      Settlement settlement = new Settlement(last, clock.millis());
      changes.forEach(change -> find(settlement, change));
      if (settlement.run()) {
        changes.forEach(change -> keys.keep(change.hold().key()));
        return settlement.reply();
      }
      // The cache is about to remove a key.
      Thread.onSpinWait();
    }
  }

  private void find(Settlement settlement, Change change) {
    Key key = change.hold().key();
    Counts counts = keys.use(key);
    if (counts != null) {
      settlement.found(change, key, counts);
    } else {
      settlement.notFound();
    }
  }

  private StoreReply renew(List<Hold> holds) {
    Renewal renewal = new Renewal(holds, clock.millis());
    renewal.byKey().forEach((key, positions) -> renew(renewal, key, positions));
    return renewal.reply();
  }

  private void renew(Renewal renewal, Key key, List<Integer> positions) {
    while (true) {
      Counts counts = keys.use(key);
      if (counts == null || renewal.run(counts, positions, Accuracy.EXACT)) {
        break;
      }
      // The cache is about to remove the key.
      Thread.onSpinWait();
    }
    keys.keep(key);
  }

  private StoreReply grant(StoreCommand.Grant grant) {
    while (true) {
      // Allowed beyond the bound, because a grant must be usable.
      Counts counts =
          keys.create(grant.key(), List.of(grant.limit()), grant.operation().keepMillis());
      Optional<StoreReply> reply = Granting.run(grant, counts, clock.millis());
      if (reply.isPresent()) {
        keys.keep(grant.key());
        return reply.get();
      }
      // The cache is about to remove the key.
      Thread.onSpinWait();
    }
  }

  private StoreReply reset(Key key) {
    Counts counts = keys.use(key);
    if (counts != null) {
      counts.reset(clock.millis());
    }
    return new StoreReply(
        StoreReply.Outcome.DONE,
        Instant.ofEpochMilli(clock.millis()),
        Accuracy.EXACT,
        List.of(NOTHING));
  }

  /** Collects what the store needs. Not thread-safe. */
  public static final class Builder {

    private QuotaClock clock = QuotaClock.system();
    private long maxKeys = Long.MAX_VALUE;
    private InProcessBounds bounds = InProcessBounds.defaults();

    private Builder() {}

    /**
     * Sets the source of time.
     *
     * @param source the clock, by default the machine's
     * @return this builder
     */
    public Builder clock(QuotaClock source) {
      clock = Objects.requireNonNull(source, "clock");
      return this;
    }

    /**
     * Sets how much memory the counts may use.
     *
     * @param most by default {@link InProcessBounds#defaults}
     * @return this builder
     */
    public Builder bounds(InProcessBounds most) {
      bounds = Objects.requireNonNull(most, "bounds");
      return this;
    }

    /**
     * Sets a bound on keys, in addition to that on memory.
     *
     * @param keys at least 1; by default there is none
     * @return this builder
     * @throws IllegalArgumentException if {@code keys} is below 1
     */
    public Builder maxKeys(long keys) {
      if (keys < 1) {
        throw new IllegalArgumentException("keys must be at least 1, was " + keys);
      }
      maxKeys = keys;
      return this;
    }

    /**
     * Returns the store.
     *
     * @return the store
     */
    public InMemoryQuotaStore build() {
      return new InMemoryQuotaStore(this);
    }
  }
}
