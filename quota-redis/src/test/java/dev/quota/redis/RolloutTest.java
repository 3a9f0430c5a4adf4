package dev.quota.redis;

import static dev.quota.redis.Charges.ALICE;
import static dev.quota.redis.Charges.burst;
import static dev.quota.redis.Charges.daily;
import static dev.quota.redis.Charges.isDone;
import static dev.quota.redis.Charges.limit;
import static dev.quota.redis.Charges.monthly;
import static dev.quota.redis.Charges.name;
import static dev.quota.redis.Charges.take;
import static dev.quota.redis.Charges.used;
import static org.assertj.core.api.Assertions.assertThat;

import dev.quota.spi.LimitSpec;
import dev.quota.spi.StoreReply;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/**
 * A roll-out, step by step: nodes with the old and the new policy side by side. {@link
 * RolloutTraceTest} compares random ones with the model.
 */
final class RolloutTest extends OnRedis {

  private static final LimitSpec BURST = burst(10);
  private static final LimitSpec DAILY = daily(50);
  private static final LimitSpec MONTHLY = monthly(500);

  private int packedBytes() {
    return value(name(ALICE)).length;
  }

  @Test
  void aLimitThatWasAddedStartsFullOnEveryNode() {
    RedisQuotaStore before = store();
    RedisQuotaStore after = store();
    before.execute(take(ALICE, 9, BURST, DAILY));

    StoreReply first = after.execute(take(ALICE, 1, BURST, DAILY, MONTHLY));

    assertThat(limit(first, 0).used()).isEqualTo(10);
    assertThat(limit(first, 1).used()).isEqualTo(10);
    assertThat(limit(first, 2).used()).isEqualTo(1);
    assertThat(isDone(before.execute(take(ALICE, 1, BURST, DAILY)))).isFalse();
  }

  @Test
  void aLimitThatOneNodeDoesNotKnowYetIsNotRefilledByIt() {
    RedisQuotaStore before = store();
    RedisQuotaStore after = store();
    after.execute(take(ALICE, 50, DAILY, MONTHLY));

    for (int i = 0; i < 5; i++) {
      before.execute(take(ALICE, 10, MONTHLY));
      clock.advance(Duration.ofMinutes(30));
      assertThat(isDone(after.execute(take(ALICE, 1, DAILY, MONTHLY)))).as("%d", i).isFalse();
    }

    assertThat(used(after, ALICE, DAILY)).isEqualTo(50);
    assertThat(used(after, ALICE, MONTHLY)).isEqualTo(100);
  }

  @Test
  void aRollingLimitThatANodeDoesNotKnowDrainsAllTheSame() {
    RedisQuotaStore before = store();
    RedisQuotaStore after = store();
    before.execute(take(ALICE, 10, BURST, DAILY));
    after.execute(take(ALICE, 1, DAILY));

    clock.advance(Duration.ofSeconds(30));
    after.execute(take(ALICE, 1, DAILY));

    assertThat(used(before, ALICE, BURST)).isEqualTo(5);
    assertThat(used(before, ALICE, DAILY)).isEqualTo(12);
  }

  @Test
  void aRemovedLimitDisappearsOnceItHasEnded() {
    RedisQuotaStore before = store();
    RedisQuotaStore after = store();
    after.execute(take(ALICE, 1, DAILY));
    int alone = packedBytes();
    before.execute(take(ALICE, 10, BURST, DAILY, MONTHLY));
    after.execute(take(ALICE, 1, DAILY));
    assertThat(packedBytes()).as("all three are there").isGreaterThan(alone);

    clock.advance(Duration.ofDays(40));
    after.execute(take(ALICE, 1, DAILY));

    assertThat(packedBytes()).as("packed again").isEqualTo(alone);
    assertThat(used(before, ALICE, BURST)).isZero();
    assertThat(used(before, ALICE, MONTHLY)).isZero();
  }

  @Test
  void theOrderOfLimitsDoesNotMatter() {
    RedisQuotaStore one = store();
    RedisQuotaStore two = store();
    for (int i = 0; i < 4; i++) {
      one.execute(take(ALICE, 1, BURST, DAILY, MONTHLY));
      two.execute(take(ALICE, 1, MONTHLY, BURST, DAILY));
    }

    assertThat(used(one, ALICE, BURST)).isEqualTo(8);
    assertThat(used(one, ALICE, DAILY)).isEqualTo(8);
    assertThat(used(one, ALICE, MONTHLY)).isEqualTo(8);
  }

  @Test
  void aChangedCapacityAppliesAtOnceAndKeepsTheCount() {
    RedisQuotaStore before = store();
    RedisQuotaStore after = store();
    before.execute(take(ALICE, 42, daily(50)));

    StoreReply lowered = after.execute(take(ALICE, 1, daily(40)));
    assertThat(isDone(lowered)).isFalse();
    assertThat(limit(lowered, 0).used()).isEqualTo(42);
    StoreReply raised = after.execute(take(ALICE, 58, daily(100)));
    assertThat(isDone(raised)).isTrue();
    assertThat(limit(raised, 0).used()).isEqualTo(100);
    assertThat(isDone(before.execute(take(ALICE, 1, daily(50))))).isFalse();
  }

  @Test
  void aLimitOfTheSameNameOverAnotherWindowIsAnother() {
    RedisQuotaStore before = store();
    RedisQuotaStore after = store();
    LimitSpec perHour = Charges.rolling("burst", 10, Duration.ofHours(1));
    before.execute(take(ALICE, 10, BURST));

    assertThat(isDone(after.execute(take(ALICE, 10, perHour)))).isTrue();
    assertThat(used(before, ALICE, BURST)).isEqualTo(10);
    clock.advance(Duration.ofMinutes(1));
    assertThat(used(before, ALICE, BURST)).isZero();
    assertThat(used(after, ALICE, perHour)).isEqualTo(10);
  }
}
