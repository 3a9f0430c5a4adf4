package dev.quota.internal.memory;

import dev.quota.spi.EntryResult;
import dev.quota.spi.Hold;
import dev.quota.spi.Key;
import dev.quota.spi.Operation;
import dev.quota.spi.StoreReply;
import dev.quota.store.Accuracy;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** One renewal of many holds, key by key. Not thread-safe. */
final class Renewal {

  private static final EntryResult RENEWED = new EntryResult(0, List.of());
  private static final EntryResult GONE = new EntryResult(0, true, List.of());

  private final List<Hold> holds;
  private final long nowMillis;
  private final List<EntryResult> results;
  private Accuracy accuracy = Accuracy.EXACT;

  Renewal(List<Hold> holds, long nowMillis) {
    this.holds = holds;
    this.nowMillis = nowMillis;
    this.results = new ArrayList<>(Collections.nCopies(holds.size(), GONE));
  }

  /** Returns the positions of the holds on each key. */
  Map<Key, List<Integer>> byKey() {
    Map<Key, List<Integer>> byKey = new LinkedHashMap<>();
    for (int i = 0; i < holds.size(); i++) {
      byKey.computeIfAbsent(holds.get(i).key(), key -> new ArrayList<>()).add(i);
    }
    return byKey;
  }

  /**
   * Renews the holds of one key. Returns false if the cache has removed its counts.
   *
   * @param accuracyThere the accuracy of those counts
   */
  boolean run(Counts counts, List<Integer> positions, Accuracy accuracyThere) {
    synchronized (counts) {
      if (counts.isRetired()) {
        return false;
      }
      for (int position : positions) {
        Hold hold = holds.get(position);
        Operation operation = hold.operation().orElseThrow();
        OperationKey key = new OperationKey(hold.key(), operation.id());
        if (counts.renew(key, operation, hold.limits(), nowMillis)) {
          results.set(position, RENEWED);
          if (accuracyThere != Accuracy.EXACT) {
            accuracy = accuracyThere;
          }
        }
      }
      counts.renewed(nowMillis);
      return true;
    }
  }

  StoreReply reply() {
    boolean allGone = results.stream().allMatch(EntryResult::gone);
    return new StoreReply(
        allGone ? StoreReply.Outcome.GONE : StoreReply.Outcome.DONE,
        Instant.ofEpochMilli(nowMillis),
        accuracy,
        results);
  }
}
