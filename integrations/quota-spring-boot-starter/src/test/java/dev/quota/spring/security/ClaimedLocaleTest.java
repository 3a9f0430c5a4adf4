package dev.quota.spring.security;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quota.Subject;
import dev.quota.spring.QuotaProperties;
import java.time.ZoneId;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.security.authentication.TestingAuthenticationToken;
import org.springframework.security.oauth2.core.ClaimAccessor;

/** The language and the time zone that a token says. */
class ClaimedLocaleTest {

  private final AuthenticatedSubjects subjects =
      new AuthenticatedSubjects(
          authentication -> Optional.empty(),
          List.of(
              new ClaimedLocale(new QuotaProperties.Subject(null, null, "locale", "zoneinfo"))));

  private Subject of(Map<String, Object> claims) {
    ClaimAccessor token = () -> claims;
    TestingAuthenticationToken authentication =
        new TestingAuthenticationToken(token, "", "ROLE_USER") {
          @Override
          public String getName() {
            return "alice-secret";
          }
        };
    return subjects.of(authentication).orElseThrow();
  }

  @ParameterizedTest
  @CsvSource({"de-DE, de-DE", "de_DE, de-DE", "ar, ar", "zh-Hant-TW, zh-Hant-TW"})
  void readsTheLanguage(String claim, String tag) {
    assertThat(of(Map.of("locale", claim)).locale()).contains(Locale.forLanguageTag(tag));
  }

  @Test
  void readsTheZone() {
    assertThat(of(Map.of("zoneinfo", "Europe/Berlin")).zone()).contains(ZoneId.of("Europe/Berlin"));
  }

  @Test
  void leavesOutWhatATokenDoesNotSay() {
    Subject subject = of(Map.of());
    assertThat(subject.zone()).isEmpty();
    assertThat(subject.locale()).isEmpty();
  }

  @Test
  void saysOnceThatAValueIsNone() {
    try (Warnings warnings = Warnings.of(ClaimedLocale.class)) {
      for (int i = 0; i < 3; i++) {
        Subject subject = of(Map.of("locale", "-", "zoneinfo", "Europe/alice-secret"));
        assertThat(subject.zone()).isEmpty();
        assertThat(subject.locale()).isEmpty();
      }
      assertThat(warnings.messages())
          .containsExactly(
              "quota.subject.locale-claim names the claim \"locale\", but in a token its value is no"
                  + " language tag, such as de-DE, so it is ignored there. This is said once.");
    }
  }
}
