package dev.quota;

import dev.quota.policy.WhenExhausted;
import dev.quota.spi.LimitResult;
import dev.quota.spi.Operation;
import dev.quota.spi.QuotaStore;
import dev.quota.spi.StoreReply;
import dev.quota.store.Accuracy;
import dev.quota.store.Availability;
import dev.quota.store.QuotaStoreException;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What is known while the store is away: the policies, and what this node counted alone. Immutable.
 *
 * @param share the part of the request that this node can answer
 * @param counts who counts that part
 * @param reply this node's counts; empty if the part is empty
 * @param now the moment, on this process's clock
 * @param askAgainMillis after how many milliseconds to ask again
 * @param reason why the store did not answer
 */
record FallbackAnswer(
    NodeShare share,
    QuotaStore counts,
    Optional<StoreReply> reply,
    Instant now,
    long askAgainMillis,
    QuotaStoreException reason)
    implements Answer {

  private Request request() {
    return share.request();
  }

  @Override
  public boolean isRefused() {
    return isTooLarge()
        || share.refuses()
        || (reply.isPresent() && reply.get().outcome() == StoreReply.Outcome.REFUSED);
  }

  @Override
  public boolean isTooLarge() {
    return share.isTooLarge();
  }

  /** Returns how much was taken; 0 if the quota was allowed without a count. */
  @Override
  public long taken(int line) {
    if (share.has(line)) {
      return share.taken(line, reply.orElseThrow());
    }
    RequestLine asked = request().line(line);
    return asked.quota().entries.length == 0 ? asked.takenUnasked() : 0;
  }

  /** Returns nothing: a share of a capacity does not tell what the whole would have refused. */
  @Override
  public OptionalLong takenOf(int line, int entry) {
    return OptionalLong.empty();
  }

  @Override
  public boolean isLetThrough(int line) {
    return !isRefused() && (request().cost(line) == 0 || !isCutShort(line));
  }

  /** Returns whether this node's counts had no room for the cost of a line. */
  private boolean isCutShort(int index) {
    RequestLine line = request().line(index);
    return line.quota().canNeverGrant(line.cost())
        || (share.has(index)
            && taken(index) < Math.min(line.atLeast(), line.quota().mostNodeUnits));
  }

  @Override
  public Certainty certainty(int line, long cost) {
    ResolvedQuota quota = request().line(line).quota();
    if (quota.entries.length == 0) {
      return Certainty.EXACT;
    }
    if (quota.canNeverGrant(cost)) {
      return Certainty.APPROXIMATE;
    }
    if (share.has(line)) {
      return quota.whenExhausted == WhenExhausted.BLOCK && storeMightGrant(line, cost)
          ? Certainty.refusing(askAgainMillis)
          : Certainty.APPROXIMATE;
    }
    return share.refuses(quota) ? Certainty.refusing(askAgainMillis) : Certainty.OPEN;
  }

  private boolean storeMightGrant(int line, long cost) {
    for (ResolvedLimit limit : request().line(line).quota().limits) {
      if (counted(line, limit, cost).availability() instanceof Availability.WhenReleased) {
        return true;
      }
    }
    return false;
  }

  @Override
  public LimitResult result(int line, ResolvedLimit limit, Certainty certainty, long cost) {
    if (certainty.isUnknown()) {
      return limit.unknown(certainty.askAgainMillis().isPresent());
    }
    ResolvedQuota quota = request().line(line).quota();
    if (quota.entries.length == 0) {
      return limit.withoutStore(cost);
    }
    if (quota.canNeverGrant(cost)) {
      return limit.isExceededBy(cost) ? limit.exceeded() : limit.unknown(false);
    }
    return counted(line, limit, cost);
  }

  private LimitResult counted(int line, ResolvedLimit limit, long cost) {
    if (limit.entry == ResolvedLimit.NOT_STORED) {
      return limit.withoutStore(cost);
    }
    LimitResult result = share.result(line, limit, reply.orElseThrow());
    // A cost above this node's share is not above the capacity. The store may grant it when it is
    // back.
    return result.availability() instanceof Availability.Never && !limit.isExceededBy(cost)
        ? limit.unknown(true)
        : result;
  }

  /** If the cost is above a capacity, only that limit is known exactly, by the policy. */
  @Override
  public Accuracy accuracy(int line, ResolvedLimit limit, Certainty certainty, long cost) {
    boolean beyond =
        certainty.accuracy() == Accuracy.APPROXIMATE
            && request().line(line).quota().canNeverGrant(cost);
    return beyond && !limit.isExceededBy(cost) ? Accuracy.UNKNOWN : certainty.accuracy();
  }

  @Override
  public Receipt receipt(Optional<Operation> operation) {
    return reply
        .map(it -> Receipt.of(counts, request(), share.entries(), it, operation, isDegraded()))
        .orElseGet(() -> Receipt.ofNothing(counts, request(), isDegraded()));
  }

  /** Returns whether a request that was allowed must run in its reduced form. */
  private boolean isDegraded() {
    if (request().isDegradedUnasked()) {
      return true;
    }
    for (int i = 0; i < request().size(); i++) {
      if (request().line(i).quota().whenExhausted == WhenExhausted.DEGRADE && isCutShort(i)) {
        return true;
      }
    }
    return false;
  }

  @Override
  public Optional<QuotaStoreException> failure() {
    return Optional.of(reason);
  }
}
