package dev.quota;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quota.policy.LimitPolicy;
import dev.quota.policy.LimitWindow;
import dev.quota.policy.QuotaPolicy;
import dev.quota.policy.QuotaPolicyBuilder;
import dev.quota.spi.Application;
import dev.quota.spi.FailingStore;
import dev.quota.spi.Hold;
import dev.quota.spi.StoreCommand;
import dev.quota.store.ManualClock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How permits and reservations are renewed: in time, together, and not for ever. */
final class RenewalsTest {

  private static final Subject ALICE = Subject.user("alice");

  private final ManualClock clock = ManualClock.at("2026-11-23T14:59:30Z");
  private final AtomicLong nanos = new AtomicLong();
  private final FailingStore store = new FailingStore(clock);
  private final Logged log = Logged.of(PermitWarnings.class);

  @AfterEach
  void close() {
    log.close();
  }

  private Quotas engine(LimitPolicy... limits) {
    QuotaPolicyBuilder chat = QuotaPolicy.builder("chat").limit("daily", "100000 per calendar day");
    for (LimitPolicy limit : limits) {
      chat.limit(limit);
    }
    return Quotas.builder()
        .store(store)
        .clock(clock)
        .nanoTime(nanos::get)
        .policy(chat.build())
        .build();
  }

  private void advance(Quotas quotas, Duration step) {
    clock.advance(step);
    nanos.addAndGet(step.toNanos());
    quotas.engine().maintenance().renewDue();
  }

  private static long held(Quotas quotas, String limit) {
    return quotas.states(ALICE).quotas().get(0).limits().stream()
        .filter(it -> it.name().equals(limit))
        .findFirst()
        .orElseThrow()
        .used()
        .orElseThrow();
  }

  private List<StoreCommand.Renew> renewals() {
    return store.commands().stream()
        .filter(StoreCommand.Renew.class::isInstance)
        .map(StoreCommand.Renew.class::cast)
        .toList();
  }

  private static LimitPolicy atOnce(String name, String phrase, Duration lease) {
    return LimitPolicy.of(name, phrase).withLease(lease);
  }

