package dev.quota;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quota.policy.OnStoreFailure;
import dev.quota.policy.QuotaPolicy;
import dev.quota.spi.FailingStore;
import dev.quota.store.ManualClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Several nodes on one store: what they grant together, across outages. */
final class LocalBoundTest {

  private static final Subject ALICE = Subject.user("alice");
  private static final int THREADS = 16;

  private final ManualClock clock = ManualClock.at("2026-11-23T00:00:00Z");
  private final FailingStore store = new FailingStore(clock);

  private List<Quotas> nodes(int count, String phrase) {
    return IntStream.range(0, count)
        .mapToObj(
            node ->
                Quotas.builder()
                    .policy(
                        QuotaPolicy.builder("chat")
                            .limit("only", phrase)
                            .onStoreFailure(OnStoreFailure.LOCAL)
                            .build())
                    .clock(clock)
                    .store(store)
                    .nodes(count)
                    .build())
        .toList();
  }

  /** Charges one unit many times on all nodes from many threads; returns how many went through. */
  private static int grantedOf(List<Quotas> nodes, int attempts) throws Exception {
    ExecutorService pool = Executors.newFixedThreadPool(THREADS);
    try {
      List<Future<Integer>> runs = new ArrayList<>();
      for (int thread = 0; thread < THREADS; thread++) {
        Quotas node = nodes.get(thread % nodes.size());
        runs.add(
            pool.submit(
                () -> {
                  int granted = 0;
                  for (int i = 0; i < attempts; i++) {
                    granted += node.charge(ALICE, "chat", 1).isAllowed() ? 1 : 0;
                  }
                  return granted;
                }));
      }
      int granted = 0;
      for (Future<Integer> run : runs) {
        granted += run.get(60, TimeUnit.SECONDS);
      }
      return granted;
    } finally {
      pool.shutdown();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "1, 50 per calendar day, 50, 50",
    "4, 50 per calendar day, 50, 12",
    "8, 5 per calendar day, 5, 1",
    "4, 50 per 30 days, 50, 12"
  })
  void grantsOneShareOnEachNodeBesideTheCapacityHoweverOftenTheStoreIsAway(
      int count, String phrase, int capacity, int share) throws Exception {
    List<Quotas> nodes = nodes(count, phrase);
    int whileAway = 0;
    int whileHealthy = 0;
    for (int outage = 0; outage < 5; outage++) {
      store.goAway();
      whileAway += grantedOf(nodes, outage == 0 ? 1 : 20);
      store.comeBack();
      whileHealthy += grantedOf(nodes, 2);
    }

    assertThat(whileHealthy).isEqualTo(capacity);
    assertThat(whileAway).isEqualTo(count * share);
  }

  @Test
  void theNextWindowHasItsOwnShares() throws Exception {
    List<Quotas> nodes = nodes(4, "50 per calendar day");
    for (int day = 0; day < 3; day++) {
      store.goAway();
      assertThat(grantedOf(nodes, 20)).isEqualTo(48);
      clock.advance(Duration.ofHours(12));
      store.comeBack();
      assertThat(grantedOf(nodes, 4)).isEqualTo(50);
      store.goAway();
      assertThat(grantedOf(nodes, 20)).isZero();
      clock.advance(Duration.ofHours(12));
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void noRandomHistoryGrantsMore(long seed) throws Exception {
    System.out.println("seed " + seed);
    SplittableRandom random = new SplittableRandom(seed);
    int count = 1 + random.nextInt(6);
    int capacity = 1 + random.nextInt(60);
    List<Quotas> nodes = nodes(count, capacity + " per calendar day");
    int most = capacity + count * Math.max(1, capacity / count);
    for (int day = 0; day < 4; day++) {
      int granted = 0;
      for (int hour = 0; hour < 24; hour++) {
        switch (random.nextInt(4)) {
          case 0 -> store.goAway();
          case 1 -> store.loseReplies();
          default -> store.comeBack();
        }
        granted += grantedOf(nodes, random.nextInt(3));
        clock.advance(Duration.ofHours(1));
      }
      assertThat(granted)
          .as("%d of %d on %d nodes", granted, capacity, count)
          .isLessThanOrEqualTo(most);
    }
  }
}
