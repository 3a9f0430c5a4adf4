package dev.quota;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quota.policy.QuotaPolicy;
import dev.quota.policy.Scope;
import dev.quota.policy.WhenExhausted;
import dev.quota.spi.Application;
import dev.quota.spi.FailingStore;
import dev.quota.spi.QuotaStore;
import dev.quota.spi.StoreCommand;
import dev.quota.spi.StoreReply;
import dev.quota.store.ManualClock;
import dev.quota.store.StoreCapability;
import dev.quota.store.StoreHealth;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How permits of limits "at once" are released: by closing, by dropping, and at the end. */
final class PermitsTest {

  private static final Subject ALICE = Subject.user("alice");

  private final ManualClock clock = ManualClock.at("2026-11-23T14:59:30Z");
  private final FailingStore store = new FailingStore(clock);
  private final Logged log = Logged.of(PermitWarnings.class);
  private final Quotas quotas = engine(store);

  private Quotas engine(QuotaStore counting) {
    return Quotas.builder()
        .store(counting)
        .clock(clock)
        .policy(
            QuotaPolicy.builder("chat")
                .limit("daily", "1000 per calendar day")
                .limit("running", "2 at once")
                .limit("all", "3 at once per org")
                .build())
        .policy(
            QuotaPolicy.builder("small")
                .limit("daily", "9 per calendar day")
                .limit("running", "1 at once")
                .build())
        .policy(
            QuotaPolicy.builder("large")
                .limit("running", "1 at once")
                .whenExhausted(WhenExhausted.DEGRADE)
                .degradeTo("small")
                .build())
        .policy(
            QuotaPolicy.builder("less")
                .limit("running", "1 at once")
                .whenExhausted(WhenExhausted.DEGRADE)
                .build())
        .policy(
            QuotaPolicy.builder("watched")
                .limit("running", "1 at once")
                .whenExhausted(WhenExhausted.OBSERVE)
                .build())
        .policy(
            QuotaPolicy.builder("agents").limit("running", "1 at once per conversation").build())
        .build();
  }

  @AfterEach
  void close() {
    log.close();
    quotas.close();
  }

  private Decision.Allowed charge(String quota) {
    return (Decision.Allowed) quotas.charge(ALICE, quota, 1);
  }

  private long held(String quota) {
    return held(quotas, ALICE, quota);
  }

  private static long held(Quotas quotas, Subject subject, String quota) {
    return quotas.states(subject, List.of(quota)).quotas().get(0).limits().stream()
        .filter(limit -> limit.name().equals("running"))
        .findFirst()
        .orElseThrow()
        .used()
        .orElseThrow();
  }

  private void collectGarbageUntil(BooleanSupplier done) {
    for (int i = 0; i < 200 && !done.getAsBoolean(); i++) {
      System.gc();
      quotas.engine().maintenance().attendAll();
    }
    assertThat(done.getAsBoolean()).isTrue();
  }

  @Test
  void anExceptionBetweenChargeAndFinishReleasesThePermit() {
    assertThatThrownBy(
            () -> {
              Receipt receipt = charge("chat").receipt();
              try (receipt) {
                assertThat(held("chat")).isEqualTo(1);
                throw new IllegalStateException("the model failed");
              }
            })
        .isInstanceOf(IllegalStateException.class);

    assertThat(held("chat")).isZero();
    assertThat(quotas.engine().maintenance().size()).isZero();
  }

  @Test
  void closingTwiceReleasesOnce() {
    Receipt first = charge("chat").receipt();
    Receipt second = charge("chat").receipt();
    first.close();
    first.close();
    quotas.finish(first);

    assertThat(held("chat")).isEqualTo(1);
    assertThat(quotas.refund(first)).as("its work is over").isFalse();
    second.close();
    assertThat(held("chat")).isZero();
  }

  @Test
  void aChargeThatCameBackHasNoPermitLeftToRelease() {
    Receipt first = charge("chat").receipt();
    Receipt second = charge("chat").receipt();
    assertThat(quotas.refund(first)).isTrue();
    first.close();

    assertThat(held("chat")).isEqualTo(1);
    assertThat(quotas.engine().maintenance().size()).isEqualTo(1);
    second.close();
  }

