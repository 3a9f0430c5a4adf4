package dev.quota.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.redisson.api.RedissonClient;

@Timeout(120)
final class ChildJvmTest {

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /** Adds as many times as it is told to a number in Redis. */
  static final class Counting {
    private Counting() {}

    public static void main(String[] arguments) throws IOException {
      RedissonClient redisson = PlainRedisson.to(arguments[0]);
      BufferedReader in =
          new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
      System.out.println("ready");
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        long last = 0;
        for (int i = 0; i < Integer.parseInt(line); i++) {
          last = redisson.getAtomicLong("n").incrementAndGet();
        }
        System.out.println(last);
      }
      PlainRedisson.close(redisson);
    }
  }

  @Test
  void worksBesideAnotherOnOneRedis() {
    RunningThreads before = RunningThreads.now();
    try (RedisProcess redis = RedisProcess.start();
        ChildJvm one = ChildJvm.start(Counting.class, redis.address());
        ChildJvm two = ChildJvm.start(Counting.class, redis.address())) {
      one.awaitLine("ready", PATIENCE);
      two.awaitLine("ready", PATIENCE);
      one.send("500");
      two.send("500");
      long most = Math.max(Long.parseLong(one.line(PATIENCE)), Long.parseLong(two.line(PATIENCE)));
      assertThat(most).isEqualTo(1_000);
      assertThat(one.end(PATIENCE)).isZero();

      two.kill();
      assertThatThrownBy(() -> two.send("1")).hasMessageContaining("has ended");
    }
    before.assertNoMore(PATIENCE);
  }

  @Test
  void saysWhyAChildSaidNothing() {
    try (ChildJvm child = ChildJvm.start(Counting.class)) {
      assertThat(child.end(PATIENCE)).isEqualTo(1);
      assertThatThrownBy(() -> child.line(Duration.ofMillis(1)))
          .hasMessageContaining("ArrayIndexOutOfBounds");
    }
  }
}
