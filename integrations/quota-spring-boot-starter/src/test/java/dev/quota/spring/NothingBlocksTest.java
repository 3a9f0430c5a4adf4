package dev.quota.spring;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpRequest;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import reactor.blockhound.BlockHound;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** No thread that others need waits, with a Redis that is 40 ms away. */
@Tag("once")
@Tag("topology")
class NothingBlocksTest {

  private static final Queue<String> BLOCKED = new ConcurrentLinkedQueue<>();

  private static FarRedis redis;
  private static RunningApp app;

  @BeforeAll
  static void start() throws IOException {
    BlockHound.install(NothingBlocksTest::rules);
    redis = new FarRedis();
    app =
        RunningApp.startReactive(
            FluxApplication.class,
            "quota.policies=classpath:quotas.yaml",
            "quota.redis.url=" + redis.url());
  }

  private static void rules(BlockHound.Builder rules) {
    rules
        .nonBlockingThreadPredicate(
            known -> known.or(thread -> thread.getName().startsWith("redisson-netty")))
        // Both read or write what the kernel has room for.
        .allowBlockingCallsInside("java.security.SecureRandom", "nextBytes")
        .allowBlockingCallsInside("java.util.logging.ConsoleHandler", "publish")
        .blockingMethodCallback(method -> note(String.valueOf(method)));
  }

  /** Notes what our own code waits for; what frameworks do by themselves is theirs. */
  private static void note(String method) {
    List<String> stack =
        Arrays.stream(new Exception().getStackTrace()).map(String::valueOf).toList();
    if (stack.stream()
        .filter(it -> !it.contains(".lambda$rules$") && !it.contains(".note("))
        .anyMatch(it -> it.contains("dev.quota."))) {
      BLOCKED.add(
          Thread.currentThread().getName() + ": " + method + "\n  " + String.join("\n  ", stack));
    }
  }

  @AfterAll
  static void stop() throws IOException {
    app.close();
    redis.close();
  }

  @Test
  void blockingIsNoticed() {
    Scheduler scheduler = Schedulers.newParallel("noticed", 1);
    var unused = scheduler.schedule(NothingBlocksTest::block);
    RunningApp.await(() -> BLOCKED.stream().anyMatch(it -> it.contains("noticed")));
    BLOCKED.removeIf(it -> it.contains("noticed"));
    scheduler.dispose();
  }

  private static void block() {
    try {
      Thread.sleep(1);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void noRequestBlocksAThread() {
    for (String path :
        new String[] {
          "/chat",
          "/chat",
          "/chat",
          "/chat",
          "/both",
          "/permit",
          "/permit-stream",
          "/permit-empty",
          "/exchange",
          "/current",
          "/reserve?units=7",
          "/reserve?units=20",
          "/notices",
          "/thrown",
          "/entity",
          "/handled",
          "/admin",
          "/free",
          "/quota/state",
          "/quota/check?quota=chat&cost=1",
          "/quota/quota.js",
          "/nothing-here"
        }) {
      assertThat(app.get(path, "X-User", "nobody waits").statusCode()).isPositive();
    }
    for (int i = 0; i < 3; i++) {
      HttpRequest keyed =
          app.request("/idempotent")
              .header("X-User", "nobody waits for keys")
              .header("Idempotency-Key", "\"k\"")
              .POST(HttpRequest.BodyPublishers.ofString("x".repeat(i * 100)))
              .build();
      assertThat(app.send(keyed).statusCode()).isPositive();
    }
    for (String path : new String[] {"/permit", "/permit-stream", "/permit-empty"}) {
      for (int i = 0; i < 3; i++) {
        assertThat(app.get(path, "X-User", "one at once").statusCode()).as(path).isEqualTo(200);
      }
    }
    assertThat(app.used("nobody waits", "tokens")).isPositive();
    assertThat(BLOCKED).isEmpty();
  }
}