  @Test
  void aReceiptWithoutPermitsIsClosedForNothing() {
    Receipt receipt = ((Decision.Allowed) quotas.charge(ALICE, "chat", 0)).receipt();
    receipt.close();
    assertThat(receipt.holdsPermits()).isFalse();
  }

  @Test
  void aDroppedReceiptReleasesItsPermitsAndIsWarnedOfOncePerPlace() {
    for (int i = 0; i < 2; i++) {
      assertThat(Application.chargeAndDrop(quotas, ALICE, "chat")).isTrue();
    }

    collectGarbageUntil(() -> held("chat") == 0 && quotas.engine().maintenance().size() == 0);

    assertThat(log.messages()).hasSize(1);
    assertThat(log.messages().get(0))
        .startsWith("A permit of quota chat was never released")
        .contains("dev.quota.spi.Application.chargeAndDrop(Application.java:")
        .doesNotContain("alice");
    assertThat(quotas.states(ALICE, List.of("chat")).quotas().get(0).limits().get(0).used())
        .as("what it cost stays")
        .hasValue(2);
  }

  @Test
  void aReceiptThatIsInUseKeepsItsPermit() {
    Receipt receipt = Application.charge(quotas, ALICE, "chat");
    Application.chargeAndDrop(quotas, ALICE, "chat");

    collectGarbageUntil(() -> held("chat") == 1);
    quotas.engine().maintenance().attendAll();
    assertThat(held("chat")).isEqualTo(1);
    receipt.close();
    assertThat(held("chat")).isZero();
  }

  @Test
  void whatWasClosedIsNotWarnedOf() {
    Application.charge(quotas, ALICE, "chat").close();
    Application.chargeAndDrop(quotas, ALICE, "chat");
    collectGarbageUntil(() -> held("chat") == 0);
    assertThat(log.messages()).hasSize(1);
  }

  @Test
  void aDroppedReceiptReleasesItsPermitWhenItsStoreIsBack() {
    Application.chargeAndDrop(quotas, ALICE, "small");
    store.goAway();
    collectGarbageUntil(() -> !log.messages().isEmpty());
    store.comeBack();
    quotas.engine().maintenance().attendAll();
    assertThat(held("small")).isZero();
  }

  @Test
  void aDroppedReservationIsKeptAsItStands() {
    Application.reserveAndDrop(quotas, ALICE, "chat", 10, 30);

    collectGarbageUntil(() -> held("chat") == 0 && quotas.engine().maintenance().size() == 0);

    LimitState daily = quotas.states(ALICE, List.of("chat")).quotas().get(0).limits().get(0);
    assertThat(daily.used()).hasValue(30);
    assertThat(daily.reserved()).hasValue(0);
    assertThat(log.messages().get(0))
        .startsWith("A reservation of quota chat was never settled")
        .contains("dev.quota.spi.Application.reserveAndDrop(Application.java:");
  }

  @Test
  void aReservationInUseIsNotTakenForDropped() {
    Reservation reservation = quotas.reserve(ALICE, "chat", 10);
    Application.chargeAndDrop(quotas, ALICE, "chat");
    collectGarbageUntil(() -> held("chat") == 1);
    assertThat(reservation.settle(7).outcome()).isEqualTo(Settlement.Outcome.SETTLED);
    assertThat(held("chat")).isZero();
  }

  @Test
  void theFirstOfARepeatedChargeHoldsThePermit() {
    Idempotency once = new Idempotency("key-1", Duration.ofHours(1));
    List<Charge> charges = List.of(new Charge("chat", 1));
    Decision.Allowed first = (Decision.Allowed) quotas.charge(ALICE, charges, once);
    Decision.Allowed again = (Decision.Allowed) quotas.charge(ALICE, charges, once);

    assertThat(again.isRepetition()).isTrue();
    again.receipt().close();
    assertThat(held("chat")).isEqualTo(1);
    first.receipt().close();
    assertThat(held("chat")).isZero();
    assertThat(((Decision.Allowed) quotas.charge(ALICE, charges, once)).isRepetition()).isTrue();
    assertThat(held("chat")).isZero();
  }

