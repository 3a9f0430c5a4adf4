package dev.quota;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.quota.policy.Policies;
import dev.quota.policy.QuotaPolicy;
import dev.quota.policy.ReservationBounds;
import dev.quota.spi.StuckStore;
import dev.quota.store.ManualClock;
import java.lang.reflect.Method;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** No lock is held while a store is asked, so that one which never answers stops nobody else. */
@Timeout(60)
final class NoLockTest {

  private static final Subject ALICE =
      Subject.builder(Subject.Kind.USER, "alice").conversation("talk").build();

  private final ManualClock clock = ManualClock.at("2026-11-23T14:59:30Z");
  private final StuckStore store = new StuckStore(clock);
  private final Quotas quotas =
      Quotas.builder()
          .store(store)
          .clock(clock)
          .policy(
              QuotaPolicy.builder("tokens")
                  .limit("daily", "1000 per calendar day")
                  .limit("running", "100 at once")
                  .reservation(
                      new ReservationBounds(
                          0, Optional.of(new ReservationBounds.AtMost.Units(1_000))))
                  .build())
          .policy(
              QuotaPolicy.builder("chat")
                  .limit("talk", "50 per conversation")
                  .limit("daily", "50 per calendar day")
                  .build())
          .build();

  @AfterEach
  void close() {
    store.answer();
    quotas.close();
  }

  /** Something that asks the store, after something that prepares it. */
  private record Asking(String name, Function<NoLockTest, Runnable> prepare) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static Asking asking(String name, Consumer<Quotas> work) {
    return new Asking(name, test -> () -> work.accept(test.quotas));
  }

  private static Asking ofReservation(String name, long estimate, Consumer<Reservation> work) {
    return new Asking(
        name,
        test -> {
          Reservation open = test.quotas.reserve(ALICE, "tokens", estimate);
          assertThat(open.isAllowed()).isTrue();
          return () -> work.accept(open);
        });
  }

  private static Asking ofReceipt(String name, Function<Quotas, Consumer<Receipt>> work) {
    return new Asking(
        name,
        test -> {
          Receipt receipt = ((Decision.Allowed) test.quotas.charge(ALICE, "tokens", 1)).receipt();
          return () -> work.apply(test.quotas).accept(receipt);
        });
  }

  static List<Asking> operations() {
    Idempotency once = new Idempotency("key", Duration.ofMinutes(5));
    List<Charge> both = List.of(new Charge("tokens", 1), new Charge("chat", 1));
    GrantRequest grant =
        GrantRequest.builder(ALICE, "tokens", 5)
            .reason("a test")
            .expiresAt(Instant.parse("2026-12-31T00:00:00Z"))
            .operationId("one")
            .build();
    List<Asking> all = new ArrayList<>();
    all.add(asking("charge", it -> it.charge(ALICE, "tokens", 1)));
    all.add(asking("charge several", it -> it.charge(ALICE, both)));
    all.add(asking("charge once", it -> it.charge(ALICE, both, once)));
    all.add(
        asking("charge a conversation", it -> it.chargeConversation(ALICE, new Charge("chat", 1))));
    all.add(asking("reserve", it -> it.reserve(ALICE, "tokens", 5)));
    all.add(asking("reserve a range", it -> it.reserve(new ReserveRequest(ALICE, "tokens", 1, 5))));
    all.add(
        asking("resume", it -> it.resume(ALICE, "tokens", "11111111-1111-1111-1111-111111111111")));
    all.add(asking("states", it -> it.states(ALICE)));
    all.add(asking("check", it -> it.check(ALICE, "tokens", 3)));
    all.add(asking("grant", it -> it.grant(grant)));
    all.add(asking("reset", it -> it.reset(ALICE, "tokens", "a test")));
    all.add(ofReservation("used", 10, it -> it.used(20)));
    all.add(ofReservation("settle", 10, it -> it.settle(20)));
    all.add(ofReservation("settle as used", 10, Reservation::settleAsUsed));
    all.add(ofReservation("refund of a reservation", 10, Reservation::refund));
    all.add(ofReservation("close", 10, Reservation::close));
    all.add(ofReservation("used of nothing", 0, it -> it.used(20)));
    all.add(ofReservation("settle of nothing", 0, it -> it.settle(20)));
    all.add(ofReceipt("refund", it -> it::refund));
    all.add(ofReceipt("finish", it -> it::finish));
    all.add(ofReceipt("release", it -> Receipt::close));
    all.add(
        new Asking(
            "renewal",
            test -> {
              Reservation open = test.quotas.reserve(ALICE, "tokens", 10);
              return () -> {
                test.quotas.engine().maintenance().attendAll();
                assertThat(open.isOver()).isFalse();
              };
            }));
    return all;
  }

