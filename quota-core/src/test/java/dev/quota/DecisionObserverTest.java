package dev.quota;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quota.policy.QuotaPolicy;
import dev.quota.spi.LaterStore;
import dev.quota.store.ManualClock;
import dev.quota.usage.UsageReport;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class DecisionObserverTest {

  private static final Subject ALICE = Subject.user("alice");

  private final ManualClock clock = ManualClock.at("2026-11-23T14:59:30Z");
  private final LaterStore later = new LaterStore(clock);
  private final List<String> told = new ArrayList<>();
  private final Quotas quotas = quotas(new Told("", told));

  private Quotas quotas(DecisionObserver... observers) {
    QuotasBuilder builder =
        Quotas.builder()
            .store(later)
            .clock(clock)
            .policy(QuotaPolicy.builder("tokens").limit("daily", "10 per calendar day").build());
    for (DecisionObserver observer : observers) {
      builder.observer(observer);
    }
    return builder.build();
  }

  /** Writes down what it is told. */
  private record Told(String name, List<String> told) implements DecisionObserver {
    @Override
    public Progress begin(Operation operation) {
      told.add(name + "begin " + operation);
      return new Progress() {
        @Override
        public void detached() {
          told.add(name + "detached");
        }

        @Override
        public void decided(Decision decision) {
          told.add(name + decision.getClass().getSimpleName());
        }

        @Override
        public void settled(Settlement settlement, Optional<UsageReport> report) {
          told.add(name + "settled " + report.map(UsageReport::outputTokens));
        }

        @Override
        public void failed(Throwable failure) {
          told.add(name + "failed " + failure.getMessage());
        }
      };
    }
  }

  @AfterEach
  void close() {
    later.answerAll();
    quotas.close();
  }

  @Test
  void isToldOfEachOperationOfACallerWhoWaits() {
    later.mayBlock(true);
    assertThat(quotas.charge(ALICE, "tokens", 4).isAllowed()).isTrue();
    assertThat(quotas.charge(ALICE, List.of(new Charge("tokens", 9))).isAllowed()).isFalse();
    Reservation reservation = quotas.reserve(ALICE, "tokens", 6);
    assertThat(quotas.states(ALICE).quotas()).hasSize(1);
    Settlement settled = reservation.settle(2);
    assertThat(settled.charged()).isEqualTo(2);
    assertThat(told)
        .containsExactly(
            "begin CHARGE",
            "detached",
            "Allowed",
            "begin CHARGE",
            "detached",
            "Denied",
            "begin RESERVE",
            "detached",
            "Allowed",
            "begin SETTLE",
            "detached",
            "settled Optional.empty");
  }

  @Test
  void isDetachedBeforeALaterAnswer() {
    CompletionStage<Decision> charged = quotas.async().charge(ALICE, "tokens", 1);
    assertThat(told).containsExactly("begin CHARGE", "detached");
    later.answerAll();
    assertThat(charged).isCompleted();
    assertThat(told).containsExactly("begin CHARGE", "detached", "Allowed");
  }

  @Test
  void isToldOfReservationsAndTheirReportsLater() {
    CompletionStage<AsyncReservation> reserved = quotas.async().reserve(ALICE, "tokens", 5);
    later.answerAll();
    told.clear();
    CompletionStage<Settlement> settled =
        reserved
            .toCompletableFuture()
            .join()
            .settle(UsageReport.builder().inputTokens(1).outputTokens(2).build());
    later.answerAll();
    assertThat(settled).isCompleted();
    assertThat(told).containsExactly("begin SETTLE", "detached", "settled Optional[2]");
  }

  @Test
  void isToldOfAFailure() {
    CompletionStage<Decision> charged = quotas.async().charge(ALICE, "tokens", 1);
    later.failOne(new IllegalStateException("odd"));
    assertThat(charged).isCompletedExceptionally();
    assertThat(told).containsExactly("begin CHARGE", "detached", "failed odd");
  }

  @Test
  void anObserverThatFailsChangesNothing() {
    later.mayBlock(true);
    Quotas with =
        quotas(
            operation -> {
              throw new IllegalStateException("broken");
            },
            new Told("other ", told));
    assertThat(with.charge(ALICE, "tokens", 1).isAllowed()).isTrue();
    assertThat(told).containsExactly("other begin CHARGE", "other detached", "other Allowed");
  }

  @Test
  void scopesAreNested() {
    later.mayBlock(true);
    Quotas with = quotas(new Told("outer ", told), new Told("inner ", told));
    assertThat(with.charge(ALICE, "tokens", 1).isAllowed()).isTrue();
    assertThat(told)
        .containsExactly(
            "outer begin CHARGE",
            "inner begin CHARGE",
            "inner detached",
            "outer detached",
            "inner Allowed",
            "outer Allowed");
  }

  @Test
  void misuseIsToldToNobody() {
    assertThatThrownBy(() -> quotas.charge(ALICE, "unknown", 1))
        .isInstanceOf(UnknownQuotaException.class);
    assertThat(told).isEmpty();
  }
}
