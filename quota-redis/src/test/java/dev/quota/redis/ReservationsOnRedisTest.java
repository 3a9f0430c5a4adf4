package dev.quota.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quota.Decision;
import dev.quota.GrantRequest;
import dev.quota.QuotaState;
import dev.quota.Quotas;
import dev.quota.QuotasBuilder;
import dev.quota.Reservation;
import dev.quota.Settlement;
import dev.quota.Subject;
import dev.quota.policy.LimitPolicy;
import dev.quota.policy.Overuse;
import dev.quota.policy.QuotaPolicy;
import dev.quota.policy.QuotaPolicyBuilder;
import dev.quota.policy.ReservationBounds;
import dev.quota.policy.Scope;
import dev.quota.storetests.Race;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the engine does with reservations, on Redis and by its time. */
final class ReservationsOnRedisTest extends OnRedis {

  private static final Subject ALICE =
      Subject.builder(Subject.Kind.USER, "alice")
          .group(Scope.TEAM, "red")
          .group(Scope.ORG, "acme")
          .conversation("run-1")
          .build();

  private final List<Quotas> engines = new ArrayList<>();

  private static QuotaPolicyBuilder tokens() {
    return QuotaPolicy.builder("tokens").limit("monthly", "1000 per calendar month").grace("100");
  }

  /** Opens an engine with a store of its own: another node. */
  private Quotas node(QuotaPolicy... policies) {
    QuotasBuilder builder =
        Quotas.builder()
            .store(RedisQuotaStore.builder(redis.address()).timeBudget(PATIENCE).build());
    for (QuotaPolicy policy : policies) {
      builder.policy(policy);
    }
    Quotas quotas = builder.build();
    engines.add(quotas);
    return quotas;
  }

  @AfterEach
  void closeEngines() {
    engines.forEach(Quotas::close);
  }

  private static QuotaState state(Quotas quotas) {
    return quotas.states(ALICE).quotas().get(0);
  }

  private static long used(Quotas quotas) {
    assertThat(state(quotas).primary().reserved()).hasValue(0);
    return state(quotas).primary().used().orElseThrow();
  }

  private static Map<String, Long> calls() {
    Map<String, Long> calls = new TreeMap<>();
    redis
        .info("commandstats")
        .forEach(
            (name, line) ->
                calls.put(
                    name.substring("cmdstat_".length()),
                    Long.parseLong(line.replaceFirst("calls=(\\d+),.*", "$1"))));
    return calls;
  }

  @Test
  void reservingAndSettlingAreOneRoundTripEach() {
    Quotas quotas = node(tokens().build());
    quotas.reserve(ALICE, "tokens", 10).settle(5);
    redis.resetStatistics();

    quotas.reserve(ALICE, "tokens", 400).settle(150);

    assertThat(calls()).containsEntry("evalsha", 2L).doesNotContainKeys("eval", "script");
    assertThat(used(quotas)).isEqualTo(155);
  }

  @Test
  void fourScopesAreOneRoundTrip() {
    Quotas quotas =
        node(
            tokens()
                .limit("team", "5000 per calendar month per team")
                .limit("org", "9000 per calendar month per org")
                .limit("all", "90000 per calendar month per global")
                .build());
    quotas.reserve(ALICE, "tokens", 10).settle(5);
    redis.resetStatistics();

    Reservation reservation = quotas.reserve(ALICE, "tokens", 400);
    assertThat(calls()).containsEntry("evalsha", 1L);
    reservation.settle(150);
    assertThat(calls()).containsEntry("evalsha", 2L);
    state(quotas).limits().forEach(limit -> assertThat(limit.used()).hasValue(155));
  }

  @Test
  void plainChargesBesideReservationsStayOneRoundTrip() {
    Quotas quotas = node(tokens().build());
    Reservation open = quotas.reserve(ALICE, "tokens", 100);
    redis.resetStatistics();
    for (int i = 0; i < 5; i++) {
      quotas.charge(ALICE, "tokens", 1);
    }
    assertThat(calls()).containsEntry("evalsha", 5L);
    open.settle(0);
    assertThat(used(quotas)).isEqualTo(5);
  }

  @Test
  void aHundredAtOnceWithTinyEstimatesLeaveNothingUncharged() throws Exception {
    Quotas quotas = node(tokens().build());
    assertThat(quotas.charge(ALICE, "tokens", 900).isAllowed()).isTrue();
    List<Settlement> settled = Collections.synchronizedList(new ArrayList<>());
    List<Reservation> open = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      open.add(quotas.reserve(ALICE, "tokens", 1));
    }
    Race.run(
        4,
        thread -> {
          for (int i = thread; i < 100; i += 4) {
            settled.add(open.get(i).settle(1_000));
          }
        });