  @Test
  void whatIsDegradedHoldsThePermitOfWhatItIsChargedTo() {
    Receipt large = charge("large").receipt();
    Receipt small = charge("large").receipt();
    assertThat(small.isDegraded()).isTrue();
    assertThat(held("large")).isEqualTo(1);
    assertThat(held("small")).isEqualTo(1);
    small.close();
    assertThat(held("small")).isZero();
    large.close();
    assertThat(held("large")).isZero();

    Receipt less = charge("less").receipt();
    Receipt beyond = charge("less").receipt();
    assertThat(beyond.holdsPermits()).as("nothing was taken of it").isFalse();
    beyond.close();
    assertThat(held("less")).isEqualTo(1);
    less.close();
  }

  @Test
  void whatIsOnlyWatchedHoldsPermitsBeyondTheCapacityAndReleasesThem() {
    Receipt first = charge("watched").receipt();
    Receipt second = charge("watched").receipt();
    assertThat(held("watched")).isEqualTo(2);
    first.close();
    second.close();
    assertThat(held("watched")).isZero();
  }

  @Test
  void permitsOfSeveralScopesAndOfConversationsAreReleasedTogether() {
    Subject talking =
        Subject.builder(Subject.Kind.USER, "alice")
            .group(Scope.ORG, "acme")
            .conversation("run-1")
            .build();
    Receipt chat = ((Decision.Allowed) quotas.charge(talking, "chat", 1)).receipt();
    Receipt agent = ((Decision.Allowed) quotas.charge(talking, "agents", 1)).receipt();
    assertThat(quotas.charge(talking, "agents", 1).isAllowed()).isFalse();
    assertThat(all(talking)).isEqualTo(1);

    chat.close();
    agent.close();
    assertThat(all(talking)).isZero();
    assertThat(held(quotas, talking, "agents")).isZero();
  }

  private long all(Subject subject) {
    return quotas
        .states(subject, List.of("chat"))
        .quotas()
        .get(0)
        .limits()
        .get(2)
        .used()
        .orElseThrow();
  }

  @Test
  void aReservationSettledByAnotherNodeReleasesItsPermit() {
    Reservation here = quotas.reserve(ALICE, "chat", 10);
    quotas.resume(ALICE, "chat", here.id().orElseThrow()).settle(4);
    assertThat(held("chat")).isZero();

    quotas.engine().maintenance().attendAll();
    assertThat(quotas.engine().maintenance().size()).as("nothing is left to renew").isZero();
    clock.advance(Duration.ofMinutes(1));
    assertThat(held("chat")).isZero();
    here.close();
  }

  /** A store that outlives the engine, as one in another process does. */
  private record Shared(QuotaStore store) implements QuotaStore {

    @Override
    public Set<StoreCapability> capabilities() {
      return store.capabilities();
    }

    @Override
    public StoreReply execute(StoreCommand command) {
      return store.execute(command);
    }

    @Override
    public StoreHealth health() {
      return store.health();
    }

    @Override
    public void close() {}
  }

  @Test
  void closingTheEngineReleasesPermitsOfChargesAndLeavesReservationsToOthers() {
    Quotas node = engine(new Shared(store));
    List<Receipt> receipts = new ArrayList<>();
    receipts.add(Application.charge(node, ALICE, "small"));
    receipts.add(Application.charge(node, ALICE, "chat"));
    Reservation reservation = node.reserve(ALICE, "chat", 10);
    assertThat(held("chat")).isEqualTo(2);

    node.close();

    assertThat(held("small")).isZero();
    assertThat(held("chat")).as("the reservation's").isEqualTo(1);
    assertThat(quotas.resume(ALICE, "chat", reservation.id().orElseThrow()).settle(3).outcome())
        .isEqualTo(Settlement.Outcome.SETTLED);
    assertThat(held("chat")).isZero();
    receipts.forEach(Receipt::close);
  }
}
