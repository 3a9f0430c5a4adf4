package dev.quota;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quota.message.Message;
import dev.quota.message.QuotaMessages;
import dev.quota.policy.LimitKind;
import dev.quota.policy.Policies;
import dev.quota.policy.QuotaPolicy;
import dev.quota.policy.Unit;
import dev.quota.store.ManualClock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What an engine says about a session limit. */
final class SessionLimitTest {

  private static final Subject ALICE =
      Subject.builder(Subject.Kind.USER, "alice").zone(ZoneId.of("Europe/Berlin")).build();
  private static final Duration FIVE_HOURS = Duration.ofHours(5);
  private static final long UNKNOWN = -1;

  private final ManualClock clock = ManualClock.at("2026-11-23T08:00:00Z");
  private final Quotas quotas =
      Quotas.builder().policies(policies("50 per session of 5 hours")).clock(clock).build();

  @AfterEach
  void close() {
    quotas.close();
  }

  private static Policies policies(String phrase) {
    return Policies.builder()
        .quota(
            QuotaPolicy.builder("chat")
                .unit(Unit.count("message", "messages"))
                .limit("session", phrase)
                .warnAt("80%")
                .build())
        .build();
  }

  private LimitState limit() {
    return quotas.states(ALICE).binding().primary();
  }

  private Message message(Locale locale) {
    QuotaSnapshot check = quotas.check(ALICE, "chat", 1);
    return QuotaMessages.create().message(check, check.binding(), locale);
  }

  private void use(int units) {
    assertThat(quotas.charge(ALICE, "chat", units).isAllowed()).isTrue();
  }

  @Test
  void beforeTheFirstChargeThereIsTheFullAllowanceAndNothingToReset() {
    assertThat(limit().kind()).isEqualTo(LimitKind.BUDGET);
    assertThat(limit().remaining()).hasValue(50);
    assertThat(limit().resetAt()).isEmpty();
    assertThat(limit().startsAt()).isEmpty();
    assertThat(limit().fullAt()).isEmpty();
    QuotaState state = quotas.states(ALICE).binding();
    assertThat(state.millisUntilMore(state.primary(), UNKNOWN)).isEqualTo(UNKNOWN);
  }

  @Test
  void theFirstChargeBeginsItAndItEndsAGivenTimeLater() {
    Instant start = clock.instant();
    use(10);
    assertThat(limit().startsAt()).contains(start);
    assertThat(limit().resetAt()).contains(start.plus(FIVE_HOURS));
    clock.advance(Duration.ofHours(2));
    use(40);
    assertThat(limit().resetAt()).contains(start.plus(FIVE_HOURS));

    Decision.Denied denied = (Decision.Denied) quotas.charge(ALICE, "chat", 1);
    assertThat(denied.retryAfter()).isEqualTo(Duration.ofHours(3));
    clock.advance(denied.retryAfter());
    assertThat(limit().resetAt()).isEmpty();
    clock.advance(Duration.ofHours(9));
    use(50);
    assertThat(limit().startsAt()).contains(clock.instant());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "en|A session starts with the first use and runs for 5 hours.",
        "de|Eine Sitzung beginnt mit der ersten Nutzung und läuft für 5 Stunden.",
        "fr|Une session commence à la première utilisation et reste ouverte pendant 5 heures.",
        "es|Una sesión empieza con el primer uso y sigue abierta durante 5 horas.",
        "pl|Sesja zaczyna się od pierwszego użycia i trwa przez 5 godzin.",
        "ar|تبدأ الجلسة مع أول استخدام وتستمر لمدة ٥ ساعات.",
        "ja|セッションは最初の利用で始まり、5時間続きます。",
        "zh|会话从首次使用时开始，持续5小时。"
      })
  void peopleReadWhenASessionWillStart(String language, String sentence) {
    assertThat(plain(message(Locale.forLanguageTag(language)).detail())).isEqualTo(sentence);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "en|No messages left in this session|All 50 messages for this session are used.",
        "de|Keine Nachrichten mehr für diese Sitzung|für diese Sitzung",
        "fr|cette session|cette session",
        "es|esta sesión|esta sesión",
        "pl|sesj|sesj",
        "ar|الجلسة|الجلسة",
        "ja|セッション|セッション",
        "zh|会话|会话"
      })
  void peopleReadOfTheSessionWhenItIsUsedUp(String language, String title, String detail) {
    use(50);
    Message message = message(Locale.forLanguageTag(language));

    assertThat(message.code()).isEqualTo("quota.exhausted.calendar");
    assertThat(plain(message.title() + " " + message.detail())).contains(title).contains(detail);
  }

  /** Returns a text without marks of direction. */
  private static String plain(String text) {
    return text.replaceAll("\\p{Cf}", "");
  }

  @Test
  void peopleReadWhenTheSessionEnds() {
    use(50);
    clock.advance(Duration.ofMinutes(30));
    Message message = message(Locale.ENGLISH);

    assertThat(plain(message.title())).isEqualTo("No messages left in this session");
    assertThat(plain(message.detail()))
        .isEqualTo(
            "All 50 messages for this session are used. Your message limit resets today at 14:00"
                + " (in about 5 hours).");
  }

  @Test
  void eachSessionHasMessagesOfItsOwn() {
    Set<String> ids = new HashSet<>();
    for (int i = 0; i < 3; i++) {
      use(45);
      ids.add(message(Locale.ENGLISH).id());
      clock.advance(Duration.ofHours(1));
      ids.add(message(Locale.ENGLISH).id());
      clock.advance(Duration.ofHours(4));
    }
    assertThat(ids).hasSize(3).contains("chat.session/2026-11-23T09:00/80");
  }

  @Test
  void aReservationThatSettlesLaterReturnsToItsSession() {
    Reservation reservation = quotas.reserve(ALICE, "chat", 30);
    assertThat(limit().resetAt()).contains(clock.instant().plus(FIVE_HOURS));
    clock.advance(Duration.ofMinutes(4));
    reservation.settle(5);
    assertThat(limit().remaining()).hasValue(45);
  }

  @Test
  void grantedUnitsAreUsedInASession() {
    var unused =
        quotas.grant(
            GrantRequest.builder(ALICE, "chat", 20)
                .reason("sorry")
                .expiresAt(clock.instant().plus(Duration.ofDays(2)))
                .operationId("once")
                .build());
    use(70);
    assertThat(quotas.charge(ALICE, "chat", 1).isAllowed()).isFalse();
  }

  @Test
  void anotherLengthAppliesToTheNextSessionUnlessItIsShorter() {
    Instant start = clock.instant();
    use(10);
    quotas.replacePolicies(policies("50 per session of 8 hours"));
    assertThat(limit().resetAt()).contains(start.plus(FIVE_HOURS));
    quotas.replacePolicies(policies("40 per session of 2 hours"));
    assertThat(limit().resetAt()).contains(start.plus(Duration.ofHours(2)));
    assertThat(limit().remaining()).hasValue(30);
    quotas.replacePolicies(policies("40 per 2 hours"));
    assertThat(limit().remaining()).as("another kind begins full").hasValue(40);
  }
}
