package dev.quota.redis;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.redisson.api.RedissonClient;

final class RunningThreadsTest {

  @Test
  void namesAThreadThatWasLeftBehindAndForgivesOneThatEnds() {
    CountDownLatch end = new CountDownLatch(1);
    RunningThreads before = RunningThreads.now();
    Thread left =
        new Thread(
            () -> {
              try {
                end.await();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            },
            "left-behind");
    left.start();
    try {
      assertThatThrownBy(() -> before.assertNoMore(Duration.ofMillis(50)))
          .hasMessageContaining("left-behind");
    } finally {
      end.countDown();
    }
    assertThatCode(() -> before.assertNoMore(Duration.ofSeconds(30))).doesNotThrowAnyException();
  }

  @Test
  void seesAllThreadsOfARedissonEnd() {
    try (RedisProcess redis = RedisProcess.start()) {
      RunningThreads before = RunningThreads.now();
      RedissonClient client = PlainRedisson.to(redis.address());
      assertThatThrownBy(() -> before.assertNoMore(Duration.ofMillis(50)))
          .hasMessageContaining("redisson");
      PlainRedisson.close(client);
      before.assertNoMore(Duration.ofSeconds(30));
    }
  }
}
