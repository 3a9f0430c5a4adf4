package dev.quota;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.quota.policy.CalendarUnit;
import dev.quota.policy.LimitPolicy;
import dev.quota.policy.LimitWindow;
import dev.quota.policy.QuotaPolicy;
import dev.quota.policy.Threshold;
import java.time.DayOfWeek;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What annotations define, read from classes that carry them. */
final class InPlaceDefinitionTest {

  private static final List<Threshold> AT_80 = List.of(new Threshold.UsedShare(80));

  @Quota("chat")
  private static final class Named {}

  @Quota(value = "search", limits = "30 per minute")
  private static final class OneLimit {}

  @Quota(
      value = "search",
      limits = {
        "30 per minute",
        "200 per 12 hours",
        "1000 per calendar day per org",
        "9000 per billing cycle from day 15"
      })
  private static final class DefaultNames {}

  @Quota(
      value = "search",
      limits = {"burst: 30 per minute", " daily :1000 per calendar day", "50 per hour"})
  private static final class Names {}

  @Quota(
      value = "search",
      limits = {"50 per calendar day in +02:00", "mine: 900 per calendar month in -03:30"})
  private static final class Offsets {}

  @Quota(
      value = "search",
      limits = {"30 per minute", "90 per hour"},
      warnAt = {"80%"})
  private static final class OnlyPaces {}

  @Quota(
      value = "search",
      limits = {"30 per minute", "1000 per calendar day"},
      warnAt = {"80%"})
  private static final class PaceAndBudget {}

  @Quota(value = "search", warnAt = "80%")
  private static final class WarnAtAlone {}

  @Quota(value = "search", limits = "30 pr minute")
  private static final class Malformed {}

  @Quota(value = "search", limits = "daily: 30")
  private static final class MalformedNamed {}

  @Quota(value = "search", limits = "Daily: 30 per minute")
  private static final class MalformedName {}

  @Quota(value = "search", limits = "a:b: 30 per minute")
  private static final class TwoNames {}

  @Quota(value = "search", limits = ": 30 per minute")
  private static final class EmptyName {}

  @Quota(value = "search", limits = "+02:00")
  private static final class OffsetAlone {}

  @Quota(
      value = "search",
      limits = {"30 per minute", "60 per minute"})
  private static final class SameNames {}

  @Quota(value = "search", limits = "30 per minute", warnAt = "often")
  private static final class MalformedThreshold {}

  @Quota(value = "search", limits = "30 per minute", warnAt = "30 left")
  private static final class ThresholdOfPaceAtOnce {}

  @Quota(value = "search", limits = "30 per calendar day", warnAt = "30 left")
  private static final class ThresholdOfBudgetAtOnce {}

  @Quota(value = "Search", limits = "30 per minute")
  private static final class MalformedQuota {}

  @Quota(value = "search", limits = "5000003 per 30 days")
  private static final class Inexact {}

  private static Optional<QuotaPolicy> read(Class<?> type) {
    return InPlacePolicy.of(type.getDeclaredAnnotation(Quota.class));
  }

  private static QuotaPolicy policy(Class<?> type) {
    return read(type).orElseThrow();
  }

  @Test
  void definesNothingWithoutLimits() {
    assertThat(read(Named.class)).isEmpty();
  }

  @Test
  void isTheSameAsItsDefinitionInCode() {
    assertThat(policy(OneLimit.class))
        .isEqualTo(QuotaPolicy.builder("search").limit("minute", "30 per minute").build());
  }

  @Test
  void namesLimitsByTheirWindows() {
    assertThat(policy(DefaultNames.class))
        .isEqualTo(
            QuotaPolicy.builder("search")
                .limit("minute", "30 per minute")
                .limit("hours-12", "200 per 12 hours")
                .limit("daily", "1000 per calendar day per org")
                .limit("cycle", "9000 per billing cycle from day 15")
                .build());
  }

  @Test
  void takesTheNameBeforeAColon() {
    assertThat(policy(Names.class))
        .isEqualTo(
            QuotaPolicy.builder("search")
                .limit("burst", "30 per minute")
                .limit("daily", "1000 per calendar day")
                .limit("hour", "50 per hour")
                .build());
  }

