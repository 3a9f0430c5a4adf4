package dev.quota.storetests;

import dev.quota.spi.Entry;
import dev.quota.spi.EntryResult;
import dev.quota.spi.Hold;
import dev.quota.spi.LimitSpec;
import dev.quota.spi.OnShort;
import dev.quota.spi.Operation;
import dev.quota.spi.QuotaStore;
import dev.quota.spi.StoreCommand;
import dev.quota.spi.StoreReply;
import dev.quota.store.Accuracy;
import dev.quota.store.QuotaClock;
import dev.quota.store.StoreCapability;
import dev.quota.store.StoreHealth;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A simple model of a store, to compare real stores with. It uses whole numbers of any size, no
 * locks and no expiry. Its only bound is the latest end of a {@link Hold}. Not thread-safe.
 *
 * <p>Before each command everything that ends by then ends, in the order of time. Rolling use is
 * kept as used × period. Its time must not step back.
 */
public final class ModelStore implements QuotaStore {

  private final QuotaClock clock;
  private final ModelCounts counts = new ModelCounts();
  private final ModelSettlement settlement = new ModelSettlement(counts);

  /**
   * Creates an empty store.
   *
   * @param clock its time
   */
  public ModelStore(QuotaClock clock) {
    this.clock = clock;
  }

  @Override
  public Set<StoreCapability> capabilities() {
    return EnumSet.allOf(StoreCapability.class);
  }

  @Override
  public StoreReply execute(StoreCommand command) {
    long now = clock.millis();
    counts.bring(now);
    if (command instanceof StoreCommand.Take take) {
      return take(take.entries(), take.operation(), now);
    }
    if (command instanceof StoreCommand.Peek peek) {
      return peek(peek.entries(), now);
    }
    if (command instanceof StoreCommand.Settle settle) {
      return settle(settle, now);
    }
    if (command instanceof StoreCommand.Renew renew) {
      return renew(renew.holds(), now);
    }
    if (command instanceof StoreCommand.Grant grant) {
      return grant(grant, now);
    }
    if (command instanceof StoreCommand.Reset reset) {
      counts.life(reset.key()).reset(now);
      return reply(StoreReply.Outcome.DONE, now, List.of(new EntryResult(0, List.of())));
    }
    throw new UnsupportedOperationException("the command is of an unknown kind: " + command);
  }

  static StoreReply reply(StoreReply.Outcome outcome, long now, List<EntryResult> entries) {
    return new StoreReply(outcome, Instant.ofEpochMilli(now), Accuracy.EXACT, entries);
  }

  private StoreReply settle(StoreCommand.Settle settle, long now) {
    if (settle.isRemembered()) {
      return settlement.settleOperations(settle.changes(), settle.last(), now);
    }
    settle.changes().forEach(change -> settlement.settle(change, now));
    return reply(
        StoreReply.Outcome.DONE,
        now,
        settle.changes().stream().map(change -> new EntryResult(0, List.of())).toList());
  }

  private StoreReply take(List<Entry> entries, Optional<Operation> operation, long now) {
    for (Entry entry : entries) {
      counts.adopt(entry.key(), entry.limits(), now);
    }
    if (operation.isPresent()
        && entries.stream()
            .anyMatch(entry -> counts.life(entry.key()).takes.containsKey(operation.get().id()))) {
      return reply(
          StoreReply.Outcome.REPEATED,
          now,
          entries.stream().map(entry -> repeated(entry, operation.get(), now)).toList());
    }
    Optional<long[]> amounts = amounts(entries, now);
    if (amounts.isEmpty()) {
      return reply(
          StoreReply.Outcome.REFUSED,
          now,
          entries.stream().map(each -> result(each, 0, Map.of(), now)).toList());
    }
    List<EntryResult> results = new ArrayList<>();
    for (int i = 0; i < entries.size(); i++) {
      results.add(taken(entries.get(i), amounts.get()[i], operation, now));
    }
    return reply(StoreReply.Outcome.DONE, now, results);
  }

  /** Returns how much to take of each entry; empty if one refuses all. */
  private Optional<long[]> amounts(List<Entry> entries, long now) {
    long[] amounts = new long[entries.size()];
    for (int i = 0; i < amounts.length; i++) {
      Entry entry = entries.get(i);
      long fits = fitting(entry, entries, now);
      if (entry.onShort() == OnShort.EXCEED) {
        amounts[i] = entry.cost();
      } else if (fits >= entry.atLeast()) {
        amounts[i] = fits;
      } else if (entry.onShort() == OnShort.REFUSE_ALL) {
        return Optional.empty();
      }
    }
    return Optional.of(amounts);
  }