  @ParameterizedTest
  @MethodSource("operations")
  void whoWaitsForAStoreHoldsNoLock(Asking operation) throws Exception {
    Runnable work = operation.prepare().apply(this);
    store.stick();
    // A thread of a pool holds a lock of the pool.
    Thread waiting = new Thread(work, "waiting");
    waiting.start();
    store.awaitCaller();

    assertThat(store.locks()).isEmpty();
    store.answer();
    waiting.join();
    assertThat(store.locks()).isEmpty();
  }

  @Test
  void policiesAreCheckedWithoutALock() throws Exception {
    Thread other =
        new Thread(
            () -> {
              quotas.define(QuotaPolicy.builder("more").limit("day", "1 per day").build(), "here");
              quotas.replacePolicies(Policies.builder().build());
              var unused = quotas.health();
            });
    other.start();
    other.join();
    assertThat(quotas.policies().names()).contains("more");
    assertThat(store.locks()).isEmpty();
  }

  @Test
  void othersGoOnWhileOneWaits() throws Exception {
    Reservation open = quotas.reserve(ALICE, "tokens", 10);
    store.stick();
    Thread growing = new Thread(() -> open.used(20), "growing");
    growing.start();
    store.awaitCaller();

    assertThat(open.used(5)).isTrue();
    assertThat(open.held()).isEqualTo(10);
    assertThat(open.usedSoFar()).contains(20L);
    assertThat(open.isOver()).isFalse();
    assertThat(open.id()).isPresent();
    assertThat(open.isInGrace()).isFalse();
    assertThat(quotas.policies().names()).contains("tokens");

    AtomicReference<Settlement> settlement = new AtomicReference<>();
    Thread settling = new Thread(() -> settlement.set(open.settle(20)), "settling");
    settling.start();
    awaitState(settling, Thread.State.WAITING);
    Thread again = new Thread(() -> open.settle(20), "again");
    again.start();
    awaitState(again, Thread.State.WAITING);
    assertThat(growing.getState()).isEqualTo(Thread.State.WAITING);

    store.answer();
    growing.join();
    settling.join();
    again.join();
    assertThat(settlement.get().charged()).isEqualTo(20);
    assertThat(quotas.states(ALICE).quotas().get(0).primary().used()).hasValue(20);
  }

  /** A thread that waits for a lock would be BLOCKED for ever. */
  private static void awaitState(Thread thread, Thread.State state) {
    while (thread.getState() != state) {
      assertThat(thread.getState()).isNotEqualTo(Thread.State.BLOCKED);
      Thread.onSpinWait();
    }
  }

  @Test
  void manyVirtualThreadsWaitOnFewCarriers() throws Exception {
    Optional<Method> start =
        Arrays.stream(Thread.class.getMethods())
            .filter(method -> method.getName().equals("startVirtualThread"))
            .findFirst();
    assumeThat(start).as("JDK 21 or later").isPresent();
    int many = 4 * Runtime.getRuntime().availableProcessors() + 8;
    List<Reservation> open = new ArrayList<>();
    for (int i = 0; i < many; i++) {
      open.add(quotas.reserve(ALICE, "tokens", 10));
    }
    store.stick();
    CountDownLatch settled = new CountDownLatch(many);
    for (Reservation reservation : open) {
      Runnable work =
          () -> {
            Settlement unused = reservation.settle(1);
            settled.countDown();
          };
      Object unused = start.get().invoke(null, work);
    }
    // Were a carrier pinned by each of them, no carrier were left for this one.
    CountDownLatch goesOn = new CountDownLatch(1);
    Object unused = start.get().invoke(null, (Runnable) goesOn::countDown);
    goesOn.await();
    store.answer();
    settled.await();
    Map<String, Long> used = new LinkedHashMap<>();
    quotas
        .states(ALICE)
        .quotas()
        .forEach(state -> used.put(state.name(), state.primary().used().orElseThrow()));
    assertThat(used).containsEntry("tokens", (long) many);
  }
}
