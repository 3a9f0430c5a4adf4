package dev.quota;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quota.policy.BillingAnchor;
import dev.quota.policy.QuotaPolicy;
import dev.quota.policy.Scope;
import dev.quota.store.ManualClock;
import java.time.Instant;
import java.time.ZoneId;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A billing cycle begins at the subject's own day and hour, in the subject's zone. */
class BillingAnchorTest {

  private final ManualClock clock = ManualClock.at("2027-01-31T12:00:00Z");
  private final Quotas quotas =
      Quotas.builder()
          .clock(clock)
          .policy(QuotaPolicy.builder("chat").limit("cycle", "100 per billing cycle").build())
          .policy(
              QuotaPolicy.builder("fixed")
                  .limit("cycle", "100 per billing cycle from day 1")
                  .build())
          .policy(
              QuotaPolicy.builder("shared")
                  .limit("team", "100 per billing cycle per team")
                  .limit("org", "100 per billing cycle in UTC per org")
                  .limit("all", "100 per billing cycle per global")
                  .build())
          .build();

  @AfterEach
  void close() {
    quotas.close();
  }

  private static Subject.Builder alice() {
    return Subject.builder(Subject.Kind.USER, "alice");
  }

  private static Subject alice(int day, int hour) {
    return alice().billingAnchor(new BillingAnchor(day, hour)).build();
  }

  private String end(Subject subject, String quota, int limit) {
    return states(subject, quota)
        .quotas()
        .get(0)
        .limits()
        .get(limit)
        .resetAt()
        .orElseThrow()
        .toString();
  }

  private QuotaSnapshot states(Subject subject, String quota) {
    return quotas.check(subject, quota, 1);
  }

  private boolean charge(Subject subject, String quota, long cost) {
    return quotas.charge(subject, quota, cost) instanceof Decision.Allowed;
  }

  @ParameterizedTest
  @CsvSource({
    "31, 14, UTC,              2027-01-31T13:59:59Z, 2027-01-31T14:00:00Z",
    "31, 14, UTC,              2027-01-31T14:00:00Z, 2027-02-28T14:00:00Z",
    "31, 14, UTC,              2028-01-31T14:00:00Z, 2028-02-29T14:00:00Z",
    "29, 0,  UTC,              2027-02-28T00:00:00Z, 2027-03-29T00:00:00Z",
    "30, 0,  UTC,              2028-02-29T00:00:00Z, 2028-03-30T00:00:00Z",
    "31, 0,  UTC,              2027-04-30T00:00:00Z, 2027-05-31T00:00:00Z",
    "28, 2,  Europe/Berlin,    2027-03-01T00:00:00Z, 2027-03-28T01:00:00Z", // 02:00 is skipped
    "31, 2,  Europe/Berlin,    2027-10-01T00:00:00Z, 2027-10-31T00:00:00Z", // the first 02:00
    "31, 2,  Europe/Berlin,    2027-10-31T01:30:00Z, 2027-11-30T01:00:00Z",
    "15, 6,  America/New_York, 2027-01-20T00:00:00Z, 2027-02-15T11:00:00Z"
  })
  void aCycleEndsAtTheNextAnchor(int day, int hour, String zone, String now, String end) {
    clock.set(Instant.parse(now));
    Subject subject =
        alice().zone(ZoneId.of(zone)).billingAnchor(new BillingAnchor(day, hour)).build();

    assertThat(end(subject, "chat", 0)).isEqualTo(end);
    assertThat(states(subject, "chat").zoneSource()).isEqualTo(ZoneSource.SUBJECT);
  }

  @Test
  void withoutAnAnchorOrWithADayInThePolicyACycleIsTheSameForEverybody() {
    assertThat(end(Subject.user("bob"), "chat", 0)).isEqualTo("2027-02-01T00:00:00Z");
    assertThat(end(alice(15, 6), "fixed", 0)).isEqualTo("2027-02-01T00:00:00Z");
  }

  @Test
  void theStateTellsWhereTheZoneComesFromAlsoWithAnAnchor() {
    Subject inUtc = alice(15, 6).toBuilder().zone(ZoneId.of("UTC")).build();

    assertThat(states(alice(15, 6), "chat").zoneSource()).isEqualTo(ZoneSource.DEFAULT);
    assertThat(states(inUtc, "chat").zoneSource()).isEqualTo(ZoneSource.SUBJECT);
    assertThat(states(alice(15, 6), "chat").zoneSource()).isEqualTo(ZoneSource.DEFAULT);
  }

