package dev.quota.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quota.spi.LimitSpec;
import dev.quota.spi.QuotaStore;
import dev.quota.spi.StoreCommand;
import dev.quota.spi.StoreReply;
import dev.quota.store.ManualClock;
import dev.quota.storetests.ModelStore;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Nodes with different versions of a policy decide in turns about the same keys. Limits are added,
 * removed and put in another order, and their capacities, zones and billing days change; the counts
 * are those of the model, which has no layout to get wrong.
 */
final class RolloutTraceTest extends OnRedis {

  private static final int STEPS = Boolean.getBoolean("quota.soak") ? 20_000 : 700;

  @ParameterizedTest(name = "{0} nodes")
  @ValueSource(ints = {2, 3})
  void nodesWithDifferentPoliciesNeverLoseOrDoubleACount(int nodes) {
    for (long seed = 21_000; seed < 21_004; seed++) {
      emptyRedis();
      ManualClock time = new ManualClock(Instant.EPOCH);
      List<QuotaStore> stores = new ArrayList<>();
      for (int i = 0; i < nodes; i++) {
        stores.add(store(builder -> builder.handedTime(time)));
      }
      rollOut(seed, time, stores);
    }
  }

  private static void rollOut(long seed, ManualClock time, List<QuotaStore> stores) {
    RandomCharges charges = new RandomCharges(seed, time);
    time.set(charges.start());
    QuotaStore model = new ModelStore(time);
    List<List<LimitSpec>> versions = new ArrayList<>();
    stores.forEach(store -> versions.add(charges.version()));
    for (int step = 0; step < STEPS; step++) {
      charges.move();
      int node = charges.random().nextInt(stores.size());
      if (charges.random().nextInt(40) == 0) {
        // A roll-out arrives at this node: a new version, or the one of a neighbour.
        versions.set(
            node,
            charges.random().nextBoolean()
                ? charges.version()
                : versions.get((node + 1) % stores.size()));
      }
      StoreCommand command = charges.command(versions.get(node));
      StoreReply expected = model.execute(command);
      StoreReply actual = stores.get(node).execute(command);
      assertThat(actual)
          .as("seed %d, step %d, node %d, %s, %s", seed, step, node, time.instant(), command)
          .isEqualTo(expected);
      charges.saw(actual);
    }
  }
}
