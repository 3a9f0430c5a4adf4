package dev.quota.message;

import static org.assertj.core.api.Assertions.assertThat;

import com.ibm.icu.number.LocalizedNumberFormatter;
import com.ibm.icu.number.NumberFormatter;
import com.ibm.icu.util.ULocale;
import dev.quota.policy.Capacity;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** ICU judges the plural rules. */
class PluralRulesTest {

  private static final long[] BOUNDARIES = {
    1_000_001,
    1_000_002,
    1_999_999,
    2_000_000,
    2_000_005,
    10_000_000,
    999_999_999,
    1_000_000_000,
    1_000_000_000_000L,
    Integer.MAX_VALUE,
    Capacity.MAX_UNITS - 1,
    Capacity.MAX_UNITS
  };

  private static PluralRule rule(String language) {
    return PluralRules.of(Locale.forLanguageTag(language)).orElseThrow();
  }

  @ParameterizedTest
  @ValueSource(strings = {"en", "de", "fr", "es", "pl", "ar", "ja", "zh"})
  void agreeWithIcuOnEveryNumberToAMillionAndBeyond(String language) {
    agreesUpTo(1_000_000, language);
  }

  static Stream<String> languages() {
    List<String> all = new ArrayList<>();
    PluralRules.languages().forEach(all::add);
    return all.stream().sorted();
  }

  @ParameterizedTest
  @MethodSource("languages")
  void agreeWithIcuInLanguagesThatApplicationsMayBring(String language) {
    agreesUpTo(12_000, language);
  }

  private static void agreesUpTo(long last, String language) {
    com.ibm.icu.text.PluralRules icu =
        com.ibm.icu.text.PluralRules.forLocale(new ULocale(language));
    PluralRule rule = rule(language);
    for (long n = 0; n <= last; n++) {
      agrees(icu.select((double) n), rule, n);
    }
    // ICU looks at a number alone through a double; formatted numbers are exact.
    LocalizedNumberFormatter format = NumberFormatter.withLocale(new ULocale(language));
    for (long n : BOUNDARIES) {
      agrees(icu.select(format.format(n)), rule, n);
    }
    SplittableRandom random = new SplittableRandom(7);
    for (int i = 0; i < 1_000; i++) {
      long n = random.nextLong(Capacity.MAX_UNITS);
      agrees(icu.select(format.format(n)), rule, n);
    }
  }

  private static void agrees(String expected, PluralRule rule, long n) {
    if (!rule.of(n).text().equals(expected)) {
      assertThat(rule.of(n).text()).as("%d", n).isEqualTo(expected);
    }
  }

  @Test
  void polishHasFourFormsWithTheFractionsAndArabicSix() {
    assertThat(Stream.of(0L, 1L, 2L, 5L, 12L, 22L, 25L).map(rule("pl")::of))
        .extracting(PluralRule.Category::text)
        .containsExactly("many", "one", "few", "many", "many", "few", "many");
    assertThat(Stream.of(0L, 1L, 2L, 3L, 11L, 100L).map(rule("ar")::of))
        .extracting(PluralRule.Category::text)
        .containsExactly("zero", "one", "two", "few", "many", "other");
  }

  @Test
  void areNotGuessedForUnknownLanguages() {
    assertThat(PluralRules.of(Locale.forLanguageTag("cy"))).isEmpty();
    assertThat(PluralRules.of(Locale.ROOT)).isEmpty();
  }
}
