package dev.quota.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quota.QuotaState;
import dev.quota.Quotas;
import dev.quota.Reservation;
import dev.quota.Subject;
import dev.quota.policy.QuotaPolicy;
import dev.quota.policy.ReservationBounds;
import dev.quota.policy.Scope;
import dev.quota.spi.Change;
import dev.quota.spi.Hold;
import dev.quota.spi.Operation;
import dev.quota.spi.StoreCommand;
import dev.quota.spi.StoreReply;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Operations over several slots: each slot remembers its own part. */
final class ClusterOperationsTest extends OnCluster {

  private static final Duration KEEP = Duration.ofMinutes(5);

  private static Subject subject(String user) {
    return Subject.builder(Subject.Kind.USER, user).group(Scope.ORG, "org-of-" + user).build();
  }

  private static Quotas engine() {
    return Quotas.builder()
        .store(RedisQuotaStore.builder(client).timeBudget(PATIENCE).build())
        .policy(
            QuotaPolicy.builder("tokens")
                .limit("monthly", "1000 per calendar month")
                .limit("org", "1500 per calendar month per org")
                .limit("all", "1000000 per calendar month per global")
                .limit("running", "3 at once")
                .grace("100")
                .reservation(
                    new ReservationBounds(
                        1, Optional.of(new ReservationBounds.AtMost.Percent(100))))
                .build())
        .build();
  }

  private static List<Long> used(QuotaState state) {
    return state.limits().stream().map(limit -> limit.used().orElseThrow()).toList();
  }

  @Test
  void aReservationOverSeveralSlotsIsSettledInAllOfThem() {
    try (Quotas quotas = engine()) {
      Subject ann = subject("ann");
      long before = quotas.states(ann).quotas().get(0).limits().get(2).used().orElseThrow();
      Reservation reservation = quotas.reserve(ann, "tokens", 400);
      assertThat(reservation.used(600)).isTrue();
      reservation.settle(650);
      assertThat(used(quotas.states(ann).quotas().get(0)))
          .containsExactly(650L, 650L, before + 650, 0L);
      assertThat(quotas.reserve(ann, "tokens", 300).refund()).isTrue();
      assertThat(used(quotas.states(ann).quotas().get(0)))
          .containsExactly(650L, 650L, before + 650, 0L);
    }
  }

  @Test
  void aRefusalInALaterSlotLeavesNothingInTheEarlierOnes() {
    try (Quotas quotas = engine()) {
      Subject one = Subject.builder(Subject.Kind.USER, "bea").group(Scope.ORG, "shared").build();
      Subject two = Subject.builder(Subject.Kind.USER, "cid").group(Scope.ORG, "shared").build();
      quotas.reserve(one, "tokens", 1_000).settle(1_000);
      assertThat(quotas.reserve(two, "tokens", 600).isAllowed()).isFalse();
      QuotaState state = quotas.states(two).quotas().get(0);
      assertThat(state.limits().get(0).used()).hasValue(0);
      assertThat(state.limits().get(0).reserved()).hasValue(0);
      assertThat(state.limits().get(3).used()).as("places").hasValue(0);
      assertThat(quotas.reserve(two, "tokens", 500).isAllowed()).isTrue();
    }
  }

  @Test
  void operationsInSeveralSlotsAreRenewedByOneCommand() {
    List<Hold> holds = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      MonthlyUnits user = new MonthlyUnits("user", "renewed" + i, "chat", 10);
      Optional<Operation> operation = Optional.of(Operation.reservation("r" + i, KEEP));
      store.execute(new StoreCommand.Take(List.of(user.entry(4)), operation));
      holds.add(new Hold(user.key(), user.limits(), List.of(0L), 4, operation));
    }
    store.execute(new StoreCommand.Settle(List.of(new Change(holds.get(7), 1)), true));

    StoreReply reply = store.execute(new StoreCommand.Renew(holds));

    assertThat(reply.outcome()).isEqualTo(StoreReply.Outcome.DONE);
    for (int i = 0; i < 20; i++) {
      assertThat(reply.entries().get(i).gone()).as("hold %d", i).isEqualTo(i == 7);
    }
  }

  @Test
  void aRepetitionOverSeveralSlotsTakesNothing() {
    MonthlyUnits user = new MonthlyUnits("user", "dot", "chat", 10);
    MonthlyUnits org = new MonthlyUnits("org", "dots", "chat", 10);
    StoreCommand.Take take =
        new StoreCommand.Take(
            List.of(user.entry(4), org.entry(4)), Optional.of(Operation.charge("once", KEEP)));
    assertThat(store.execute(take).outcome()).isEqualTo(StoreReply.Outcome.DONE);
    assertThat(store.execute(take).outcome()).isEqualTo(StoreReply.Outcome.REPEATED);
    assertThat(user.used(store)).isEqualTo(4);
    assertThat(org.used(store)).isEqualTo(4);
  }
}