  @Test
  void doesNotTakeAnOffsetForAName() {
    assertThat(policy(Offsets.class).limits())
        .extracting(LimitPolicy::name, LimitPolicy::window)
        .containsExactly(
            tuple("daily", calendar(CalendarUnit.DAY, "+02:00")),
            tuple("mine", calendar(CalendarUnit.MONTH, "-03:30")));
  }

  private static LimitWindow calendar(CalendarUnit unit, String zone) {
    return new LimitWindow.Calendar(unit, Optional.of(ZoneId.of(zone)), DayOfWeek.MONDAY, 1);
  }

  @Test
  void warnsAboutPacesWhereThereIsNothingElse() {
    assertThat(policy(OnlyPaces.class).limits())
        .extracting(LimitPolicy::warnAt)
        .containsExactly(Optional.of(AT_80), Optional.of(AT_80));
  }

  @Test
  void warnsAboutBudgetsWhereThereIsOne() {
    QuotaPolicy policy = policy(PaceAndBudget.class);

    assertThat(policy.warnAt()).isEqualTo(AT_80);
    assertThat(policy.limits()).extracting(LimitPolicy::warnAt).containsOnly(Optional.empty());
  }

  @Test
  void warnsOnlyAboutLimitsThatAreDefinedHere() {
    assertThatThrownBy(() -> read(WarnAtAlone.class))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("@Quota(\"search\") has warnAt but no limits");
  }

  @ParameterizedTest
  @ValueSource(classes = {Malformed.class, MalformedNamed.class, OffsetAlone.class})
  void aMalformedPhraseNamesTheQuotaAndWhatIsAllowed(Class<?> type) {
    assertThatThrownBy(() -> read(type))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("@Quota(\"search\") limits: expected ")
        .hasMessageContaining("; allowed: \"10 per minute\", ")
        .hasMessageContaining("\"50 per calendar day\"");
  }

  @Test
  void aMalformedPhraseIsShown() {
    assertThatThrownBy(() -> read(Malformed.class))
        .hasMessageContaining("expected \"per\", was \"pr\"");
  }

  @ParameterizedTest
  @ValueSource(classes = {MalformedName.class, TwoNames.class, EmptyName.class})
  void aMalformedNameNamesTheQuotaAndWhatIsAllowed(Class<?> type) {
    assertThatThrownBy(() -> read(type))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("@Quota(\"search\") limits: limit must match [a-z][a-z0-9_-]*");
  }

  @Test
  void twoLimitsOfOneNameAreRefused() {
    assertThatThrownBy(() -> read(SameNames.class))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("quota search has two limits named \"minute\"");
  }

  @Test
  void aMalformedThresholdNamesTheQuotaAndWhatIsAllowed() {
    assertThatThrownBy(() -> read(MalformedThreshold.class))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "@Quota(\"search\") warnAt: threshold must be a share such as 80% or a remaining number"
                + " such as \"10 left\", was \"often\"");
  }

  @ParameterizedTest
  @ValueSource(classes = {ThresholdOfPaceAtOnce.class, ThresholdOfBudgetAtOnce.class})
  void aThresholdWithEverythingLeftNamesTheQuotaAndTheLimit(Class<?> type) {
    assertThatThrownBy(() -> read(type))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageMatching(
            "(@Quota\\(\"search\"\\) warnAt|quota search): warn-at must leave less than the capacity"
                + " of limit (minute|daily), which is 30, was \"30 left\"");
  }

  @Test
  void aMalformedQuotaIsRefused() {
    assertThatThrownBy(() -> read(MalformedQuota.class))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("quota must match [a-z][a-z0-9_-]*")
        .hasMessageEndingWith("was \"Search\"");
  }

  @Test
  void aCapacityThatCannotBeCountedExactlyIsRefused() {
    assertThatThrownBy(() -> read(Inexact.class))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("quota search, limit days-30: capacity must be countable exactly")
        .hasMessageEndingWith("the nearest that is: 5000002");
  }
}