  /** The store's clock moves by the second, and the thread sleeps between two ticks. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 10, 60})
  void aPermitIsHeldThroughPausesOfASecondAndAHalf(int seconds) {
    Duration lease = Duration.ofSeconds(seconds);
    for (int run = 0; run < 20; run++) {
      try (Quotas quotas =
          Quotas.builder()
              .clock(clock)
              .nanoTime(nanos::get)
              .policy(
                  QuotaPolicy.builder("chat").limit(atOnce("running", "1 at once", lease)).build())
              .build()) {
        Receipt receipt = Application.charge(quotas, ALICE, "chat");
        Duration tick = lease.dividedBy(3).dividedBy(6);
        for (int i = 0; i < 60; i++) {
          Duration step = i % 20 == 13 ? tick.plusMillis(1_450) : tick;
          clock.advance(step);
          nanos.addAndGet(step.toNanos());
          // Before it is renewed, because a late renewal takes it again.
          assertThat(held(quotas, "running")).as("run %d, tick %d", run, i).isEqualTo(1);
          quotas.engine().maintenance().renewDue();
        }
        receipt.close();
      }
    }
  }

  @Test
  void aNodeThatDiesLosesItsPermitAfterTheLease() {
    Quotas quotas = engine(atOnce("running", "1 at once", Duration.ofSeconds(30)));
    Receipt receipt = Application.charge(quotas, ALICE, "chat");
    clock.advance(Duration.ofSeconds(30).minusMillis(1));
    assertThat(held(quotas, "running")).isEqualTo(1);
    clock.advanceMillis(1);
    assertThat(held(quotas, "running")).isZero();
    receipt.close();
  }

  @Test
  void aPermitThatNobodyReleasesIsRenewedUpToItsCeilingAndWarnedOfOnce() {
    Quotas quotas =
        engine(
            LimitPolicy.of("running", "9 at once").withMaxDuration(Duration.ofMinutes(15)),
            LimitPolicy.of("longer", "9 at once per org").withMaxDuration(Duration.ofMinutes(30)));
    List<Receipt> forgotten = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      forgotten.add(Application.charge(quotas, ALICE, "chat"));
    }

    for (int minute = 0; minute < 15; minute++) {
      assertThat(held(quotas, "running")).as("minute %d", minute).isEqualTo(2);
      for (int i = 0; i < 6; i++) {
        advance(quotas, Duration.ofSeconds(10));
      }
    }
    advance(quotas, Duration.ofSeconds(61));
    assertThat(held(quotas, "running")).isZero();
    assertThat(held(quotas, "longer")).isEqualTo(2);
    assertThat(log.messages()).hasSize(1);
    assertThat(log.messages().get(0))
        .startsWith("A permit of limit chat.running has been held for its max-duration of 900 s")
        .contains("Application.charge(Application.java:")
        .doesNotContain("alice");

    for (int i = 0; i < 100; i++) {
      advance(quotas, Duration.ofSeconds(10));
    }
    assertThat(held(quotas, "longer")).isZero();
    assertThat(quotas.engine().maintenance().size()).as("nothing is renewed any more").isZero();
    store.commands().clear();
    advance(quotas, Duration.ofMinutes(1));
    assertThat(renewals()).isEmpty();
    forgotten.forEach(Receipt::close);
    assertThat(held(quotas, "daily")).isEqualTo(2);
  }

  @Test
  void workThatIsLongerThanTheCeilingGoesOnAndIsSettled() {
    Quotas quotas =
        engine(LimitPolicy.of("running", "1 at once").withMaxDuration(Duration.ofMinutes(1)));
    Reservation stream = quotas.reserve(ALICE, "chat", 100);
    for (int i = 0; i < 720; i++) {
      advance(quotas, Duration.ofSeconds(5));
      assertThat(stream.used(i)).isTrue();
    }
    assertThat(held(quotas, "running")).isZero();
    assertThat(stream.settle(800).charged()).isEqualTo(800);
    assertThat(held(quotas, "daily")).isEqualTo(800);
  }

  @Test
  void aReservationThatNobodyEndsIsRenewedForADay() {
    Quotas quotas = engine();
    Reservation forgotten = quotas.reserve(ALICE, "chat", 100);
    for (int minute = 0; minute < 24 * 60; minute++) {
      advance(quotas, Duration.ofMinutes(1));
    }
    assertThat(store.commands()).isNotEmpty();
    for (int minute = 0; minute < 3; minute++) {
      advance(quotas, Duration.ofMinutes(1));
    }
    assertThat(quotas.engine().maintenance().size()).isZero();
    assertThat(log.messages()).singleElement().asString().contains("has been open for 24 hours");
    assertThat(forgotten.used(150)).as("the work goes on").isTrue();
    forgotten.close();
  }

  @Test
  void manyPermitsAreRenewedTogetherAndSpreadOverTheInterval() {
    Duration lease = Duration.ofSeconds(12);
    Quotas quotas = engine(atOnce("running", "4000 at once", lease));
    List<Receipt> receipts = new ArrayList<>();
    for (int i = 0; i < 4_000; i++) {
      receipts.add(Application.charge(quotas, ALICE, "chat"));
    }
    advance(quotas, Duration.ofSeconds(4));
    store.commands().clear();

    Map<String, Integer> times = new HashMap<>();
    for (int tick = 0; tick < 6; tick++) {
      advance(quotas, Duration.ofNanos(lease.dividedBy(18).toNanos()));
      int together = 0;
      for (StoreCommand.Renew renew : renewals()) {
        assertThat(renew.holds().size()).isLessThanOrEqualTo(Renewals.MOST_TOGETHER);
        together += renew.holds().size();
        for (Hold hold : renew.holds()) {
          times.merge(hold.operation().orElseThrow().id(), 1, Integer::sum);
        }
      }
      assertThat(together).as("tick %d", tick).isBetween(400, 1_000);
      store.commands().clear();
    }
    assertThat(times).hasSize(4_000).allSatisfy((id, count) -> assertThat(count).isEqualTo(1));
    assertThat(quotas.charge(ALICE, "chat", 1).isAllowed()).isFalse();
    receipts.forEach(Receipt::close);
    assertThat(held(quotas, "running")).isZero();
    assertThat(quotas.engine().maintenance().size()).isZero();
  }

  @Test
  void workThatIsShortIsNotRenewed() {
    Quotas quotas = engine(LimitPolicy.of("running", "100 at once"));
    for (int i = 0; i < 100; i++) {
      Receipt receipt = Application.charge(quotas, ALICE, "chat");
      advance(quotas, Duration.ofSeconds(9));
      receipt.close();
    }
    assertThat(renewals()).isEmpty();
  }

  @Test
  void anOutageShorterThanTheLeaseLosesNoPermit() {
    Quotas quotas = engine(LimitPolicy.of("running", "2 at once"));
    Receipt receipt = Application.charge(quotas, ALICE, "chat");
    store.goAway();
    for (int i = 0; i < 9; i++) {
      advance(quotas, Duration.ofSeconds(3));
    }
    store.comeBack();
    for (int i = 0; i < 20; i++) {
      advance(quotas, Duration.ofSeconds(4));
      assertThat(held(quotas, "running")).isEqualTo(1);
    }
    receipt.close();
  }

  @Test
  void whatIsResetIsNotRenewedAnyMore() {
    Quotas quotas = engine(LimitPolicy.of("running", "2 at once"));
    Receipt receipt = Application.charge(quotas, ALICE, "chat");
    quotas.reset(ALICE, "chat", "test");
    quotas.engine().maintenance().attendAll();
    quotas.engine().maintenance().attendAll();
    assertThat(quotas.engine().maintenance().size()).isZero();
    assertThat(held(quotas, "running")).isZero();
    receipt.close();
  }

  @Test
  void storesHoldAShortLeaseForASecondLonger() {
    assertThat(stored(Duration.ofSeconds(1))).isEqualTo(Duration.ofSeconds(2));
    assertThat(stored(Duration.ofSeconds(2))).isEqualTo(Duration.ofMillis(2_500));
    assertThat(stored(Duration.ofSeconds(3))).isEqualTo(Duration.ofSeconds(3));
    assertThat(stored(Duration.ofMinutes(1))).isEqualTo(Duration.ofMinutes(1));
  }

  private static Duration stored(Duration lease) {
    return ((dev.quota.policy.Window.Concurrent)
            new LimitWindow.Concurrent(lease).in(ZoneOffset.UTC))
        .lease();
  }
}
