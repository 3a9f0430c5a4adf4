package dev.quota.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quota.store.QuotaStoreException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A process that has no processor misses replies. That says nothing about Redis. */
@Timeout(180)
final class LateProcessTest {

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int CALLERS = 12;
  private static final int HOGS = 16;

  /** Makes decisions, and says how often Redis was blamed, and how many were not answered. */
  static final class Node {
    private static final AtomicInteger CALLS = new AtomicInteger();
    private static final AtomicInteger FAILED = new AtomicInteger();
    private static final AtomicInteger BLAMED = new AtomicInteger();

    private Node() {}

    public static void main(String[] arguments) throws IOException {
      BufferedReader in =
          new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
      try (RedisQuotaStore store = RedisQuotaStore.connect(arguments[0])) {
        for (int i = 0; i < Integer.parseInt(arguments[1]); i++) {
          start(Thread::onSpinWait);
        }
        for (int i = 0; i < CALLERS; i++) {
          MonthlyUnits units = MonthlyUnits.of("user" + i);
          start(() -> ask(store, units));
        }
        start(() -> look(store));
        System.out.println("ready");
        for (String line = in.readLine(); line != null; line = in.readLine()) {
          System.out.println(CALLS.get() + " " + FAILED.get() + " " + BLAMED.get());
        }
      }
    }

    private static void start(Runnable step) {
      Thread thread =
          new Thread(
              () -> {
                while (true) {
                  step.run();
                }
              });
      thread.setDaemon(true);
      thread.start();
    }

    private static void ask(RedisQuotaStore store, MonthlyUnits units) {
      try {
        store.execute(units.take(1));
      } catch (QuotaStoreException e) {
        FAILED.incrementAndGet();
      }
      CALLS.incrementAndGet();
      LockSupport.parkNanos(Duration.ofMillis(40).toNanos());
    }

    private static void look(RedisQuotaStore store) {
      if (!store.health().available()) {
        BLAMED.incrementAndGet();
      }
      LockSupport.parkNanos(Duration.ofMillis(1).toNanos());
    }
  }

  /**
   * What a node says.
   *
   * @param calls how many decisions it made
   * @param failed how many of them without Redis
   * @param blamed how often its health said that Redis is away
   */
  private record Said(int calls, int failed, int blamed) {
    static Said by(ChildJvm node) {
      node.send("?");
      String[] numbers = node.line(PATIENCE).split(" ", -1);
      return new Said(
          Integer.parseInt(numbers[0]), Integer.parseInt(numbers[1]), Integer.parseInt(numbers[2]));
    }
  }

  private static void awaitCalls(ChildJvm node, int more) {
    int enough = Said.by(node).calls() + more;
    Eventually.within(PATIENCE, "more calls", () -> Said.by(node).calls() >= enough);
  }

  @Test
  @Tag("topology")
  void aSuspendedProcessBlamesNobodyWhenItGoesOn() {
    try (RedisProcess redis = RedisProcess.start();
        ChildJvm node = ChildJvm.start(Node.class, redis.address(), "0")) {
      node.awaitLine("ready", PATIENCE);
      awaitCalls(node, 500);
      for (long millis : new long[] {100, 300, 700, 1_500, 4_000, 400, 200, 2_500}) {
        node.pause();
        long paused = System.nanoTime();
        Eventually.within(
            PATIENCE,
            "it stood still",
            () -> System.nanoTime() - paused > Duration.ofMillis(millis).toNanos());
        node.resume();
        awaitCalls(node, 100);
      }
      Said said = Said.by(node);
      System.out.println("suspended eight times: " + said);
      assertThat(said.blamed()).isZero();
      assertThat(said.failed()).as("at most those under way").isLessThanOrEqualTo(8 * CALLERS);
    }
  }

  @Test
  @Tag("timing")
  void aBusyProcessRefusesHardlyAnybody() {
    try (RedisProcess redis = RedisProcess.start();
        ChildJvm node = ChildJvm.start(Node.class, redis.address(), String.valueOf(HOGS))) {
      node.awaitLine("ready", PATIENCE);
      awaitCalls(node, 3_000);
      Said said = Said.by(node);
      System.out.println("beside " + HOGS + " spinning threads: " + said);
      assertThat(said.blamed()).isZero();
      assertThat(said.failed()).isLessThanOrEqualTo(3);
    }
  }
}
