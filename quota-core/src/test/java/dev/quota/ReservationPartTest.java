package dev.quota;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.quota.policy.QuotaPolicy;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ReservationPartTest {

  private final Subject alice = Subject.user("alice");
  private final Quotas quotas =
      Quotas.builder()
          .policy(QuotaPolicy.builder("tokens").limit("daily", "100000 per calendar day").build())
          .build();

  @AfterEach
  void close() {
    quotas.close();
  }

  private AsyncReservation reserve(long units) {
    return quotas.async().reserve(alice, "tokens", units).toCompletableFuture().join();
  }

  private long charged() {
    return quotas.states(alice).quota("tokens").orElseThrow().primary().used().orElseThrow();
  }

  private static Settlement settle(ReservationPart whole) {
    return whole.settle().toCompletableFuture().join();
  }

  @Test
  void givesEachWorkerWhatIsFreeAndTakesBackWhatItLeft() {
    ReservationPart whole = ReservationPart.whole(reserve(1_000));
    ReservationPart one = whole.split(600).orElseThrow();

    assertThat(whole.free()).isEqualTo(400);
    assertThat(whole.split(401)).isEmpty();
    assertThat(one.used(150)).isTrue();
    one.close();
    assertThat(whole.free()).isEqualTo(850);
    assertThat(one.free()).isZero();

    assertThat(settle(whole).charged()).isEqualTo(150);
    assertThat(charged()).isEqualTo(150);
  }

  @Test
  void tellsAWorkerThatItsPartIsUsedUpAndChargesAllThatItUsed() {
    ReservationPart whole = ReservationPart.whole(reserve(1_000));
    ReservationPart one = whole.split(100).orElseThrow();

    assertThat(one.used(99)).isTrue();
    assertThat(one.used(100)).isFalse();
    assertThat(one.used(130)).isFalse();
    assertThat(whole.free()).as("what it took from the others").isEqualTo(870);

    settle(whole);
    assertThat(charged()).isEqualTo(130);
  }

  @Test
  void splitsPartsFurther() {
    ReservationPart whole = ReservationPart.whole(reserve(1_000));
    ReservationPart agent = whole.split(500).orElseThrow();
    ReservationPart sub = agent.split(300).orElseThrow();

    assertThat(agent.split(201)).isEmpty();
    assertThat(sub.used(50)).isTrue();
    assertThat(agent.used(20)).isTrue();
    assertThat(whole.used()).isEqualTo(70);
    agent.close();
    assertThat(whole.free()).isEqualTo(930);
    assertThat(sub.used(51)).as("it was closed with the part it came from").isFalse();
    assertThat(whole.used()).as("and counts all the same").isEqualTo(71);

    settle(whole);
    assertThat(charged()).isEqualTo(71);
  }

  @Test
  void countsAWorkerThatSaidNothingAsHavingUsedItsPart() {
    ReservationPart whole = ReservationPart.whole(reserve(1_000));
    whole.split(300).orElseThrow().close();
    ReservationPart idle = whole.split(200).orElseThrow();
    idle.used(0);
    idle.close();

    settle(whole);
    assertThat(charged()).isEqualTo(300);
  }

  @Test
  void chargesAllWhereNothingWasSaidAndNothingSplit() {
    settle(ReservationPart.whole(reserve(1_000)));

    assertThat(charged()).isEqualTo(1_000);
  }

  @Test
  void ignoresSmallerTotalsAndClosingTwice() {
    ReservationPart whole = ReservationPart.whole(reserve(1_000));
    ReservationPart one = whole.split(300).orElseThrow();
    one.used(200);
    one.used(10);
    one.close();
    one.close();

    assertThat(whole.free()).isEqualTo(800);
    assertThat(whole.used()).isEqualTo(200);
  }

  @Test
  void tellsTheReservationTheSum() {
    AsyncReservation reservation = reserve(1_000);
    ReservationPart whole = ReservationPart.whole(reservation);
    whole.split(300).orElseThrow().used(200);
    whole.split(300).orElseThrow().used(40);

    assertThat(reservation.usedSoFar()).contains(240L);
  }

  @Test
  void mayBeClosedAfterTheWholeWasSettled() {
    ReservationPart whole = ReservationPart.whole(reserve(1_000));
    ReservationPart late = whole.split(300).orElseThrow();
    late.used(200);
    settle(whole);

    late.close();
    assertThat(charged()).isEqualTo(200);
    assertThatIllegalStateException().isThrownBy(() -> late.used(201));
    assertThatIllegalStateException().isThrownBy(() -> late.split(1));
  }

  @Test
  void refusesWhatMakesNoSense() {
    ReservationPart whole = ReservationPart.whole(reserve(1_000));
    ReservationPart part = whole.split(10).orElseThrow();

    assertThatIllegalStateException().isThrownBy(part::settle);
    assertThatIllegalArgumentException().isThrownBy(() -> whole.split(0));
    assertThatIllegalArgumentException().isThrownBy(() -> part.used(-1));
    AsyncReservation refused = reserve(1_000_000);
    assertThatIllegalStateException().isThrownBy(() -> ReservationPart.whole(refused));
    settle(whole);
  }

  @Test
  void staysExactUnderWorkersThatRunSideBySide() throws Exception {
    AsyncReservation reservation = reserve(50_000);
    ReservationPart whole = ReservationPart.whole(reservation);
    AtomicLong all = new AtomicLong();
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try {
      List<Future<?>> running = new ArrayList<>();
      for (int seed = 0; seed < 64; seed++) {
        SplittableRandom random = new SplittableRandom(seed);
        running.add(threads.submit(() -> all.addAndGet(work(whole, random, 3))));
      }
      for (Future<?> run : running) {
        run.get();
      }
    } finally {
      threads.shutdownNow();
    }

    assertThat(whole.used()).isEqualTo(all.get());
    assertThat(whole.free()).isEqualTo(50_000 - all.get());
    settle(whole);
    assertThat(charged()).isEqualTo(all.get());
  }

  /** Uses a part, and lets others use parts of it; returns how much all of them used. */
  private static long work(ReservationPart from, SplittableRandom random, int depth) {
    ReservationPart part = from.split(1 + random.nextInt(300)).orElse(null);
    if (part == null) {
      return 0;
    }
    try (part) {
      long own = 0;
      long others = 0;
      for (int i = 0; i < 20; i++) {
        if (depth > 0 && random.nextInt(5) == 0) {
          others += work(part, random, depth - 1);
        }
        if (part.free() > 10) {
          own += random.nextInt(10);
        }
        part.used(own);
      }
      return own + others;
    }
  }
}
