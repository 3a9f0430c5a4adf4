package dev.quota.test;

import static dev.quota.test.QuotaAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quota.Decision;
import dev.quota.Level;
import dev.quota.Quotas;
import dev.quota.Subject;
import dev.quota.store.Accuracy;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuotaTest
class QuotaAssertionsTest {

  private final Subject alice = Subject.user("alice");
  private Quotas quotas;
  private Decision allowed;
  private Decision denied;

  @BeforeEach
  void decide(TestQuotas test) {
    quotas = test.quotas();
    test.given(alice).hasUsed(48, "chat");
    allowed = quotas.charge(alice, "chat", 2);
    denied = quotas.charge(alice, "chat", 1);
  }

  @Test
  void whatHoldsPasses() {
    Instant midnight = Instant.parse("2026-01-16T00:00:00Z");
    assertThat(allowed).isAllowed().isNotDegraded().hasUsed(50).hasRemaining(0).isOnPlan("free");
    assertThat(denied)
        .isRefused()
        .isDenied()
        .hasRemaining(0)
        .hasLevel(Level.EXHAUSTED)
        .hasCode("quota.exhausted.calendar")
        .retriesAfter(Duration.between(denied.states().now(), midnight));
    assertThat(denied)
        .quota("chat")
        .hasLimit(50)
        .hasReserved(0)
        .hasAccuracy(Accuracy.EXACT)
        .isBlockedBy("daily")
        .resetsAt(midnight)
        .limit("burst")
        .hasLimit(10);
    assertThat(quotas.charge(alice, "chat", 501)).neverFits(Decision.NeverFits.Reason.TOO_LARGE);
    assertThat(denied.states().binding()).hasLevel(Level.EXHAUSTED);
  }

  @Test
  void saysTheSentenceOfALanguage() {
    String german =
        dev.quota.message.QuotaMessages.create().refusal(denied, Locale.GERMAN).detail();
    assertThat(denied).says(Locale.GERMAN, german);
    assertFails(() -> assertThat(denied).says(Locale.ENGLISH, german), german, "in en:");
    assertFails(() -> assertThat(allowed).says(Locale.ENGLISH, "x"), "to be refused");
  }

  @Test
  void whatDoesNotHoldFailsAndShowsTheWholeState() {
    assertFails(() -> assertThat(denied).isAllowed(), "to be allowed, but it is: denied, retry");
    assertFails(() -> assertThat(allowed).isDenied(), "to be denied, but it is: allowed");
    assertFails(() -> assertThat(allowed).isRefused(), "to be refused");
    assertFails(() -> assertThat(allowed).isDegraded(), "to be degraded");
    assertFails(() -> assertThat(allowed).isRepetition(), "to be a repetition");
    assertFails(() -> assertThat(denied).isUnavailable(), "to be unavailable");
    assertFails(
        () -> assertThat(denied).neverFits(Decision.NeverFits.Reason.TOO_LARGE), "never to fit");
    assertFails(() -> assertThat(denied).retriesAfter(Duration.ofSeconds(1)), "after PT1S");
    assertFails(() -> assertThat(allowed).retriesAfter(Duration.ZERO), "after PT0S");
    assertFails(() -> assertThat(denied).hasRemaining(3), "chat.daily remaining: 3", "was: 0");
    assertFails(() -> assertThat(denied).hasUsed(3), "chat.daily used: 3", "was: 50");
    assertFails(() -> assertThat(denied).hasLevel(Level.OK), "level: OK", "was: EXHAUSTED");
    assertFails(() -> assertThat(denied).hasCode("quota.ok"), "code: quota.ok");
    assertFails(() -> assertThat(denied).isOnPlan("pro"), "on plan pro");
    assertFails(() -> assertThat(denied).quota("image"), "quota image", "[chat]");
    assertFails(() -> assertThat(denied).quota("chat").limit("weekly"), "weekly", "burst");
    assertFails(() -> assertThat(denied).quota("chat").isBlockedBy(), "blocked by: []");
    assertFails(() -> assertThat(denied).quota("chat").resetsAt(Instant.EPOCH), "1970");
    assertFails(() -> assertThat(denied).quota("chat").hasLimit(51), "limit: 51");
    assertFails(() -> assertThat(denied).quota("chat").hasReserved(1), "reserved: 1");
    assertFails(() -> assertThat(denied).quota("chat").hasAccuracy(Accuracy.UNKNOWN), "UNKNOWN");
  }

  @Test
  void nothingAtAllFailsToo() {
    assertThatThrownBy(() -> assertThat((Decision) null).isAllowed())
        .isInstanceOf(AssertionError.class);
    assertThatThrownBy(() -> assertThat((Decision) null).hasRemaining(1))
        .isInstanceOf(AssertionError.class);
    assertThatThrownBy(() -> assertThat((dev.quota.QuotaState) null).hasRemaining(1))
        .isInstanceOf(AssertionError.class);
  }

  @Test
  void percentSignsAndDescriptionsAreText() {
    assertFails(() -> assertThat(denied).as("100%s sure").hasCode("%d %s %"), "%d %s %");
  }

  private static void assertFails(ThrowingCallable assertion, String... parts) {
    assertThatThrownBy(assertion)
        .isInstanceOf(AssertionError.class)
        .hasMessageContainingAll(parts)
        .hasMessageContainingAll(
            "on plan free at 2026-01-15T12:",
            "burst:",
            "daily (primary): 50 used and 0 reserved of 50")
        .hasMessageNotContaining("alice");
  }
}
