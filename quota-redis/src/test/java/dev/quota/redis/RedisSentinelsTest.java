package dev.quota.redis;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.redisson.api.RBucket;
import org.redisson.api.RedissonClient;
import org.redisson.client.RedisException;
import org.redisson.client.codec.StringCodec;

@Timeout(120)
@Tag("topology")
final class RedisSentinelsTest {

  @Test
  void failOverToAReplicaOfAKilledMasterAndOfAPausedOne() {
    try (RedisSentinels sentinels = RedisSentinels.start(2)) {
      RedisProcess first = sentinels.master();
      RedissonClient redisson = PlainRedisson.to(sentinels);
      try {
        RBucket<String> bucket = redisson.getBucket("k", StringCodec.INSTANCE);
        bucket.set("v");
        sentinels.awaitSynced();
        first.kill();
        RedisProcess second = sentinels.awaitFailover(first);
        assertThat(second).isNotSameAs(first);
        assertThat(second.command("GET", "k")).isEqualTo("v");
        Eventually.within(
            Duration.ofSeconds(20), "the client follows", () -> isSetThrough(bucket, second));

        first.restart();
        sentinels.awaitReplicas();
        second.pause();
        assertThat(sentinels.awaitFailover(second)).isNotSameAs(second);
      } finally {
        PlainRedisson.close(redisson);
      }
    }
  }

  private static boolean isSetThrough(RBucket<String> bucket, RedisProcess master) {
    try {
      bucket.set("w");
      return "w".equals(master.command("GET", "k"));
    } catch (RedisException notYet) {
      return false;
    }
  }
}
