package dev.quota.message;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What is remembered about locales comes from requests, and must not make other answers wrong. */
class RememberedLocalesTest {

  private final QuotaMessages messages = QuotaMessages.create();

  private String number(String tag) {
    return messages.text("problem.bad_cost", Locale.forLanguageTag(tag), Map.of("max", 1_234_567));
  }

  private static List<Locale> everyTwoLetters() {
    List<Locale> all = new ArrayList<>();
    for (String language : List.of("de", "en", "fr", "es")) {
      for (char first = 'A'; first <= 'Z'; first++) {
        for (char second = 'A'; second <= 'Z'; second++) {
          all.add(
              new Locale.Builder().setLanguage(language).setRegion("" + first + second).build());
        }
      }
    }
    return all;
  }

  @Test
  void manyLocalesDoNotChangeHowOthersAreWritten() {
    everyTwoLetters()
        .forEach(locale -> messages.text("problem.bad_cost", locale, Map.of("max", 1_234_567)));
    String mexican = number("es-MX");
    assertThat(mexican).isNotEqualTo(number("es"));
    assertThat(mexican)
        .isEqualTo(
            QuotaMessages.create()
                .text(
                    "problem.bad_cost", Locale.forLanguageTag("es-MX"), Map.of("max", 1_234_567)));
  }

  @Test
  void manyZonesDoNotChangeHowOthersAreNamed() {
    ZoneNames names = new ZoneNames(Locale.GERMAN);
    ZonedDateTime now = ZonedDateTime.parse("2026-11-23T15:00:00Z");
    for (int second = 1; second < 3_000; second++) {
      ZoneId odd = ZoneId.ofOffset("UTC", ZoneOffset.ofTotalSeconds(second));
      assertThat(names.name(now.withZoneSameInstant(odd))).isEmpty();
    }
    assertThat(names.remembered()).isLessThanOrEqualTo(1_000);
    assertThat(names.name(now.withZoneSameInstant(ZoneId.of("Europe/Berlin")))).isPresent();
  }
}
