package dev.quota.test;

import dev.quota.Decision;
import dev.quota.QuotaSnapshot;
import dev.quota.QuotaState;

/**
 * Assertions on decisions and states. A failure shows the whole state.
 *
 * <pre>{@code
 * assertThat(quotas.charge(alice, "chat", 1))
 *     .isDenied()
 *     .hasRemaining(0)
 *     .retriesAfter(Duration.ofHours(12))
 *     .hasCode("quota.exhausted.calendar");
 * }</pre>
 *
 * <p>Import the methods statically beside those of AssertJ: the compiler chooses by the type.
 */
public final class QuotaAssertions {

  private QuotaAssertions() {}

  /**
   * Starts assertions on a decision.
   *
   * @param actual the answer to a charge
   * @return assertions
   */
  public static DecisionAssert assertThat(Decision actual) {
    return new DecisionAssert(actual);
  }

  /**
   * Starts assertions on states.
   *
   * @param actual the states
   * @return assertions
   */
  public static QuotaSnapshotAssert assertThat(QuotaSnapshot actual) {
    return new QuotaSnapshotAssert(actual);
  }

  /**
   * Starts assertions on the state of one quota.
   *
   * @param actual the state
   * @return assertions
   */
  public static QuotaStateAssert assertThat(QuotaState actual) {
    return new QuotaStateAssert(actual);
  }
}
