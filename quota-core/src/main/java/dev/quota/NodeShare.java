package dev.quota;

import dev.quota.policy.OnStoreFailure;
import dev.quota.policy.WhenExhausted;
import dev.quota.spi.Entry;
import dev.quota.spi.LimitResult;
import dev.quota.spi.Operation;
import dev.quota.spi.StoreCommand;
import dev.quota.spi.StoreReply;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The part of a request that this node answers alone while the store is away. It has the quotas
 * whose policy says so, and each limit has this node's share of the capacity.
 */
final class NodeShare {

  private final Request request;
  private final boolean counting;
  private final List<Entry> entries = new ArrayList<>();
  private final int[] firstEntries;

  /**
   * Creates the part.
   *
   * @param counting false if this node cannot count alone, so that the part is empty
   */
  NodeShare(Request request, boolean counting) {
    this.request = request;
    this.counting = counting;
    this.firstEntries = new int[request.size()];
    for (int i = 0; i < firstEntries.length; i++) {
      firstEntries[i] = entries.size();
      if (has(i)) {
        RequestLine line = request.line(i);
        for (QuotaEntry shape : line.quota().entries) {
          entries.add(request.entry(line, shape, shape.nodeLimits(), line.quota().mostNodeUnits));
        }
      }
    }
  }

  Request request() {
    return request;
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

  /** Returns whether a quota refuses what nobody counted. */
  boolean refuses(ResolvedQuota quota) {
    boolean refuses =
        switch (quota.policy.onStoreFailure()) {
          case DENY -> true;
          case ALLOW -> false;
          case LOCAL -> !counting;
        };
    // The store could not refuse these either, so its absence must not refuse them.
    return refuses && !quota.alwaysGrants();
  }

  /** Returns whether a line refuses the request because nobody counted it. */
  private boolean refuses(RequestLine line) {
    return line.isCounted() && refuses(line.quota()) && !line.quota().canNeverGrant(line.cost());
  }

  /** Returns whether the policies refuse the request, whatever this node counted. */
  boolean refuses() {
    for (int i = 0; i < request.size(); i++) {
      if (refuses(request.line(i))) {
        return true;
      }
    }
    return false;
  }

  /** Returns whether a line asks for more than its quota can ever grant, and refuses that. */
  boolean isTooLarge() {
    for (int i = 0; i < request.size(); i++) {
      ResolvedQuota quota = request.line(i).quota();
      if (quota.whenExhausted == WhenExhausted.BLOCK && quota.canNeverGrant(request.cost(i))) {
        return true;
      }
    }
    return false;
  }

  StoreCommand.Take take(Optional<Operation> operation) {
    return new StoreCommand.Take(entries, operation);
  }

  StoreCommand.Peek peek() {
    return new StoreCommand.Peek(entries);
  }

  /** Returns how much this node took of a line of this part. */
  long taken(int line, StoreReply reply) {
    return request.line(line).taken(reply.entries().get(firstEntries[line]).taken());
  }

  /** Returns this node's numbers of a limit that is counted. */
  LimitResult result(int line, ResolvedLimit limit, StoreReply reply) {
    return reply.entries().get(firstEntries[line] + limit.entry).limits().get(limit.index);
  }
}
