package dev.quota.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class ServerTimeTest {

  private static final long MILLI = 1_000_000;
  private static final long HOUR = Duration.ofHours(1).toMillis();

  private final ServerTime time = new ServerTime();

  @Test
  void knowsNothingBeforeTheFirstReply() {
    assertThat(time.isKnown()).isFalse();
    assertThatThrownBy(() -> time.earliestMillis(0)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void aReplyProvesTheLeastTheServerCanShow() {
    // Asked at 10 ms, received at 14 ms: at 14 ms the server shows 1,000 at least.
    time.learn(1_000, 10 * MILLI, 14 * MILLI);

    assertThat(time.isKnown()).isTrue();
    assertThat(time.earliestMillis(14 * MILLI)).isEqualTo(1_000);
    assertThat(time.earliestMillis(14 * MILLI - 1)).isEqualTo(999);
    assertThat(time.earliestMillis(24 * MILLI)).as("less 2 µs of drift").isEqualTo(1_009);
    assertThat(time.earliestMillis(25 * MILLI)).isEqualTo(1_010);
  }

  @Test
  void worksWithTheNegativeNanosThatAVirtualMachineMayHave() {
    time.learn(1_000, -14 * MILLI, -10 * MILLI);

    assertThat(time.earliestMillis(-10 * MILLI)).isEqualTo(1_000);
    assertThat(time.earliestMillis(-1)).isEqualTo(1_009);
  }

  @Test
  void aFastReplyNarrowsAndASlowOneDoesNotWidenAgain() {
    time.learn(1_000, 0, 40 * MILLI);
    assertThat(time.earliestMillis(40 * MILLI)).isEqualTo(1_000);

    time.learn(1_040, 40 * MILLI, 41 * MILLI);
    assertThat(time.earliestMillis(41 * MILLI)).isEqualTo(1_040);

    time.learn(1_041, 41 * MILLI, 90 * MILLI);
    assertThat(time.earliestMillis(90 * MILLI)).isEqualTo(1_088);
  }

  @Test
  void trustsAnOldReplyLessEveryMinute() {
    time.learn(0, 0, 0);

    // 200 of a million: 12 ms in a minute, 720 ms in an hour.
    assertThat(time.earliestMillis(60_000 * MILLI)).isEqualTo(60_000 - 12);
    assertThat(time.earliestMillis(HOUR * MILLI)).isEqualTo(HOUR - 720);
  }

  @Test
  void anOldReplyGivesWayToANewerOneThatLiesWithinItsDrift() {
    time.learn(0, 0, 0);

    // The server's clock ran 100 of a million slower.
    time.learn(HOUR - 360, HOUR * MILLI, HOUR * MILLI);

    assertThat(time.earliestMillis(HOUR * MILLI)).isEqualTo(HOUR - 360);
  }

  @Test
  void believesTheLastReplyAloneWhenTheClockWasSetForwards() {
    time.learn(1_000, 0, MILLI);

    time.learn(1_000 + HOUR, 10 * MILLI, 11 * MILLI);

    assertThat(time.earliestMillis(11 * MILLI)).isEqualTo(1_000 + HOUR);
  }

  @Test
  void believesTheLastReplyAloneWhenTheClockWasSetBack() {
    time.learn(1_000 + HOUR, 0, MILLI);

    time.learn(1_000, 10 * MILLI, 11 * MILLI);

    assertThat(time.earliestMillis(11 * MILLI)).isEqualTo(1_000);
  }

  @Test
  void isNeverAheadOfAClockThatDriftsAndRepliesThatCrawl() {
    for (long seed = 1; seed <= 200; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      ServerTime learned = new ServerTime();
      double rate = 1 + random.nextDouble(-190e-6, 190e-6);
      long nanos = random.nextLong(-1_000_000 * MILLI, 1_000_000 * MILLI);
      long offset = random.nextLong(1_000_000 * MILLI, 2_000_000_000L * MILLI);
      long start = nanos;
      long least = Long.MAX_VALUE;
      for (int i = 0; i < 300; i++) {
        nanos += random.nextLong(2_000 * MILLI);
        long asked = nanos;
        nanos += random.nextLong(MILLI / 10, random.nextInt(5) == 0 ? 50 * MILLI : MILLI);
        long shown = (long) (start + offset + (nanos - start) * rate) / MILLI;
        nanos += random.nextLong(MILLI / 10, random.nextInt(5) == 0 ? 50 * MILLI : MILLI);
        learned.learn(shown, asked, nanos);
        long truth = Math.floorDiv((long) (start + offset + (nanos - start) * rate), MILLI);
        assertThat(learned.earliestMillis(nanos))
            .as("seed %d, reply %d", seed, i)
            .isLessThanOrEqualTo(truth);
        least = Math.min(least, truth - learned.earliestMillis(nanos));
      }
      assertThat(least).as("seed %d: how far behind, at best", seed).isLessThan(4);
    }
  }

  @Test
  void learnsFromManyThreadsAtOnce() throws Exception {
    long offset = 1_234_567 * MILLI;
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try {
      List<Future<?>> runs = new ArrayList<>();
      for (int thread = 0; thread < 8; thread++) {
        runs.add(
            threads.submit(
                () -> {
                  for (int i = 0; i < 20_000; i++) {
                    long asked = System.nanoTime();
                    long shown = Math.floorDiv(System.nanoTime() + offset, MILLI);
                    time.learn(shown, asked, System.nanoTime());
                    long estimate = time.earliestMillis(System.nanoTime());
                    assertThat(estimate)
                        .isLessThanOrEqualTo(Math.floorDiv(System.nanoTime() + offset, MILLI));
                  }
                }));
      }
      for (Future<?> run : runs) {
        run.get(20, TimeUnit.SECONDS);
      }
    } finally {
      threads.shutdownNow();
    }
    long before = System.nanoTime();
    long estimate = time.earliestMillis(before);
    assertThat(Math.floorDiv(before + offset, MILLI) - estimate)
        .as("how far behind after 160,000 replies")
        .isBetween(0L, 2L);
  }
}