    assertThat(settled).allMatch(it -> it.charged() == 1_000 && it.uncharged() == 0);
    assertThat(used(quotas)).isEqualTo(100_900);
    assertThat(state(quotas).primary().remaining()).hasValue(0);
    assertThat(state(quotas).primary().overage()).hasValue(99_900);
    assertThat(quotas.reserve(ALICE, "tokens", 0).isAllowed()).isFalse();
  }

  @Test
  void aForgivenOveruseIsChargedToNobody() {
    Quotas quotas = node(tokens().overuse(Overuse.FORGIVE).build());
    Settlement settlement = quotas.reserve(ALICE, "tokens", 1).settle(5_000);
    assertThat(settlement.charged()).isEqualTo(1_100);
    assertThat(settlement.uncharged()).isEqualTo(3_900);
  }

  @Test
  void anotherNodeThatDoesNotKnowTheReservationChargesRightAllTheSame() {
    Quotas here = node(tokens().build());
    Quotas there = node(tokens().build());
    Reservation open = here.reserve(ALICE, "tokens", 900);
    assertThat(there.charge(ALICE, "tokens", 101).isAllowed()).isFalse();
    assertThat(there.charge(ALICE, "tokens", 100).isAllowed()).isTrue();
    assertThat(open.settle(20).charged()).isEqualTo(20);
    assertThat(used(there)).isEqualTo(120);
  }

  @Test
  void nothingOfAReservationStaysBehind() {
    Quotas quotas = node(tokens().build());
    quotas.reserve(ALICE, "tokens", 400).settle(150);
    assertThat(redis.databaseSize()).as("the count, and nothing of the operation").isEqualTo(1);
    assertThat(quotas.reserve(ALICE, "tokens", 400).refund()).isTrue();
    assertThat(redis.databaseSize()).isEqualTo(1);
  }

  @Test
  void anotherNodeSettlesAndTheFirstOneIsToldThatItIsGone() {
    Quotas here = node(tokens().build());
    Quotas there = node(tokens().build());
    Reservation reservation = here.reserve(ALICE, "tokens", 400);
    assertThat(there.resume(ALICE, "tokens", reservation.id().orElseThrow()).settle(150).charged())
        .isEqualTo(150);
    assertThat(reservation.settle(300).outcome()).isEqualTo(Settlement.Outcome.GONE);
    assertThat(used(here)).isEqualTo(150);
  }

  @Test
  void whatBeganFinishesWithinTheGrace() {
    Quotas quotas = node(tokens().build());
    Reservation reservation = quotas.reserve(ALICE, "tokens", 1_000);
    assertThat(reservation.used(1_100)).isTrue();
    assertThat(reservation.used(1_101)).isFalse();
    assertThat(quotas.charge(ALICE, "tokens", 1).isAllowed()).isFalse();
    assertThat(state(quotas).primary().overage()).hasValue(100);
    assertThat(reservation.settle(1_500).charged()).as("a debt").isEqualTo(1_500);
    assertThat(state(quotas).primary().used()).hasValue(1_500);
  }

  @Test
  void everyNodeKnowsThatTheWorkGoesOnWithinTheGrace() {
    Quotas here = node(tokens().build());
    Quotas there = node(tokens().build());
    Reservation reservation = here.reserve(ALICE, "tokens", 900);
    String id = reservation.id().orElseThrow();
    assertThat(reservation.used(1_000)).isTrue();
    assertThat(reservation.isInGrace()).isFalse();
    assertThat(reservation.used(1_001)).isTrue();
    assertThat(reservation.isInGrace()).isTrue();
    assertThat(there.resume(ALICE, "tokens", id).isInGrace()).isTrue();
  }

  @Test
  void aGrantAndAResetHoldOnEveryNode() {
    Quotas here = node(tokens().build());
    Quotas there = node(tokens().build());
    here.charge(ALICE, "tokens", 1_000);
    Instant inAWeek = state(here).now().plus(Duration.ofDays(7));
    here.grant(
        GrantRequest.builder(ALICE, "tokens", 50)
            .reason("apology")
            .expiresAt(inAWeek)
            .operationId("ticket")
            .build());
    there.grant(
        GrantRequest.builder(ALICE, "tokens", 50)
            .reason("apology")
            .expiresAt(inAWeek)
            .operationId("ticket")
            .build());
    assertThat(state(there).primary().granted()).hasValue(50);
    assertThat(there.charge(ALICE, "tokens", 50).isAllowed()).isTrue();
    assertThat(there.charge(ALICE, "tokens", 1).isAllowed()).isFalse();

    Reservation beforeReset =
        node(tokens().reservation(new ReservationBounds(0, Optional.empty())).build())
            .reserve(ALICE, "tokens", 0);
    assertThat(there.reset(ALICE, "tokens", "support case").primary().used()).hasValue(0);
    assertThat(beforeReset.isAllowed()).isTrue();
    assertThat(here.charge(ALICE, "tokens", 1).isAllowed()).isTrue();
  }

  @Test
  void twoAgentsOnTwoNodesAreStoppedAtTheConfiguredCall() {
    QuotaPolicy agents =
        QuotaPolicy.builder("agents").limit("steps", "12 calls per conversation").build();
    Quotas here = node(agents);
    Quotas there = node(agents);
    int calls = 0;
    Decision decision = here.charge(ALICE, "agents", 350);
    while (decision.isAllowed()) {
      calls++;
      decision = (calls % 2 == 0 ? here : there).charge(ALICE, "agents", 350);
    }
    assertThat(calls).isEqualTo(12);
    assertThat(((Decision.NeverFits) decision).reason())
        .isEqualTo(Decision.NeverFits.Reason.CONVERSATION_TOO_LONG);
  }

  @Test
  void eightFirstEverReservationsOnTwoNodesNeverOverspend() throws Exception {
    Quotas[] nodes = {node(tokens().build()), node(tokens().build())};
    AtomicLong held = new AtomicLong();
    Race.run(8, thread -> held.addAndGet(nodes[thread % 2].reserve(ALICE, "tokens", 300).held()));
    assertThat(held).hasValue(900);
    assertThat(state(nodes[0]).primary().reserved()).hasValue(900);
  }

  @Test
  void hundredsAtOnceOnTwoNodesSettleToTheExactSum() throws Exception {
    QuotaPolicy wide =
        QuotaPolicy.builder("tokens")
            .limit("monthly", "100000000 per calendar month")
            .limit("org", "100000000 per calendar month per org")
            .limit("running", "100 at once per org")
            .build();
    Quotas[] nodes = {node(wide), node(wide)};
    AtomicLong expected = new AtomicLong();
    Race.run(
        8,
        thread -> {
          SplittableRandom random = new SplittableRandom(thread);
          for (int i = 0; i < 50; i++) {
            Reservation reservation =
                nodes[thread % 2].reserve(ALICE, "tokens", random.nextLong(1, 500));
            long soFar = random.nextLong(700);
            assertThat(reservation.used(soFar)).isTrue();
            if (random.nextInt(4) == 0) {
              reservation.refund();
            } else {
              expected.addAndGet(reservation.settle(soFar + random.nextLong(50)).charged());
            }
          }
        });
    QuotaState state = state(nodes[0]);
    assertThat(state.limits().get(0).used()).hasValue(expected.get());
    assertThat(state.limits().get(1).used()).hasValue(expected.get());
    assertThat(state.limits().get(2).used()).as("places").hasValue(0);
    assertThat(state.limits().get(0).reserved()).hasValue(0);
  }

  /** Reserves, says how much it used, and waits to be killed. */
  static final class Dying {
    private Dying() {}

    public static void main(String[] arguments) throws IOException {
      Quotas quotas =
          Quotas.builder()
              .store(RedisQuotaStore.builder(arguments[0]).timeBudget(PATIENCE).build())
              .policy(dying())
              .build();
      Reservation reservation = quotas.reserve(ALICE, "tokens", 400);
      System.out.println(reservation.isAllowed() && reservation.used(90) ? "streaming" : "refused");
      System.out.println(System.in.read());
    }
  }

  private static QuotaPolicy dying() {
    return tokens()
        .limit(LimitPolicy.of("running", "1 at once").withLease(Duration.ofSeconds(2)))
        .build();
  }

  @Test
  void aNodeThatIsKilledLeavesItsEstimateChargedAndItsPlaceComesFree() {
    Quotas quotas = node(dying());
    try (ChildJvm child = ChildJvm.start(Dying.class, redis.address())) {
      child.awaitLine("streaming", Duration.ofSeconds(60));
      assertThat(quotas.reserve(ALICE, "tokens", 1).decision())
          .as("the one place is taken")
          .isInstanceOf(Decision.Denied.class);
      child.kill();
    }
    Eventually.within(
        Duration.ofSeconds(10),
        "the place is free",
        () -> state(quotas).limits().get(1).used().orElseThrow() == 0);
    try (Reservation next = quotas.reserve(ALICE, "tokens", 600)) {
      assertThat(next.isAllowed()).as("600 of 1,000 are left, and no more").isTrue();
      assertThat(state(quotas).primary().remaining()).hasValue(0);
      next.settle(600);
    }
    assertThat(state(quotas).primary().remaining()).as("the estimate stays charged").hasValue(0);
  }
}
