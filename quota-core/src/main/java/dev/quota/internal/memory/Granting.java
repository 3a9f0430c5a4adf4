package dev.quota.internal.memory;

import dev.quota.spi.EntryResult;
import dev.quota.spi.StoreCommand;
import dev.quota.spi.StoreReply;
import dev.quota.store.Accuracy;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** One attempt to add a grant balance to the counts of a key. */
final class Granting {

  private Granting() {}

  /** Adds the balance. Returns empty if the cache has removed the counts. */
  static Optional<StoreReply> run(StoreCommand.Grant grant, Counts counts, long nowMillis) {
    synchronized (counts) {
      return counts.isRetired()
          ? Optional.empty()
          : Optional.of(reply(counts.grant(grant, nowMillis), counts, nowMillis));
    }
  }

  private static StoreReply reply(boolean granted, Counts counts, long nowMillis) {
    return new StoreReply(
        granted ? StoreReply.Outcome.DONE : StoreReply.Outcome.REFUSED,
        Instant.ofEpochMilli(nowMillis),
        Accuracy.EXACT,
        List.of(new EntryResult(0, counts.report(1, 1, nowMillis))));
  }
}
