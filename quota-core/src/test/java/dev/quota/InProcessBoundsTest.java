package dev.quota;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quota.message.QuotaMessages;
import dev.quota.policy.OnStoreFailure;
import dev.quota.policy.QuotaPolicy;
import dev.quota.policy.Scope;
import dev.quota.spi.FailingStore;
import dev.quota.store.InProcessBounds;
import dev.quota.store.ManualClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What happens where the memory of the process is not enough for everybody. */
final class InProcessBoundsTest {

  private static final Idempotency ONCE = new Idempotency("k", Duration.ofHours(1));

  private final ManualClock clock = ManualClock.at("2026-11-23T14:59:30Z");
  private final List<LogRecord> logged = new ArrayList<>();
  private final Logger logger = Logger.getLogger("dev.quota");
  private final Handler handler =
      new Handler() {
        @Override
        public void publish(LogRecord record) {
          logged.add(record);
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
      };

  @BeforeEach
  void listen() {
    logger.addHandler(handler);
  }

  @AfterEach
  void stopListening() {
    logger.removeHandler(handler);
  }

  private Quotas engine(OnStoreFailure choice, InProcessBounds bounds) {
    return Quotas.builder()
        .clock(clock)
        .inProcess(bounds)
        .policy(
            QuotaPolicy.builder("chat")
                .limit("daily", "1000000 per calendar day per org")
                .onStoreFailure(choice)
                .build())
        .policy(
            QuotaPolicy.builder("mine")
                .limit("daily", "10 per calendar day")
                .onStoreFailure(choice)
                .build())
        .build();
  }

  private static InProcessBounds operations(int most) {
    return InProcessBounds.defaults().withMaxOperationsPerSubject(most);
  }

  private static Subject member(String id) {
    return Subject.builder(Subject.Kind.USER, id).group(Scope.ORG, "acme").build();
  }

  private static Decision once(Quotas quotas, Subject subject, int key) {
    return quotas.charge(
        subject, List.of(new Charge("chat", 1)), new Idempotency("k" + key, Duration.ofHours(24)));
  }

  @ParameterizedTest
  @EnumSource(OnStoreFailure.class)
  void oneMembersKeysTakeOnlyTheirOwnRoom(OnStoreFailure choice) {
    Quotas quotas = engine(choice, operations(50));
    Subject mallory = member("mallory");
    for (int i = 0; i < 50; i++) {
      assertThat(once(quotas, mallory, i).isAllowed()).isTrue();
    }

    for (int i = 50; i < 1_000; i++) {
      Decision decision = once(quotas, mallory, i);
      assertThat(decision.isAllowed()).isEqualTo(choice == OnStoreFailure.ALLOW);
      if (!decision.isAllowed()) {
        assertThat(decision).isInstanceOf(Decision.Unavailable.class);
      }
    }
    assertThat(quotas.reserve(mallory, "chat", 5).isAllowed())
        .isEqualTo(choice == OnStoreFailure.ALLOW);
    assertThat(once(quotas, mallory, 7).isAllowed()).as("a repetition").isTrue();
    assertThat(quotas.charge(mallory, "chat", 1).isAllowed()).as("without a key").isTrue();
    for (int i = 0; i < 50; i++) {
      assertThat(once(quotas, member("alice"), i).isAllowed()).as("a colleague").isTrue();
    }
    try (Reservation mine = quotas.reserve(member("bob"), "chat", 5)) {
      assertThat(mine.isAllowed()).isTrue();
    }
    assertThat(quotas.health().available()).isTrue();
    assertThat(quotas.health().detail()).contains("951 operations found no room so far");
    assertThat(logged).hasSize(1);
    assertThat(logged.get(0).getThrown()).as("no stack trace").isNull();
    clock.advance(Duration.ofMinutes(1));
    once(quotas, mallory, 2_000);
    once(quotas, mallory, 2_001);
    assertThat(logged).as("one line a minute").hasSize(2);
    assertThat(logged.get(1).getParameters()[0]).as("with a count").isEqualTo(951L);
  }

  @Test
  void aNewcomerAtTheBoundReadsThatItIsOurFault() {
    Quotas quotas = engine(OnStoreFailure.DENY, InProcessBounds.defaults().withMaxBytes(100_000));
    int known = 0;
    while (quotas.charge(Subject.user("u" + known), "mine", 4).isAllowed()) {
      known++;
    }
    Decision refused = quotas.charge(Subject.user("new"), "mine", 1);

    assertThat(known).isBetween(200, 260);
    assertThat(refused).isInstanceOf(Decision.Unavailable.class);
    String text = QuotaMessages.create().refusal(refused, Locale.ENGLISH).detail();
    assertThat(text).contains("problem on our side").doesNotContain("used");
    assertThat(quotas.states(Subject.user("new")).quota("mine").orElseThrow().primary().remaining())
        .as("a look needs no room")
        .hasValue(10);
    for (int i = 0; i < known; i++) {
      Subject subject = Subject.user("u" + i);
      assertThat(quotas.charge(subject, "mine", 6).isAllowed()).isTrue();
      assertThat(quotas.charge(subject, "mine", 1)).isInstanceOf(Decision.Denied.class);
    }
    assertThat(quotas.health().available()).isFalse();
    assertThat(quotas.health().detail()).contains("That is the bound");
    assertThat(logged).as("80 %, and the first refusal").hasSize(2);
    assertThat(logged.get(0).getMessage()).contains("% of the bound");

    clock.advance(Duration.ofDays(3));
    assertThat(quotas.charge(Subject.user("new"), "mine", 1).isAllowed()).isTrue();
    assertThat(quotas.health().available()).isTrue();
  }

  @Test
  void aNodeThatCountsAloneHasTheSameBound() {
    FailingStore store = new FailingStore(clock);
    Quotas quotas =
        Quotas.builder()
            .store(store)
            .clock(clock)
            .inProcess(InProcessBounds.defaults().withMaxBytes(100_000))
            .policy(
                QuotaPolicy.builder("mine")
                    .limit("daily", "10 per calendar day")
                    .onStoreFailure(OnStoreFailure.LOCAL)
                    .build())
            .build();
    store.goAway();
    int known = 0;
    while (quotas.charge(Subject.user("u" + known), "mine", 10).isAllowed()) {
      known++;
    }
    assertThat(known).isBetween(200, 260);
    assertThat(quotas.charge(Subject.user("new"), "mine", 1))
        .isInstanceOf(Decision.Unavailable.class);
    assertThat(quotas.charge(Subject.user("u1"), "mine", 1)).isInstanceOf(Decision.Denied.class);
  }

  @Test
  void boundsAreChecked() {
    assertThatThrownBy(() -> InProcessBounds.ofHeapShare(0.8))
        .hasMessage("share must be more than 0 and at most 0.75, was 0.8");
    assertThatThrownBy(() -> InProcessBounds.ofHeapShare(Double.NaN))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new InProcessBounds(99_999, 1))
        .hasMessage("maxBytes must be at least 100000, was 99999");
    assertThatThrownBy(() -> operations(0))
        .hasMessage("maxOperationsPerSubject must be between 1 and 1000000, was 0");
    assertThat(InProcessBounds.defaults().maxBytes())
        .isEqualTo((long) (Runtime.getRuntime().maxMemory() * 0.25));
  }

  @Test
  void aFloodOfNewAddressesEndsInNoOutOfMemoryAndMiscountsNobody() throws Exception {
    Map<String, List<String>> lines = Program.run(256, Flood.class.getName(), "500000");
    assertThat(lines.get("exact")).as("of 1,000 who are known").containsExactly("exact", "1000");
    assertThat(lines.get("healthy")).containsExactly("healthy", "0");
    assertThat(Long.parseLong(lines.get("unavailable").get(1))).isPositive();
  }

  @Test
  void aKeyIsTheSubjectsOwn() {
    Quotas quotas = engine(OnStoreFailure.DENY, operations(1));
    Subject user = Subject.user("10.0.0.1");
    Subject address = Subject.address("10.0.0.1");
    List<Charge> charge = List.of(new Charge("mine", 1));
    assertThat(quotas.charge(user, charge, ONCE).isAllowed()).isTrue();
    assertThat(quotas.charge(address, charge, ONCE).isAllowed()).isTrue();
  }
}
