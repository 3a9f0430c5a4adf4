package dev.quota;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quota.policy.Capacity;
import dev.quota.policy.LimitPolicy;
import dev.quota.policy.Overuse;
import dev.quota.policy.Policies;
import dev.quota.policy.PolicyException;
import dev.quota.policy.PolicyFile;
import dev.quota.policy.QuotaPolicy;
import dev.quota.policy.Rollover;
import dev.quota.store.ManualClock;
import java.io.StringReader;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Unused allowance rolls over to the next window, as the policy says. */
class RolloverTest {

  private static final Subject ALICE = Subject.user("alice");

  private static Policies policies(String limit) {
    return PolicyFile.read(
        "quotas.yaml",
        new StringReader(
            "version: 1\nplans: {free: {}, pro: {}}\nquotas:\n  chat:\n    limits: {daily: "
                + limit
                + "}\n    plans: {pro: {daily: 500}}\n    warn-at: 80%\n"));
  }

  private static LimitState state(Quotas quotas) {
    return quotas.check(ALICE, "chat", 1).quotas().get(0).primary();
  }

  @Test
  void theStateShowsWhatRolledOverAndCountsItInTheLimit() {
    ManualClock clock = ManualClock.at("2026-11-23T14:59:30Z");
    try (Quotas quotas =
        Quotas.builder()
            .clock(clock)
            .policies(policies("{limit: 50 per calendar day, rollover: 50%}"))
            .build()) {
      quotas.charge(ALICE, "chat", 20);
      clock.set(Instant.parse("2026-11-24T00:00:00Z"));
      quotas.charge(ALICE, "chat", 59);

      LimitState limit = state(quotas);
      assertThat(limit.rolledOver()).hasValue(25);
      assertThat(limit.limit()).hasValue(75);
      assertThat(limit.remaining()).hasValue(16);
      assertThat(limit.level()).isEqualTo(Level.OK);
      assertThat(limit.rollover()).contains(new Rollover(50));

      quotas.charge(ALICE, "chat", 1);
      assertThat(state(quotas).level()).as("80 % of 75 are used").isEqualTo(Level.WARNING);
      assertThat(quotas.charge(ALICE, "chat", 15)).isInstanceOf(Decision.Allowed.class);
      assertThat(quotas.charge(ALICE, "chat", 1)).isInstanceOf(Decision.Denied.class);
    }
  }

  @Test
  void whatRolledOverIsNotForgivenAsIfItWereBeyondTheLimit() {
    ManualClock clock = ManualClock.at("2026-11-23T14:59:30Z");
    try (Quotas quotas =
        Quotas.builder()
            .clock(clock)
            .policy(
                QuotaPolicy.builder("chat")
                    .limit(
                        LimitPolicy.of("daily", "50 per calendar day")
                            .withRollover(new Rollover(50)))
                    .overuse(Overuse.FORGIVE)
                    .build())
            .build()) {
      quotas.charge(ALICE, "chat", 1);
      clock.set(Instant.parse("2026-11-24T00:00:00Z"));

      Settlement settlement = quotas.reserve(ALICE, "chat", 10).settle(80);

      assertThat(settlement.charged()).isEqualTo(75);
      assertThat(settlement.uncharged()).isEqualTo(5);
    }
  }

  @Test
  void aFileAndCodeSayTheSame() {
    assertThat(
            policies("{limit: 50 per calendar day, rollover: 50%}").quotas().get("chat").limits())
        .containsExactly(
            LimitPolicy.of("daily", "50 per calendar day").withRollover(new Rollover(50)));
    assertThat(new Rollover(33).units(Capacity.of(100))).isEqualTo(33);
    assertThat(new Rollover(50).units(Capacity.of(7))).isEqualTo(3);
    assertThat(new Rollover(100).units(Capacity.of(4_503_599_627_370_495L)))
        .isEqualTo(4_503_599_627_370_495L);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{limit: 50 per calendar day, rollover: 0%}|rollover must be a share from 1% to 100%, such as 50%, was `0%`",
        "{limit: 50 per calendar day, rollover: 101%}|was `101%`",
        "{limit: 50 per calendar day, rollover: 25}|was `25`",
        "{limit: 50 per calendar day, rollover: 0.5}|was `0.5`",
        "{limit: 50 per calendar day, rollover: 50 %}|was `50 %`",
        "{limit: 50 per calendar day, rollover: ''}|was ``",
        "{limit: 50 per calendar day, rollover: 1%}|rollover must be at least one unit, was 1% of 50",
        "{limit: 100 per day, rollover: 50%}|rollover is allowed only for a limit such as \"50 per calendar day\"",
        "{limit: 3 at once, rollover: 50%}|rollover is allowed only for",
        "{limit: 30 per conversation, rollover: 50%}|rollover is allowed only for",
        "{limit: 9007199254740991 per calendar day, rollover: 1%}|a capacity with its rollover must be at most 9007199254740991"
      })
  void aRolloverThatIsNoneIsRefused(String limit, String message) {
    assertThatThrownBy(() -> policies(limit))
        .isInstanceOf(PolicyException.class)
        .hasMessageContaining(message);
  }

  @Test
  void aPlanWhoseRolloverIsLessThanOneUnitIsRefused() {
    assertThatThrownBy(
            () ->
                QuotaPolicy.builder("chat")
                    .limit(
                        LimitPolicy.of("daily", "50 per calendar day")
                            .withRollover(new Rollover(2)))
                    .planCapacity("trial", "daily", 10)
                    .build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("rollover must be at least one unit, was 2% of 10");
  }
}
