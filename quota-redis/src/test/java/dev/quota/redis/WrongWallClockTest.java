package dev.quota.redis;

import static dev.quota.redis.Charges.ALICE;
import static dev.quota.redis.Charges.burst;
import static dev.quota.redis.Charges.isDone;
import static dev.quota.redis.Charges.limit;
import static dev.quota.redis.Charges.monthly;
import static dev.quota.redis.Charges.peek;
import static dev.quota.redis.Charges.take;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.quota.spi.LimitSpec;
import dev.quota.spi.StoreReply;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A node whose wall clock is hours off decides like the others: its clock is faked by libfaketime,
 * from outside of the JVM. That no class even asks for it is what {@link RoomsTest} proves.
 */
final class WrongWallClockTest extends OnRedis {

  private static final Duration PATIENCE_WITH_JVM = Duration.ofSeconds(60);
  private static final Path FAKETIME = Path.of("/usr/bin/faketime");
  private static final LimitSpec MONTHLY = monthly(100);

  @BeforeAll
  static void needsFaketime() {
    assumeTrue(Files.isExecutable(FAKETIME), "apt-get install faketime");
  }

  /** Says what its clock shows, and for each line takes as many units as there are. */
  static final class Node {
    private Node() {}

    public static void main(String[] arguments) throws IOException {
      try (RedisQuotaStore store =
          RedisQuotaStore.builder(arguments[0])
              .timeBudget(PATIENCE)
              .startUpWait(PATIENCE)
              .build()) {
        System.out.println(System.currentTimeMillis());
        BufferedReader in =
            new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
          int granted = 0;
          for (int i = 0; i < Integer.parseInt(line); i++) {
            granted += isDone(store.execute(take(ALICE, 1, burst(1_000), MONTHLY))) ? 1 : 0;
          }
          StoreReply reply = store.execute(peek(ALICE, burst(1_000), MONTHLY));
          System.out.println(
              granted
                  + " "
                  + reply.now().toEpochMilli()
                  + " "
                  + limit(reply, 1).used()
                  + " "
                  + limit(reply, 1).resetAtMillis().orElseThrow());
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"+5h", "-45d"})
  void aNodeWhoseWallClockIsWrongDecidesLikeTheOthers(String offset) {
    RedisQuotaStore right = store(builder -> builder);
    try (ChildJvm wrong =
        ChildJvm.start(List.of(FAKETIME.toString(), "-f", offset), Node.class, redis.address())) {
      long shown = Long.parseLong(wrong.line(PATIENCE_WITH_JVM));
      assertThat(Math.abs(shown - redisMillis())).as("it is wrong").isGreaterThan(4 * 3_600_000L);

      long before = redisMillis();
      wrong.send("40");
      String[] first = wrong.line(PATIENCE_WITH_JVM).split(" ", -1);
      assertThat(first[0]).as("granted").isEqualTo("40");
      assertThat(Long.parseLong(first[1])).as("now").isBetween(before, redisMillis());

      int granted = 0;
      for (int i = 0; i < 40; i++) {
        granted += isDone(right.execute(take(ALICE, 1, burst(1_000), MONTHLY))) ? 1 : 0;
      }
      assertThat(granted).as("nothing was refilled, nothing lost").isEqualTo(40);
      wrong.send("40");
      String[] second = wrong.line(PATIENCE_WITH_JVM).split(" ", -1);
      assertThat(second[0]).as("what was left").isEqualTo("20");
      StoreReply reply = right.execute(take(ALICE, 1, burst(1_000), MONTHLY));
      assertThat(isDone(reply)).isFalse();
      assertThat(second[2]).isEqualTo("" + limit(reply, 1).used()).isEqualTo("100");
      assertThat(second[3]).isEqualTo("" + limit(reply, 1).resetAtMillis().orElseThrow());
      assertThat(wrong.end(PATIENCE_WITH_JVM)).isZero();
    }
  }
}
