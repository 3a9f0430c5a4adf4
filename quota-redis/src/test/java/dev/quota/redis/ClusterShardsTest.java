package dev.quota.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.redisson.cluster.ClusterSlotRange;

final class ClusterShardsTest {

  private static final Set<String> A = Set.of("10.0.0.1:6379", "10.0.0.4:6379");
  private static final Set<String> B = Set.of("10.0.0.2:6379", "10.0.0.5:6379");
  private static final Set<String> C = Set.of("10.0.0.3:6379", "10.0.0.6:6379");

  private final Map<ClusterSlotRange, Set<String>> slots = new LinkedHashMap<>();
  private final List<String> made = new ArrayList<>();
  private final ClusterShards shards = new ClusterShards(() -> slots, this::make);

  private Shard make(String name, String tag) {
    made.add(name);
    return new Shard(name, tag, new Breaker(1, () -> {}, "not yet"), new ServerTime());
  }

  private ClusterShardsTest serve(int from, int to, Set<String> nodes) {
    slots.put(new ClusterSlotRange(from, to), nodes);
    return this;
  }

  private void thirds() {
    slots.clear();
    serve(0, 5460, A).serve(5461, 10_922, B).serve(10_923, 16_383, C);
    shards.refresh();
  }

  /** Returns the shard of a slot, through a key that has it. */
  private Shard at(int slot) {
    String tag =
        IntStream.iterate(0, n -> n + 1)
            .mapToObj(Integer::toString)
            .filter(text -> ClusterShards.slot(text) == slot)
            .findFirst()
            .orElseThrow();
    return shards.of("q{" + tag + "}chat");
  }

  @Test
  void knowsTheSlotsOfTheSpecification() {
    assertThat(ClusterShards.slot("123456789")).isEqualTo(0x31C3);
    // As redis-cli says: CLUSTER KEYSLOT foo, and somekey, and foo{hash_tag}.
    assertThat(ClusterShards.slot("foo")).isEqualTo(12_182);
    assertThat(ClusterShards.slot("somekey")).isEqualTo(11_058);
    assertThat(ClusterShards.slot("hash_tag")).isEqualTo(2515);
    assertThat(ClusterShards.slot("")).isZero();
  }

  @Test
  void isOneShardThatIsAwayUntilItKnowsMore() {
    assertThat(shards.all()).hasSize(1);
    assertThat(at(0)).isSameAs(at(16_383));
    assertThat(at(0).breaker().outage()).isNotNull();
    assertThatThrownBy(shards::refresh).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void hasABreakerForEachMasterAndAKeyToAskItBy() {
    thirds();
    assertThat(shards.all()).hasSize(3).doesNotHaveDuplicates();
    shards.all().forEach(shard -> shard.breaker().close());
    at(7).breaker().failed("gone");
    assertThat(at(5460).breaker().outage()).isNotNull();
    assertThat(at(5461).breaker().outage()).isNull();
    assertThat(at(16_383).breaker().outage()).isNull();
    for (Shard shard : shards.all()) {
      assertThat(shards.of("q{" + shard.tag() + "}")).isSameAs(shard);
    }
  }

  @Test
  void keepsAShardWhenAReplicaTookOverOrOneCameOrWent() {
    thirds();
    List<Shard> before = shards.all();
    slots.clear();
    serve(0, 5460, Set.of("10.0.0.4:6379"))
        .serve(5461, 10_922, Set.of("10.0.0.2:6379", "10.0.0.5:6379", "10.0.0.8:6379"))
        .serve(10_923, 16_383, C);
    shards.refresh();
    assertThat(shards.all()).containsExactlyElementsOf(before);
    // And its name may be that of a node which is gone: it is the same shard.
    thirds();
    assertThat(shards.all()).containsExactlyElementsOf(before);
    assertThat(made).hasSize(1 + 3);
  }

  @Test
  void followsSlotsThatMoveAndKeepsWhatIsKnownOfTheirMaster() {
    thirds();
    shards.all().forEach(shard -> shard.breaker().close());
    Shard a = at(0);
    Shard b = at(5461);
    int probed = ClusterShards.slot(b.tag());
    slots.clear();
    // B gives away all up to the slot that it was asked by, which is in the middle of nowhere now.
    serve(0, probed, A).serve(probed + 1, 10_922, B).serve(10_923, 16_383, C);
    shards.refresh();
    assertThat(at(5461)).isSameAs(a);
    Shard moved = at(10_922);
    assertThat(moved.breaker()).isSameAs(b.breaker());
    assertThat(moved.time()).isSameAs(b.time());
    assertThat(shards.of("q{" + moved.tag() + "}")).isSameAs(moved);
    assertThat(moved.breaker().outage()).as("calls go on").isNull();
    assertThat(shards.all()).hasSize(3);
  }

  @Test
  void startsAnewForNodesItDoesNotKnow() {
    thirds();
    shards.all().forEach(shard -> shard.breaker().close());
    serve(0, 100, Set.of("10.0.0.9:6379"));
    slots.remove(new ClusterSlotRange(0, 5460));
    serve(101, 5460, A);
    shards.refresh();
    assertThat(shards.all()).hasSize(4);
    assertThat(at(100).breaker().outage()).as("nothing is known of it").isNotNull();
    assertThat(at(101).breaker().outage()).isNull();
  }
}
