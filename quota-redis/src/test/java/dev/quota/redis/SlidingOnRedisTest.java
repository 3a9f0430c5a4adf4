package dev.quota.redis;

import static dev.quota.redis.Charges.ALICE;
import static dev.quota.redis.Charges.daily;
import static dev.quota.redis.Charges.name;
import static dev.quota.redis.Charges.used;
import static org.assertj.core.api.Assertions.assertThat;

import dev.quota.policy.Capacity;
import dev.quota.policy.Window;
import dev.quota.spi.Entry;
import dev.quota.spi.LimitSpec;
import dev.quota.spi.OnShort;
import dev.quota.spi.StoreCommand;
import dev.quota.spi.StoreReply.Outcome;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** How the slots of a sliding limit are stored, and for how long. */
final class SlidingOnRedisTest extends OnRedis {

  private static final Duration DAY = Duration.ofDays(1);
  private static final LimitSpec LAST_DAY =
      new LimitSpec("day", new Window.Sliding(DAY), Capacity.of(1_000));

  private static void take(RedisQuotaStore store, LimitSpec... limits) {
    Entry entry = new Entry(ALICE, List.of(limits), 1, 1, 1, OnShort.REFUSE_ALL);
    assertThat(store.execute(new StoreCommand.Take(List.of(entry), Optional.empty())).outcome())
        .isEqualTo(Outcome.DONE);
  }

  private void takeInEachSlot(RedisQuotaStore store) {
    for (int slot = 0; slot < 100; slot++) {
      take(store, LAST_DAY);
      clock.advance(DAY.dividedBy(100));
    }
  }

  @Test
  void aValueWithAllSlotsHasLessThanTwoKilobytes() {
    RedisQuotaStore store = store();
    take(store, LAST_DAY);
    assertThat((Long) redis.command("MEMORY", "USAGE", name(ALICE))).isLessThan(130);

    takeInEachSlot(store);

    assertThat((Long) redis.command("STRLEN", name(ALICE))).isLessThan(1_600);
    assertThat((Long) redis.command("MEMORY", "USAGE", name(ALICE))).isLessThan(2_000);
  }

  @Test
  void aKeyLivesUntilTheLastUnitHasComeBack() {
    RedisQuotaStore store = store();
    take(store, LAST_DAY);
    assertThat(pttl(name(ALICE))).isBetween(DAY.toMillis(), DAY.toMillis() + 62_000);
    clock.advance(DAY);
    take(store, LAST_DAY);

    assertThat(used(store, ALICE, LAST_DAY)).as("the first has come back").isEqualTo(1);
    assertThat((Long) redis.command("STRLEN", name(ALICE))).as("and is forgotten").isEqualTo(34);
  }

  @Test
  void slotsSurviveChargesUnderAPolicyWithoutTheLimit() {
    RedisQuotaStore store = store();
    takeInEachSlot(store);
    take(store, daily(50));
    clock.advance(Duration.ofHours(1));
    take(store, daily(50));

    assertThat(used(store, ALICE, LAST_DAY)).isEqualTo(95);
  }
}
