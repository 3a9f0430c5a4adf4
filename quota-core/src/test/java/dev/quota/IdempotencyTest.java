package dev.quota;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quota.policy.QuotaPolicy;
import dev.quota.policy.Scope;
import dev.quota.spi.Race;
import dev.quota.store.ManualClock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class IdempotencyTest {

  /** Returns the API of an engine that this suite tests. */
  EngineApi api(Quotas quotas) {
    return EngineApi.blocking(quotas);
  }

  private static final Subject ALICE = Subject.user("alice");
  private static final Subject BOB = Subject.user("bob");
  private static final Idempotency ONCE = new Idempotency("POST /chat|k1", Duration.ofHours(24));
  private static final List<Charge> ONE = List.of(new Charge("chat", 1));

  private final ManualClock clock = ManualClock.at("2026-11-23T14:59:30Z");
  private final Heard heard = new Heard();
  private final EngineApi quotas =
      api(
          Quotas.builder()
              .clock(clock)
              .policy(QuotaPolicy.builder("chat").limit("daily", "5 per calendar day").build())
              .listener(heard)
              .build());

  private Decision once(Subject subject, Idempotency once) {
    return quotas.charge(subject, ONE, once);
  }

  private static boolean isRepetition(Decision decision) {
    return ((Decision.Allowed) decision).isRepetition();
  }

  private long used(Subject subject) {
    return quotas.states(subject).quotas().get(0).primary().used().orElseThrow();
  }

  @Test
  void theSameKeyIsChargedOnce() {
    assertThat(isRepetition(once(ALICE, ONCE))).isFalse();
    assertThat(isRepetition(once(ALICE, ONCE))).isTrue();
    assertThat(used(ALICE)).isEqualTo(1);
    assertThat(heard.events)
        .as("listeners hear of the one charge")
        .containsExactly("allowed chat 1");
  }

  @Test
  void aRepetitionGoesThroughWhereTheQuotaIsSpentByThen() {
    once(ALICE, ONCE);
    quotas.charge(ALICE, "chat", 4);
    assertThat(isRepetition(once(ALICE, ONCE))).isTrue();
    assertThat(quotas.charge(ALICE, "chat", 1).isAllowed()).isFalse();
  }

  @Test
  void anotherKeyOrSubjectIsAnotherCharge() {
    once(ALICE, ONCE);
    once(ALICE, new Idempotency("POST /chat|k2", ONCE.window()));
    once(BOB, ONCE);
    assertThat(used(ALICE)).isEqualTo(2);
    assertThat(used(BOB)).isEqualTo(1);
  }

  @Test
  void subjectsThatShareALimitDoNotShareKeys() {
    try (EngineApi shared =
        api(
            Quotas.builder()
                .clock(clock)
                .policy(
                    QuotaPolicy.builder("chat")
                        .limit("daily", "5 per calendar day per org")
                        .build())
                .build())) {
      for (String user : List.of("alice", "bob")) {
        Subject member = Subject.builder(Subject.Kind.USER, user).group(Scope.ORG, "acme").build();
        assertThat(isRepetition(shared.charge(member, ONE, ONCE))).isFalse();
      }
    }
  }

  @Test
  void givingBackForgetsTheKey() {
    Decision.Allowed first = (Decision.Allowed) once(ALICE, ONCE);
    assertThat(quotas.refund(first.receipt())).isTrue();
    assertThat(isRepetition(once(ALICE, ONCE))).isFalse();
    assertThat(used(ALICE)).isEqualTo(1);
  }

  @Test
  void aRepetitionCannotRefundWhatTheFirstTook() {
    once(ALICE, ONCE);
    Decision.Allowed again = (Decision.Allowed) once(ALICE, ONCE);
    assertThat(quotas.refund(again.receipt())).isFalse();
    assertThat(used(ALICE)).isEqualTo(1);
  }

  @Test
  void aRefusalIsNotRemembered() {
    quotas.charge(ALICE, "chat", 5);
    assertThat(once(ALICE, ONCE).isAllowed()).isFalse();
    clock.advance(Duration.ofHours(10));
    assertThat(isRepetition(once(ALICE, ONCE))).isFalse();
    assertThat(used(ALICE)).isEqualTo(1);
  }

  @Test
  void theKeyIsForgottenAfterItsWindow() {
    once(ALICE, ONCE);
    clock.advance(ONCE.window());
    assertThat(isRepetition(once(ALICE, ONCE))).isFalse();
  }

  @Test
  void manyAtOnceAreChargedOnce() throws Exception {
    AtomicInteger first = new AtomicInteger();
    Race.run(
        8,
        thread -> {
          if (!isRepetition(once(ALICE, ONCE))) {
            first.incrementAndGet();
          }
        });
    assertThat(first).hasValue(1);
    assertThat(used(ALICE)).isEqualTo(1);
  }

  @Test
  void keysAndWindowsOutOfRangeAreMisuse() {
    assertThatThrownBy(() -> new Idempotency("", Duration.ofHours(1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("had 0");
    assertThatThrownBy(() -> new Idempotency("k".repeat(20_000), Duration.ofHours(1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("1 to 16384 characters, had 20000");
    assertThatThrownBy(() -> new Idempotency("k", Duration.ofSeconds(59)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("window");
  }
}