  @Test
  void anAnchorThatChangesKeepsTheCountAndTheEndOfTheCycleThatHasBegun() {
    assertThat(charge(alice(15, 0), "chat", 60)).isTrue();

    Subject moved = alice(1, 0);
    clock.set(Instant.parse("2027-02-01T00:00:00Z"));
    assertThat(charge(moved, "chat", 41)).as("no second allowance at the new anchor").isFalse();
    assertThat(charge(moved, "chat", 40)).as("and none is lost").isTrue();
    assertThat(end(moved, "chat", 0)).isEqualTo("2027-02-15T00:00:00Z");

    clock.set(Instant.parse("2027-02-15T00:00:00Z"));
    assertThat(charge(moved, "chat", 100)).isTrue();
    assertThat(end(moved, "chat", 0)).isEqualTo("2027-03-01T00:00:00Z");
    assertThat(charge(alice(20, 0), "chat", 1)).as("nor by changing back").isFalse();
  }

  @Test
  void aGroupHasTheAnchorOfTheGroupWhoeverBeginsItsCycle() {
    BillingAnchor ofOrg = new BillingAnchor(20, 8);
    Subject member =
        alice()
            .group(Scope.ORG, "acme")
            .billingAnchor(BillingAnchor.ofDay(5))
            .billingAnchor(Scope.ORG, ofOrg)
            .build();
    Subject other =
        Subject.builder(Subject.Kind.USER, "bob")
            .group(Scope.ORG, "acme")
            .billingAnchor(Scope.ORG, ofOrg)
            .build();

    assertThat(end(member, "shared", 0))
        .as("no team, so she counts alone")
        .startsWith("2027-02-05");
    assertThat(end(member, "shared", 1)).isEqualTo("2027-02-20T08:00:00Z");
    assertThat(end(other, "shared", 1)).isEqualTo("2027-02-20T08:00:00Z");
    assertThat(end(member, "shared", 2)).as("everybody's").isEqualTo("2027-02-01T00:00:00Z");
  }

  @Test
  void aMembersOwnAnchorDoesNotMoveTheCycleOfTheGroup() {
    Subject member = alice().group(Scope.ORG, "acme").billingAnchor(BillingAnchor.ofDay(5)).build();

    assertThat(end(member, "shared", 1)).isEqualTo("2027-02-01T00:00:00Z");
  }

  @Test
  void subjectsWithOtherAnchorsAreNotEqual() {
    assertThat(alice(15, 6)).isEqualTo(alice(15, 6)).isNotEqualTo(alice(15, 7));
    assertThat(alice(15, 6).toBuilder().build()).isEqualTo(alice(15, 6));
    assertThat(alice(15, 6).billingAnchor()).contains(new BillingAnchor(15, 6));
    assertThat(Subject.user("alice").billingAnchor()).isEmpty();
  }

  @Test
  void everyAnchorHasACycleOfItsOwn() {
    for (int day = 1; day <= 31; day++) {
      for (int hour = 0; hour < 24; hour++) {
        Subject subject =
            Subject.builder(Subject.Kind.USER, day + "-" + hour)
                .billingAnchor(new BillingAnchor(day, hour))
                .build();
        Instant end = Instant.parse(end(subject, "chat", 0));
        assertThat(end.atZone(ZoneId.of("UTC")).getHour()).isEqualTo(hour);
      }
    }
  }

  @Test
  void numbersOutOfTheirRangeAreRefused() {
    assertThatThrownBy(() -> new BillingAnchor(0, 0))
        .hasMessage("dayOfMonth must be between 1 and 31, was 0");
    assertThatThrownBy(() -> new BillingAnchor(32, 0))
        .hasMessage("dayOfMonth must be between 1 and 31, was 32");
    assertThatThrownBy(() -> new BillingAnchor(1, 24))
        .hasMessage("hour must be between 0 and 23, was 24");
    assertThatThrownBy(() -> alice().billingAnchor(Scope.GLOBAL, BillingAnchor.ofDay(1)))
        .hasMessage("scope must be user, team or org, was global");
  }

  @Test
  void anAnchorIsReadFromWords() {
    assertThat(BillingAnchor.parse("day 15")).isEqualTo(new BillingAnchor(15, 0));
    assertThat(BillingAnchor.parse("day 31 at 06:00")).isEqualTo(new BillingAnchor(31, 6));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "15",
        "day 0",
        "day 32",
        "day 015",
        "day 15 at 6:00",
        "day 15 at 06:30",
        "day 15 at 24:00",
        "day 15 at",
        "Day 15",
        "day  15",
        "day 15 ",
        "day ١٥"
      })
  void otherWordsAreRefused(String text) {
    assertThatThrownBy(() -> BillingAnchor.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(
            "billing anchor must be a day and a full hour, such as day 15 or day 31 at 06:00, was");
  }
}
