package dev.quota.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quota.redis.RespConnection.RefusedByRedis;
import java.io.UncheckedIOException;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.redisson.api.RedissonClient;

@Timeout(60)
final class RedisProcessTest {

  @Test
  void runsTheBinaryThatWasAskedFor() {
    try (RedisProcess redis = RedisProcess.start()) {
      assertThat(redis.info("server"))
          .containsEntry("process_id", "" + redis.pid())
          .containsEntry("tcp_port", "" + redis.port())
          .hasEntrySatisfying(
              "redis_version",
              version ->
                  assertThat(version)
                      .startsWith(
                          RedisBinary.used().major() + "." + RedisBinary.used().minor() + "."));
    }
  }

  @Test
  void losesItsDataWhenKilledUnlessAppendOnly() {
    try (RedisProcess forgetful = RedisProcess.start();
        RedisProcess careful = RedisProcess.start("appendonly yes", "appendfsync always")) {
      for (RedisProcess redis : new RedisProcess[] {forgetful, careful}) {
        redis.command("SET", "k", "v");
        redis.kill();
        assertThat(redis.isRunning()).isFalse();
        redis.restart();
      }
      assertThat(forgetful.command("GET", "k")).isNull();
      assertThat(careful.command("GET", "k")).isEqualTo("v");

      careful.stop();
      careful.restartEmpty();
      assertThat(careful.databaseSize()).isZero();
    }
  }

  @Test
  void answersNothingWhilePausedAndGoesOnAfterwards() throws Exception {
    try (RedisProcess redis = RedisProcess.start();
        RespConnection connection = RespConnection.open(redis.port(), Duration.ofMillis(50))) {
      redis.pause();
      assertThatThrownBy(() -> connection.call("INCR", "n"))
          .isInstanceOf(SocketTimeoutException.class);
      redis.resume();
      // The command was in the server's socket all the time.
      assertThat(connection.reply()).isEqualTo(1L);
    }
  }

  @Test
  void canBeKilledWhilePaused() {
    Path directory;
    try (RedisProcess redis = RedisProcess.start()) {
      directory = Path.of((String) ((List<?>) redis.command("CONFIG", "GET", "dir")).get(1));
      assertThat(directory).exists();
      redis.pause();
    }
    assertThat(Files.exists(directory)).isFalse();
  }

  @Test
  void saysWhatTheServerSaidWhenItDoesNotStart() {
    assertThatThrownBy(() -> RedisProcess.start("no-such-directive 1"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("no-such-directive");
  }

  @Test
  void countsCallsAndBytes() {
    try (RedisProcess redis = RedisProcess.start()) {
      redis.command("SET", "k", "v");
      redis.command("SET", "k", "w");
      assertThat(redis.calls("set")).isEqualTo(2);
      assertThat(redis.calls("evalsha")).isZero();
      redis.resetStatistics();
      assertThat(redis.calls("set")).isZero();
      assertThat(redis.memoryUsage("k")).isPositive();
      assertThat(redis.memoryUsage("other")).isZero();
      assertThat(redis.databaseSize()).isEqualTo(1);
    }
  }

  @Test
  void canBeBusyForAWhile() {
    try (RedisProcess redis = RedisProcess.start()) {
      redis.stall(Duration.ofMillis(100));
      // Two commands behind it: the first may overtake, the second is answered at the end.
      redis.command("PING");
      redis.command("PING");
      assertThat(redis.info("commandstats").get("cmdstat_debug")).contains("calls=1,");
    }
  }

  @Test
  void asksForAPasswordAndKnowsUsers() {
    try (RedisProcess redis =
        RedisConfig.with("user reader on >r ~* +get +ping -@dangerous")
            .password("secret")
            .start()) {
      assertThat(redis.command("SET", "k", "v")).isEqualTo("OK");
      assertThatThrownBy(
              () -> {
                try (RespConnection stranger =
                    RespConnection.open(redis.port(), Duration.ofSeconds(1))) {
                  stranger.call("GET", "k");
                }
              })
          .isInstanceOf(RefusedByRedis.class)
          .hasMessageStartingWith("NOAUTH");
      RedissonClient reader =
          PlainRedisson.to(
              redis.address(), config -> config.setUsername("reader").setPassword("r"));
      try {
        assertThatThrownBy(() -> reader.getBucket("k").set("w")).hasMessageContaining("NOPERM");
      } finally {
        PlainRedisson.close(reader);
      }
    }
  }

  @Test
  void refusesWritesBeyondItsMemory() {
    try (RedisProcess redis = RedisProcess.start("maxmemory 1", "maxmemory-policy noeviction")) {
      assertThatThrownBy(() -> redis.command("SET", "k", "v"))
          .isInstanceOf(RefusedByRedis.class)
          .hasMessageStartingWith("OOM");
    }
  }

  @Test
  void isGoneForClientsWhenStopped() {
    try (RedisProcess redis = RedisProcess.start()) {
      redis.stop();
      assertThatThrownBy(() -> redis.command("PING")).isInstanceOf(UncheckedIOException.class);
      assertThatThrownBy(redis::resume).isInstanceOf(IllegalStateException.class);
    }
  }
}
