package dev.quota;

import dev.quota.spi.LimitResult;
import dev.quota.spi.Operation;
import dev.quota.spi.QuotaStore;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The answer of the policies alone, for quotas of which nothing is counted. Immutable.
 *
 * @param request what was asked
 * @param store the store of the engine
 * @param now the moment, on this process's clock
 */
record UncountedAnswer(Request request, QuotaStore store, Instant now) implements Answer {

  @Override
  public boolean isRefused() {
    return false;
  }

  @Override
  public long taken(int line) {
    return request.line(line).takenUnasked();
  }

  @Override
  public OptionalLong takenOf(int line, int entry) {
    return OptionalLong.empty();
  }

  @Override
  public boolean isLetThrough(int line) {
    return true;
  }

  @Override
  public Certainty certainty(int line, long cost) {
    return Certainty.EXACT;
  }

  @Override
  public LimitResult result(int line, ResolvedLimit limit, Certainty certainty, long cost) {
    return limit.withoutStore(cost);
  }

  @Override
  public Receipt receipt(Optional<Operation> operation) {
    return Receipt.ofNothing(store, request, request.isDegradedUnasked());
  }
}
