package dev.quota.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quota.Decision;
import dev.quota.Quotas;
import dev.quota.Reservation;
import dev.quota.ReserveRequest;
import dev.quota.Subject;
import dev.quota.policy.ReservationBounds.AtMost;
import dev.quota.store.ManualClock;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ReservationBoundsTest {

  private static final Subject ALICE =
      Subject.builder(Subject.Kind.USER, "alice").group(Scope.ORG, "acme").build();

  private static Quotas engine(long least, String most, String... limits) {
    QuotaPolicyBuilder policy =
        QuotaPolicy.builder("tokens")
            .reservation(
                new ReservationBounds(
                    least, most.isEmpty() ? Optional.empty() : Optional.of(AtMost.parse(most))));
    for (int i = 0; i < limits.length; i++) {
      policy.limit("limit-" + i, limits[i]);
    }
    return Quotas.builder()
        .clock(ManualClock.at("2026-11-23T14:59:30Z"))
        .policy(policy.build())
        .build();
  }

  @ParameterizedTest
  @CsvSource({
    "0,50",
    "1,50",
    "49,50",
    "50,50",
    "800,800",
    "4000,4000",
    "4001,4000",
    "9007199254740991,4000"
  })
  void anEstimateIsRaisedToTheLeastAndCutToTheMost(long estimate, long held) {
    try (Quotas quotas = engine(50, "4_000", "10000 per calendar day")) {
      assertThat(quotas.reserve(ALICE, "tokens", estimate).held()).isEqualTo(held);
    }
  }

  @ParameterizedTest
  @CsvSource({
    // The most of a share is of what is shared, whatever a person's own limit is.
    "10%, 5000 per calendar day, 20000 per calendar month in UTC per org, 2000",
    "10%, 1000 per calendar day, 20000 per calendar month in UTC per org, 1000",
    "'', 5000 per calendar day, 20000 per calendar month in UTC per org, 2000",
    "'', 5000 per calendar day, unlimited per calendar month in UTC per org, 5000",
    "100%, 5000 per calendar day, 20000 per calendar month in UTC per org, 5000",
    "7, 5000 per calendar day, 20000 per calendar month in UTC per org, 7",
    "10%, 5000 per calendar day, 6000 per calendar week, 500",
    "'', 5000 per calendar day, 6000 per calendar week, 5000",
    "'', 5 per calendar day per org, 6000 per calendar week, 1",
    "'', 5 per calendar day per conversation, 6000 per calendar week, 6000",
    "'', 50 per calendar day, 300 per calendar week per global, 30"
  })
  void aShareIsOfWhatSeveralPeopleShare(String most, String own, String other, long held) {
    try (Quotas quotas = engine(1, most, own, other)) {
      assertThat(quotas.reserve(ALICE, "tokens", Capacity.MAX_UNITS).held()).isEqualTo(held);
    }
  }

  @Test
  void aLeastThatThePlanCannotGrantIsWhatItCan() {
    try (Quotas quotas = engine(500, "", "100 per calendar day")) {
      assertThat(quotas.reserve(ALICE, "tokens", 1).held()).isEqualTo(100);
      assertThat(quotas.reserve(new ReserveRequest(Subject.user("bob"), "tokens", 1, 700)).held())
          .isEqualTo(100);
    }
  }

  @Test
  void aShareBelowTheLeastIsTheLeast() {
    try (Quotas quotas = engine(50, "1%", "1000 per calendar day per org")) {
      assertThat(quotas.reserve(ALICE, "tokens", 800).held()).isEqualTo(50);
    }
  }

  @Test
  void aRangeKeepsToTheBoundsToo() {
    try (Quotas quotas = engine(50, "400", "1000 per calendar day")) {
      assertThat(quotas.reserve(new ReserveRequest(ALICE, "tokens", 500, 800)).held())
          .as("cut")
          .isEqualTo(400);
      assertThat(quotas.reserve(new ReserveRequest(ALICE, "tokens", 1, 2)).held())
          .as("raised")
          .isEqualTo(50);
      assertThat(quotas.charge(ALICE, "tokens", 530).isAllowed()).isTrue();
      assertThat(quotas.reserve(new ReserveRequest(ALICE, "tokens", 1, 800)).isAllowed())
          .as("20 are left")
          .isFalse();
    }
  }

  @Test
  void anotherQuotaHasItsOwnBounds() {
    QuotaPolicy large =
        QuotaPolicy.builder("large")
            .limit("daily", "100 per calendar day")
            .whenExhausted(WhenExhausted.DEGRADE)
            .degradeTo("small")
            .build();
    QuotaPolicy small =
        QuotaPolicy.builder("small")
            .limit("daily", "1000 per calendar day")
            .reservation(new ReservationBounds(7, Optional.of(new AtMost.Units(9))))
            .build();
    try (Quotas quotas = Quotas.builder().policy(large).policy(small).build()) {
      quotas.charge(ALICE, "large", 100);
      Reservation instead = quotas.reserve(ALICE, "large", 50);
      assertThat(instead.quota()).isEqualTo("small");
      assertThat(instead.held()).isEqualTo(9);
      assertThat(quotas.reserve(ALICE, "large", 1).held()).isEqualTo(7);
    }
  }

  @Test
  void aQuotaThatIsNotInThePlanIsRefusedAlsoForNothing() {
    try (Quotas quotas = engine(1, "", "0 per calendar day")) {
      assertThat(quotas.reserve(ALICE, "tokens", 0).decision())
          .isInstanceOf(Decision.NeverFits.class);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "%", "-1", "0", "1__0", "_1", "101%", "0%", "1.5%", "1e3", "ten"})
  void aMostThatIsNoneIsRefused(String text) {
    assertThatThrownBy(() -> AtMost.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("at-most must be ");
  }

  @Test
  void aLongTextIsRefusedAtOnce() {
    String digits = "1_".repeat(500_000) + "1";
    for (String text : List.of(digits, digits + "%", " ".repeat(1_000_000))) {
      assertThatThrownBy(() -> AtMost.parse(text)).isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> ReservationBounds.parseAtLeast(text))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }
}
