package dev.quota.redis;

import dev.quota.policy.CalendarUnit;
import dev.quota.policy.Capacity;
import dev.quota.spi.Entry;
import dev.quota.spi.EntryResult;
import dev.quota.spi.Key;
import dev.quota.spi.LimitSpec;
import dev.quota.spi.OnShort;
import dev.quota.spi.QuotaStore;
import dev.quota.spi.StoreCommand;
import dev.quota.spi.StoreReply;
import dev.quota.store.StoreCapability;
import dev.quota.store.StoreHealth;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * A store behind which every decision is larger than what was asked: with more entries, or with
 * more limits in each, that always have room. What comes back is what was asked for.
 *
 * @param store decides
 * @param moreLimits how many limits each entry gets in addition
 * @param moreEntries how many entries each command gets in addition, of a quota of their own
 */
record PaddedStore(QuotaStore store, int moreLimits, int moreEntries) implements QuotaStore {

  private static final List<CalendarUnit> UNITS = List.of(CalendarUnit.values());

  private static final List<LimitSpec> PADDING =
      IntStream.range(0, 26)
          .mapToObj(
              i -> Charges.calendar("x" + i, UNITS.get(i % UNITS.size()), Capacity.unlimited()))
          .toList();

  /** As many as a packed value with a short head holds. */
  private static final List<LimitSpec> OF_AN_ENTRY = PADDING.subList(0, 15);

  @Override
  public Set<StoreCapability> capabilities() {
    return store.capabilities();
  }

  @Override
  public StoreReply execute(StoreCommand command) {
    if (command instanceof StoreCommand.Take take) {
      return asked(
          take.entries(),
          store.execute(new StoreCommand.Take(padded(take.entries()), take.operation())));
    }
    if (command instanceof StoreCommand.Peek peek) {
      return asked(peek.entries(), store.execute(new StoreCommand.Peek(padded(peek.entries()))));
    }
    return store.execute(command);
  }

  private List<Entry> padded(List<Entry> entries) {
    List<Entry> padded = new ArrayList<>();
    for (Entry entry : entries) {
      List<LimitSpec> limits = new ArrayList<>(entry.limits());
      limits.addAll(PADDING.subList(0, moreLimits));
      padded.add(
          new Entry(
              entry.key(),
              limits,
              entry.atLeast(),
              entry.cost(),
              entry.nextCost(),
              entry.onShort()));
    }
    for (int i = 0; i < moreEntries; i++) {
      padded.add(
          new Entry(
              new Key("user", "user", "padding" + i, "padding"),
              OF_AN_ENTRY,
              1,
              1,
              1,
              OnShort.REFUSE_ALL));
    }
    return padded;
  }

  private StoreReply asked(List<Entry> entries, StoreReply reply) {
    List<EntryResult> results = new ArrayList<>();
    for (int i = 0; i < entries.size(); i++) {
      EntryResult result = reply.entries().get(i);
      results.add(
          new EntryResult(
              result.taken(), result.limits().subList(0, entries.get(i).limits().size())));
    }
    return new StoreReply(reply.outcome(), reply.now(), reply.accuracy(), results);
  }

  @Override
  public StoreHealth health() {
    return store.health();
  }

  @Override
  public void close() {
    store.close();
  }
}
