package dev.quota.test;

import dev.quota.QuotaSnapshot;
import dev.quota.QuotaState;
import java.util.Optional;
import org.assertj.core.api.AbstractAssert;
import org.jspecify.annotations.Nullable;

/** Assertions on a {@link QuotaSnapshot}. Not thread-safe. */
public final class QuotaSnapshotAssert extends AbstractAssert<QuotaSnapshotAssert, QuotaSnapshot> {

  QuotaSnapshotAssert(@Nullable QuotaSnapshot actual) {
    super(actual, QuotaSnapshotAssert.class);
  }

  /**
   * Returns assertions on one of the quotas.
   *
   * @param name a quota of the snapshot
   * @return assertions on its state
   */
  public QuotaStateAssert quota(String name) {
    isNotNull();
    Optional<QuotaState> state = actual.quota(name);
    if (state.isEmpty()) {
      throw failure(
          "Expected the states to have quota %s, but they have: %s%n%s",
          name,
          actual.quotas().stream().map(QuotaState::name).toList(),
          Described.snapshot(actual));
    }
    return new QuotaStateAssert(state.get(), () -> Described.snapshot(actual));
  }
}
