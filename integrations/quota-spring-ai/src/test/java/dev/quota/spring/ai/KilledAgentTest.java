package dev.quota.spring.ai;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quota.Quotas;
import dev.quota.Subject;
import dev.quota.models.FakeProvider;
import dev.quota.models.KilledProcess;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import redis.embedded.RedisServer;

/** A node that is killed while an agent's tool runs. */
@Tag("topology")
class KilledAgentTest {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @Test
  void theEstimateStaysChargedAndNothingElse() throws Exception {
    int port;
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    RedisServer redis = RedisServer.newRedisServer().port(port).setting("save \"\"").build();
    redis.start();
    String url = "redis://127.0.0.1:" + port;
    Subject alice = Subject.user("alice");
    try (FakeProvider provider = new FakeProvider();
        Quotas quotas = ToolRound.quotas(url)) {
      KilledProcess.run(
          List.of("-Dquota.ai.models=" + System.getProperty("quota.ai.models")),
          ToolRound.class,
          url,
          provider.url());
      var daily = quotas.states(alice).quota("tokens").orElseThrow().primary();
      long taken = daily.used().orElseThrow() + daily.reserved().orElse(0);
      var billed = provider.billed("a");
      assertThat(provider.requests()).isEqualTo(1);
      assertThat(taken)
          .isGreaterThanOrEqualTo(billed.input() + 2 * billed.output())
          .isLessThan(2 * 100 + 200);
      await(() -> reserved(quotas, alice) == 0);
      var after = quotas.states(alice).quota("tokens").orElseThrow().primary();
      assertThat(after.used()).hasValue(taken);
    } finally {
      redis.stop();
    }
  }

  private static long reserved(Quotas quotas, Subject subject) {
    return quotas.states(subject).quota("tokens").orElseThrow().primary().reserved().orElseThrow();
  }

  private static void await(BooleanSupplier condition) {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).isLessThan(end);
      LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
    }
  }
}
