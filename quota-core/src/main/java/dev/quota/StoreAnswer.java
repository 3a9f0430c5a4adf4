package dev.quota;

import dev.quota.policy.WhenExhausted;
import dev.quota.spi.LimitResult;
import dev.quota.spi.Operation;
import dev.quota.spi.QuotaStore;
import dev.quota.spi.StoreReply;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The answer of the store. Immutable.
 *
 * @param request the request
 * @param store the store
 * @param reply its reply
 */
record StoreAnswer(Request request, QuotaStore store, StoreReply reply) implements Answer {

  @Override
  public Instant now() {
    return reply.now();
  }

  @Override
  public boolean isRefused() {
    return reply.outcome() == StoreReply.Outcome.REFUSED;
  }

  @Override
  public long taken(int line) {
    RequestLine asked = request.line(line);
    return asked.quota().entries.length == 0
        ? asked.takenUnasked()
        : asked.taken(reply.entries().get(request.firstEntry(line)).taken());
  }

  @Override
  public OptionalLong takenOf(int line, int entry) {
    return OptionalLong.of(reply.entries().get(request.firstEntry(line) + entry).taken());
  }

  @Override
  public boolean isLetThrough(int line) {
    return !isRefused() && (request.cost(line) == 0 || taken(line) > 0);
  }

  @Override
  public Certainty certainty(int line, long cost) {
    return Certainty.ofReply(reply.accuracy());
  }

  @Override
  public LimitResult result(int line, ResolvedLimit limit, Certainty certainty, long cost) {
    return limit.entry == ResolvedLimit.NOT_STORED
        ? limit.withoutStore(cost)
        : reply.entries().get(request.firstEntry(line) + limit.entry).limits().get(limit.index);
  }

  @Override
  public Receipt receipt(Optional<Operation> operation) {
    return Receipt.of(store, request, request.entries(), reply, operation, isDegraded());
  }

  private boolean isDegraded() {
    if (request.isDegradedUnasked()) {
      return true;
    }
    for (int i = 0; i < request.size(); i++) {
      RequestLine line = request.line(i);
      if (line.quota().whenExhausted == WhenExhausted.DEGRADE
          && line.quota().entries.length > 0
          && taken(i) < line.atLeast()) {
        return true;
      }
    }
    return false;
  }
}
