package dev.quota.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quota.redis.RespConnection.RefusedByRedis;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.redisson.api.RedissonClient;
import org.redisson.client.codec.StringCodec;

@Timeout(120)
@Tag("topology")
final class RedisClusterTest {

  private static RedisCluster cluster;

  @BeforeAll
  static void startCluster() {
    cluster = RedisCluster.start();
  }

  @AfterAll
  static void closeCluster() {
    cluster.close();
  }

  private static RedisProcess otherThan(RedisProcess master) {
    return cluster.masters().stream().filter(node -> node != master).findFirst().orElseThrow();
  }

  @Test
  void sendsAClientOnToTheMasterOfAKey() {
    RedisProcess master = cluster.masterOf("k");
    RedisProcess other = otherThan(master);

    assertThat(cluster.masters()).hasSize(3);
    assertThat(master.command("SET", "k", "v")).isEqualTo("OK");
    assertThatThrownBy(() -> other.command("GET", "k"))
        .isInstanceOf(RefusedByRedis.class)
        .hasMessage("MOVED " + cluster.slot("k") + " 127.0.0.1:" + master.port());
  }

  @Test
  void movesASlotStepByStep() {
    RedisProcess from = cluster.masterOf("{moving}");
    RedisProcess to = otherThan(from);
    from.command("SET", "{moving}here", "v");
    RedissonClient redisson = PlainRedisson.to(cluster);
    try {
      SlotMove move = cluster.beginMove("{moving}", to);
      assertThat(from.command("GET", "{moving}here")).isEqualTo("v");
      assertThatThrownBy(() -> from.command("GET", "{moving}missing"))
          .hasMessage("ASK " + cluster.slot("{moving}") + " 127.0.0.1:" + to.port());
      move.moveKeys();
      assertThatThrownBy(() -> from.command("GET", "{moving}here")).hasMessageStartingWith("ASK");
      assertThat(redisson.getBucket("{moving}here", StringCodec.INSTANCE).get()).isEqualTo("v");
      move.finish();
      assertThatThrownBy(() -> from.command("GET", "{moving}here")).hasMessageStartingWith("MOVED");
      assertThat(to.command("GET", "{moving}here")).isEqualTo("v");
      assertThat(cluster.masterOf("{moving}")).isSameAs(to);

      cluster.move("{moving}", from);
      assertThat(from.command("GET", "{moving}here")).isEqualTo("v");
    } finally {
      PlainRedisson.close(redisson);
    }
  }

  @Test
  void failsOverToTheReplicaOfAKilledMasterAndOfAPausedOne() {
    RedisProcess killed = cluster.masterOf("k");
    RedisProcess replica = cluster.replicaOf(killed);
    killed.kill();
    assertThat(cluster.awaitFailover("k", killed)).isSameAs(replica);
    assertThat(replica.command("SET", "k", "w")).isEqualTo("OK");

    killed.restart();
    cluster.awaitWhole();
    assertThat(cluster.replicaOf(replica)).isSameAs(killed);
    replica.pause();
    assertThat(cluster.awaitFailover("k", replica)).isSameAs(killed);
    replica.resume();
    Eventually.within(
        Duration.ofSeconds(20), "the paused one follows", () -> cluster.masters().size() == 3);
    cluster.awaitWhole();
  }
}
