package dev.quota.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quota.spi.QuotaStore;
import dev.quota.store.ManualClock;
import dev.quota.storetests.StoreTrace;
import java.time.Instant;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/**
 * The contract's random traces, through those ways of the script that short commands do not take.
 * {@link RedisContractTest} runs many more on the usual way.
 */
final class TraceModesTest extends OnRedis {

  private static final int STEPS = 300;
  private static final int TRACES = Boolean.getBoolean("quota.soak") ? 500 : 2;

  private void agrees(long firstSeed, UnaryOperator<QuotaStore> way) {
    agrees(firstSeed, UnaryOperator.identity(), way);
  }

  private void agrees(
      long firstSeed,
      UnaryOperator<RedisQuotaStoreBuilder> settings,
      UnaryOperator<QuotaStore> way) {
    for (long seed = firstSeed; seed < firstSeed + TRACES; seed++) {
      emptyRedis();
      ManualClock time = new ManualClock(Instant.EPOCH);
      QuotaStore store = way.apply(store(builder -> settings.apply(builder.handedTime(time))));
      assertThat(new StoreTrace(seed, store, time).run(STEPS)).isGreaterThan(STEPS / 4);
    }
  }

  @Test
  void agreesWithTheModelWhenEveryCallTravelsAlone() {
    agrees(11_000, builder -> builder.combining(false), UnaryOperator.identity());
  }

  @Test
  void agreesWithTheModelWhenTheScriptKeepsItsVariablesInATable() {
    agrees(12_000, store -> new PaddedStore(store, 0, 2));
  }

  @Test
  void agreesWithTheModelWhenAnEntryHasTooManyLimitsForAShortHead() {
    agrees(13_000, store -> new PaddedStore(store, 16, 0));
  }

  @Test
  void agreesWithTheModelWhenAnEntryHasTooManyLimitsForThePackedLayout() {
    agrees(16_000, store -> new PaddedStore(store, 26, 0));
  }

  @Test
  void agreesWithTheModelWhenBothAreTooMany() {
    agrees(14_000, store -> new PaddedStore(store, 16, 3));
  }

  @Test
  void agreesWithTheModelWhenTheNumberOfLimitsChangesAllTheTime() {
    agrees(15_000, store -> new AlternatingStore(15_000, new PaddedStore(store, 16, 1), store));
  }
}