  /** Returns the most up to the cost of an entry that fits all limits of its quota. */
  private long fitting(Entry entry, List<Entry> entries, long now) {
    long fits = entry.cost();
    for (Entry other : entries) {
      if (other.key().quota().equals(entry.key().quota())) {
        for (LimitSpec limit : other.limits()) {
          fits = Math.min(fits, counts.available(other.key(), limit, now));
        }
      }
    }
    return fits;
  }

  private EntryResult taken(Entry entry, long amount, Optional<Operation> operation, long now) {
    Map<String, Long> peaks = counts.peaks(entry.key(), entry.limits(), now);
    ModelLife.Take take = new ModelLife.Take();
    counts.charge(entry.key(), entry.limits(), amount, take, now);
    if (operation.isPresent() && amount > 0) {
      take.kind = operation.get().kind();
      take.taken = amount;
      counts.life(entry.key()).takes.put(operation.get().id(), take);
      counts.renew(entry.key(), entry.limits(), take, operation.get(), amount, now);
    }
    return result(entry, amount, peaks, now);
  }

  private EntryResult repeated(Entry entry, Operation operation, long now) {
    ModelLife.Take take = counts.life(entry.key()).takes.get(operation.id());
    return result(entry, take == null ? 0 : take.taken, Map.of(), now);
  }

  private EntryResult result(Entry entry, long taken, Map<String, Long> peaks, long now) {
    long cost = taken > 0 || entry.cost() == 0 ? entry.nextCost() : entry.cost();
    return new EntryResult(taken, counts.results(entry.key(), entry.limits(), cost, peaks, now));
  }

  private StoreReply renew(List<Hold> holds, long now) {
    List<EntryResult> results = new ArrayList<>();
    for (Hold hold : holds) {
      ModelLife life = counts.life(hold.key());
      life.bring(now);
      Operation operation = hold.operation().orElseThrow();
      ModelLife.Take take = life.takes.get(operation.id());
      if (take != null && !take.settled) {
        life.young.parts.remove(take.reservation);
        life.old.parts.remove(take.reservation);
        counts.renew(hold.key(), hold.limits(), take, operation, take.held, now);
        results.add(new EntryResult(0, List.of()));
      } else {
        results.add(new EntryResult(0, true, List.of()));
      }
    }
    boolean allGone = results.stream().allMatch(EntryResult::gone);
    return reply(
        allGone ? StoreReply.Outcome.GONE : StoreReply.Outcome.DONE, now, List.copyOf(results));
  }

  private StoreReply peek(List<Entry> entries, long now) {
    List<EntryResult> results = new ArrayList<>();
    for (Entry entry : entries) {
      ModelLife life = counts.life(entry.key());
      List<ModelCount> before = life.counts;
      life.counts = new ArrayList<>(before.stream().map(ModelCount::copy).toList());
      counts.adopt(entry.key(), entry.limits(), now);
      results.add(
          new EntryResult(
              0, counts.results(entry.key(), entry.limits(), entry.cost(), Map.of(), now)));
      life.counts = before;
    }
    return reply(StoreReply.Outcome.DONE, now, results);
  }

  private StoreReply grant(StoreCommand.Grant grant, long now) {
    List<LimitSpec> limits = List.of(grant.limit());
    counts.adopt(grant.key(), limits, now);
    ModelLife life = counts.life(grant.key());
    ModelCount count = counts.count(grant.key(), grant.limit(), now);
    long expiry = grant.expiresAt().toEpochMilli();
    StoreReply.Outcome outcome = StoreReply.Outcome.DONE;
    if (expiry > now && !life.grantEnds.containsKey(grant.operation().id())) {
      if (count.balances.size() >= 16 && !count.balances.containsKey(expiry)) {
        outcome = StoreReply.Outcome.REFUSED;
      } else {
        count.balances.merge(expiry, grant.units(), Long::sum);
        life.grantEnds.put(grant.operation().id(), now + grant.operation().keep().toMillis());
      }
    }
    return reply(
        outcome,
        now,
        List.of(new EntryResult(0, counts.results(grant.key(), limits, 1, Map.of(), now))));
  }

  @Override
  public StoreHealth health() {
    return new StoreHealth("model", true, "Counting on paper.");
  }

  @Override
  public void close() {}
}
