package dev.quota;

import dev.quota.spi.Entry;
import dev.quota.spi.EntryResult;
import dev.quota.spi.LimitResult;
import dev.quota.spi.Operation;
import dev.quota.spi.StoreCommand;
import dev.quota.spi.StoreReply;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The part of a request that this node can answer alone: quotas whose policy says so, each limit
 * with this node's share of the capacity.
 */
final class LocalPart {

  private final Request request;
  private final boolean counting;
  private final List<Entry> entries = new ArrayList<>();
  private final int[] firstEntries;

  /**
   * Creates the part.
   *
   * @param counting false if this node cannot count alone, so that the part is empty
   */
  LocalPart(Request request, boolean counting) {
    this.request = request;
    this.counting = counting;
    this.firstEntries = new int[request.size()];
    for (int i = 0; i < firstEntries.length; i++) {
      firstEntries[i] = entries.size();
      if (has(i)) {
        Request.Line line = request.line(i);
        for (ResolvedQuota.EntryShape shape : line.quota().entries) {
          entries.add(request.entry(line, shape, shape.nodeLimits(), line.quota().mostNodeUnits));
        }
      }
    }
  }

  Request request() {
    return request;
  }

  /** Returns whether a quota lets nothing through that nobody counted. */
  boolean refuses(ResolvedQuota quota) {
    return refuses(quota, counting);
  }

  static boolean refuses(ResolvedQuota quota, boolean counting) {
    boolean refuses =
        switch (quota.policy.onStoreFailure()) {
          case DENY -> true;
          case ALLOW -> false;
          case LOCAL -> !counting;
        };
    // The store could not refuse these either, so its absence must not.
    return refuses && !quota.alwaysGrants();
  }

  /** Returns whether a line belongs to this part. */
  boolean has(int line) {
    ResolvedQuota quota = request.line(line).quota();
    return counting
        && quota.policy.onStoreFailure() == OnStoreFailure.LOCAL
        && quota.entries.length > 0;
  }

  boolean isEmpty() {
    return entries.isEmpty();
  }

  List<Entry> entries() {
    return entries;
  }

  StoreCommand.Take take(Optional<Operation> operation) {
    return new StoreCommand.Take(entries, operation);
  }

  StoreCommand.Peek peek() {
    return new StoreCommand.Peek(entries);
  }

  /** Returns how much this node took of a line of this part. */
  long taken(int line, StoreReply reply) {
    Request.Line asked = request.line(line);
    return Request.taken(
        asked, asked.quota().entries[0], reply.entries().get(firstEntries[line]).taken());
  }

  /** Returns this node's numbers of a limit that is counted. */
  LimitResult result(int line, ResolvedLimit limit, StoreReply reply) {
    EntryResult entry = reply.entries().get(firstEntries[line] + limit.entry);
    return entry.limits().get(limit.index);
  }
}
