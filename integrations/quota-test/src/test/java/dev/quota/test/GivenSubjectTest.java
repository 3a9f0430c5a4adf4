package dev.quota.test;

import static dev.quota.test.QuotaAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quota.Level;
import dev.quota.Subject;
import dev.quota.UnknownQuotaException;
import dev.quota.policy.Policies;
import dev.quota.policy.PolicyFile;
import java.io.StringReader;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class GivenSubjectTest {

  private static final Policies POLICIES =
      PolicyFile.read(
          "policies",
          new StringReader(
              """
              version: 1
              plans: {free: {label: Free}, pro: {label: Pro}}
              quotas:
                chat:
                  limits: {burst: 10 per minute, daily: 50 per calendar day}
                  plans: {pro: {daily: unlimited, burst: unlimited}}
                  warn-at: [80%]
                pace: {limits: {burst: 10 per minute}}
                rolling: {limits: {burst: 10 per minute, long: 100 per 5 hours}}
                video: {limits: {parallel: 2 at once, daily: 9 per calendar day}}
                huge: {limits: {daily: 1000000000000 per calendar day}}
                slow: {limits: {burst: 1 per hour, daily: 100 per calendar day}}
                long: {limits: {burst: 1 per second, monthly: 1000000 per calendar month}}
                soft: {limits: {daily: 3 per calendar day}, when-exhausted: degrade}
              """));

  private final TestQuotas test = TestQuotas.of(POLICIES);
  private final Subject alice = Subject.user("alice");

  @AfterEach
  void close() {
    test.close();
  }

  @Test
  void aliceHasUsed49Of50() {
    test.given(alice).hasUsed(49, "chat");

    assertThat(test.quotas().states(alice))
        .quota("chat")
        .hasUsed(49)
        .hasRemaining(1)
        .hasLevel(Level.WARNING)
        .limit("burst")
        .hasUsed(0);
    assertThat(test.quotas().charge(alice, "chat", 1)).isAllowed().hasRemaining(0);
    assertThat(test.quotas().charge(alice, "chat", 1))
        .isDenied()
        .quota("chat")
        .isBlockedBy("daily");
  }

  @Test
  void whatIsSaidTwiceChangesNothing() {
    test.given(alice).hasUsed(12, "chat").hasUsed(12, "chat").hasUsed(20, "chat");
    assertThat(test.quotas().states(alice)).quota("chat").hasUsed(20);
  }

  @Test
  void whatIsLeftAndWhatIsUsedUp() {
    test.given("alice").hasLeft(7, "chat").hasUsedUp("soft");
    assertThat(test.quotas().states(alice)).quota("chat").hasRemaining(7);
    assertThat(test.quotas().charge(alice, "soft", 1)).isDegraded();
  }

  @Test
  void aPaceIsUsedAtOnceAndTheClockStandsStill() {
    Instant before = test.clock().instant();
    test.given(alice).hasUsed(10, "pace");
    assertThat(test.quotas().states(alice)).quota("pace").hasRemaining(0);
    assertThat(test.clock().instant()).isEqualTo(before);
  }

  @Test
  void aRollingBudgetIsUsedToTheUnitAlthoughItRefills() {
    test.given(alice).hasUsed(97, "rolling");
    assertThat(test.quotas().states(alice)).quota("rolling").limit("long").hasUsed(97);
  }

  @Test
  void permitsAreReleased() {
    test.given(alice).hasUsed(9, "video");
    assertThat(test.quotas().openPermits()).isZero();
    assertThat(test.quotas().states(alice)).quota("video").limit("parallel").hasUsed(0);
  }

  @Test
  void hugeCountsAreOneCharge() {
    test.given(alice).hasUsed(999_999_999_999L, "huge");
    assertThat(test.quotas().charge(alice, "huge", 1)).isAllowed().hasRemaining(0);
  }

  @Test
  void othersHaveUsedNothing() {
    test.given(alice).hasUsedUp("chat");
    assertThat(test.quotas().charge(Subject.user("bob"), "chat", 1)).isAllowed();
  }

  @Test
  void refusesWhatCannotBe() {
    for (long units : List.of(-1L, 51L, Long.MAX_VALUE, Long.MIN_VALUE)) {
      assertThatThrownBy(() -> test.given(alice).hasUsed(units, "chat"))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(
              "between what is used, 0, and the limit daily of chat, 50, was " + units);
    }
    assertThatThrownBy(() -> test.given(alice).hasLeft(51, "chat"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("50");
    assertThatThrownBy(() -> test.given(alice).hasUsed(1, "chta"))
        .isInstanceOf(UnknownQuotaException.class);
    Subject pro = Subject.builder(Subject.Kind.USER, "bob").plan("pro").build();
    assertThatThrownBy(() -> test.given(pro).hasUsed(1, "chat"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("has no limit that counts on this plan");
  }

  @Test
  void refusesToMoveOverTheEndOfTheWindow() {
    assertThatThrownBy(() -> test.given(alice).hasUsed(30, "slow"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("start the clock earlier")
        .hasMessageContaining("daily")
        .hasMessageNotContaining("alice");
    test.clock().advance(Duration.ofDays(1));
    assertThatThrownBy(() -> test.given("bob").hasUsed(200_000, "long"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("10000 charges");
  }
}
