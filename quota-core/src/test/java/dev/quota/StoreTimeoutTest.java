package dev.quota;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quota.policy.OnStoreFailure;
import dev.quota.policy.QuotaPolicy;
import dev.quota.spi.LaterStore;
import dev.quota.store.Accuracy;
import dev.quota.store.ManualClock;
import dev.quota.store.QuotaStoreException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The engine with stages, on a store that never answers. */
@Timeout(60)
final class StoreTimeoutTest {

  private static final int MANY = 1_000;
  private static final Subject ALICE = Subject.user("alice");

  private final ManualClock clock = ManualClock.at("2026-11-23T14:59:30Z");
  private final LaterStore store = new LaterStore(clock);
  private final List<QuotaEvent> heard = new CopyOnWriteArrayList<>();
  private final Quotas quotas =
      Quotas.builder()
          .store(store)
          .storeTimeout(Duration.ofMillis(20))
          .clock(clock)
          .listener(heard::add)
          .policy(policy("local", OnStoreFailure.LOCAL))
          .policy(policy("allow", OnStoreFailure.ALLOW))
          .policy(policy("deny", OnStoreFailure.DENY))
          .build();
  private final AsyncQuotas async = quotas.async();

  private static QuotaPolicy policy(String name, OnStoreFailure onStoreFailure) {
    return QuotaPolicy.builder(name)
        .limit("daily", "2 per calendar day")
        .onStoreFailure(onStoreFailure)
        .build();
  }

  @AfterEach
  void close() {
    quotas.close();
  }

  private static <T> T join(CompletionStage<T> stage) {
    // A join could not be interrupted by the time-out of the test.
    return stage.toCompletableFuture().orTimeout(20, TimeUnit.SECONDS).join();
  }

  @Test
  void decidesAsThePoliciesSayForAStoreThatIsAway() {
    Decision local = join(async.charge(ALICE, "local", 1));
    assertThat(local.isAllowed()).isTrue();
    assertThat(local.states().binding().accuracy()).isEqualTo(Accuracy.APPROXIMATE);
    assertThat(join(async.charge(ALICE, "local", 2)).isAllowed()).isFalse();
    assertThat(join(async.charge(ALICE, "allow", 2)).isAllowed()).isTrue();
    assertThat(join(async.charge(ALICE, "deny", 1))).isInstanceOf(Decision.Unavailable.class);
  }

  @Test
  void tellsListenersThatTheChargeMayHaveBeenMade() {
    assertThat(join(async.charge(ALICE, "deny", 1)).isAllowed()).isFalse();
    assertThat(heard)
        .filteredOn(QuotaEvent.StoreFailed.class::isInstance)
        .extracting(event -> ((QuotaEvent.StoreFailed) event).failure().applied())
        .containsExactly(QuotaStoreException.Applied.UNKNOWN);
  }

  @Test
  void keepsNobodyWaitingWhoAsksForStates() {
    assertThat(join(async.states(ALICE)).quotas()).hasSize(3);
  }

  @Test
  void settlesLater() {
    AsyncReservation reservation = join(async.reserve(ALICE, "local", 2));
    assertThat(reservation.isAllowed()).isTrue();
    assertThat(join(reservation.settle(1)).outcome()).isNotNull();
  }

  @Test
  void manyWhoWaitHoldNoThread() {
    List<CompletableFuture<Decision>> waiting =
        IntStream.range(0, MANY)
            .mapToObj(i -> async.charge(Subject.user("u" + i), "local", 1).toCompletableFuture())
            .toList();
    int threads = Thread.activeCount();
    assertThat(threads).isLessThan(100);
    assertThat(waiting).allSatisfy(stage -> assertThat(join(stage).isAllowed()).isTrue());
  }

  @Test
  void refusesATimeoutOutOfRange() {
    for (Duration wrong : List.of(Duration.ZERO, Duration.ofNanos(1), Duration.ofHours(2))) {
      assertThatThrownBy(() -> Quotas.builder().storeTimeout(wrong))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("timeout must be from 1 millisecond to 1 hour, was " + wrong);
    }
  }
}
