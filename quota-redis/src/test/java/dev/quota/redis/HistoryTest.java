package dev.quota.redis;

import static dev.quota.redis.History.Outcome.FAILED_NO;
import static dev.quota.redis.History.Outcome.FAILED_UNKNOWN;
import static dev.quota.redis.History.Outcome.GRANTED;
import static dev.quota.redis.History.Outcome.REFUSED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quota.redis.History.Call;
import dev.quota.redis.History.Outcome;
import dev.quota.spi.EntryResult;
import dev.quota.spi.StoreReply;
import dev.quota.store.Accuracy;
import dev.quota.store.QuotaStoreException;
import dev.quota.store.QuotaStoreException.Applied;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

final class HistoryTest {

  private static final Duration BUDGET = Duration.ofMillis(50);

  private final History history = new History();
  private long nanos;

  /** Adds a call that follows the one before. */
  private void call(long cost, Outcome outcome, long millis) {
    history.add(new Call(nanos, nanos + millis * 1_000_000, "k", cost, outcome));
    nanos += millis * 1_000_000 + 1;
  }

  private void call(long cost, Outcome outcome) {
    call(cost, outcome, 1);
  }

  @Test
  void acceptsAHistoryThatCouldHaveHappened() {
    call(3, GRANTED);
    call(4, FAILED_UNKNOWN);
    call(5, FAILED_UNKNOWN);
    call(100, FAILED_NO);
    call(4, REFUSED);
    for (long used : new long[] {3, 7, 8, 12}) {
      assertThatCode(
              () ->
                  history
                      .check()
                      .grantedAtMost(10)
                      .usedIs(used)
                      .refusedForAReason(10)
                      .withinBudget(BUDGET))
          .doesNotThrowAnyException();
    }
  }

  @Test
  void rejectsGrantsBeyondTheCapacity() {
    call(6, GRANTED);
    call(5, GRANTED);
    assertThatThrownBy(() -> history.check().grantedAtMost(10)).hasMessageContaining("granted");
  }

  @Test
  void rejectsAGrantThatWasChargedTwiceOrLost() {
    call(6, GRANTED);
    assertThatThrownBy(() -> history.check().usedIs(12)).hasMessageContaining("used in Redis");
    assertThatThrownBy(() -> history.check().usedIs(0)).hasMessageContaining("used in Redis");
  }

  @Test
  void rejectsAnUnknownThatWasChargedTwice() {
    call(6, GRANTED);
    call(4, FAILED_UNKNOWN);
    assertThatThrownBy(() -> history.check().usedIs(14)).hasMessageContaining("4 unknown");
    // Twice the 4 is within the bounds of 4 + 7, but no sum of them.
    call(7, FAILED_UNKNOWN);
    assertThatThrownBy(() -> history.check().usedIs(14)).hasMessageContaining("8 units beyond");
  }

  @Test
  void rejectsANoThatWasCharged() {
    call(6, GRANTED);
    call(3, FAILED_NO);
    assertThatThrownBy(() -> history.check().usedIs(9)).hasMessageContaining("used in Redis");
  }

  @Test
  void rejectsARefusalWhileThereWasRoom() {
    call(6, GRANTED);
    call(4, REFUSED);
    call(4, GRANTED);
    assertThatThrownBy(() -> history.check().refusedForAReason(10))
        .hasMessageContaining("could have been used");
    assertThatCode(() -> history.check().refusedForAReason(9)).doesNotThrowAnyException();
  }

  @Test
  void rejectsOneThatIsFarTooSlowAndTooManyThatAreSlow() {
    for (int i = 0; i < 1_998; i++) {
      call(1, GRANTED, 100);
    }
    call(1, GRANTED, 101);
    call(1, GRANTED, 300);
    assertThatCode(() -> history.check().withinBudget(BUDGET)).doesNotThrowAnyException();

    call(1, GRANTED, 101);
    assertThatThrownBy(() -> history.check().withinBudget(BUDGET)).hasMessageContaining("100 ms");
    assertThatCode(() -> history.check().withinBudget(BUDGET, 0.99)).doesNotThrowAnyException();

    call(1, GRANTED, 301);
    assertThatThrownBy(() -> history.check().withinBudget(BUDGET, 0.99))
        .hasMessageContaining("slowest");
  }

  @Test
  void rejectsAFailureWhereThereShouldBeNone() {
    call(1, GRANTED);
    call(1, REFUSED);
    assertThatCode(() -> history.check().neverFailed()).doesNotThrowAnyException();
    call(1, FAILED_NO);
    assertThatThrownBy(() -> history.check().neverFailed()).isInstanceOf(AssertionError.class);
  }

  @Test
  void looksAtOneKey() {
    call(6, GRANTED);
    history.add(new Call(0, 1, "other", 10, GRANTED));
    assertThat(history.check().of("k").units(GRANTED)).isEqualTo(6);
    assertThat(history.check().count(GRANTED)).isEqualTo(2);
  }

  @Test
  void recordsWhatAStoreSays() {
    StoreReply granted =
        new StoreReply(
            StoreReply.Outcome.DONE,
            Instant.EPOCH,
            Accuracy.EXACT,
            List.of(new EntryResult(3, List.of())));
    StoreReply refused =
        new StoreReply(StoreReply.Outcome.REFUSED, Instant.EPOCH, Accuracy.EXACT, List.of());

    assertThat(history.record("k", 5, () -> granted)).isEqualTo(GRANTED);
    assertThat(history.record("k", 5, () -> refused)).isEqualTo(REFUSED);
    assertThat(history.record("k", 5, () -> fail(Applied.NO))).isEqualTo(FAILED_NO);
    assertThat(history.record("k", 5, () -> fail(Applied.UNKNOWN))).isEqualTo(FAILED_UNKNOWN);

    assertThat(history.calls()).extracting(Call::cost).containsExactly(3L, 5L, 5L, 5L);
    assertThat(history.calls()).allMatch(call -> call.nanos() >= 0);
  }

  @Test
  void travelsBetweenJvmsAsLines() {
    Call call = new Call(-5, 7, "a key of words", 3, FAILED_UNKNOWN);
    assertThat(Call.of(call.line())).isEqualTo(call);
  }

  private static StoreReply fail(Applied applied) {
    throw new QuotaStoreException("no store", applied, null);
  }
}
