package dev.quota.message;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quota.policy.QuotaPolicy;
import dev.quota.policy.Scope;
import dev.quota.policy.Unit;
import dev.quota.policy.WhenExhausted;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every shipped language has every text, and each is sound. */
class CatalogueTest {

  private static final String NOW = "2026-11-23T15:00:00Z";

  private static List<String> keys(String tag) {
    return List.copyOf(texts(tag).keySet());
  }

  private static Map<String, String> texts(String tag) {
    List<String> mistakes = new ArrayList<>();
    Map<String, String> texts = BundleFiles.shipped(tag, mistakes);
    assertThat(mistakes).isEmpty();
    return texts;
  }

  static Stream<String> tags() {
    return Catalogues.SHIPPED.stream().map(Locale::toLanguageTag);
  }

  @Test
  void areEightLanguages() {
    assertThat(tags()).containsExactly("en", "de", "fr", "es", "pl", "ar", "ja", "zh");
  }

  @ParameterizedTest
  @MethodSource("tags")
  void hasEveryKeyAndNoOther(String tag) {
    assertThat(keys(tag)).containsExactlyElementsOf(keys("en"));
  }

  /** Reading parses every text against the arguments of its key. */
  @ParameterizedTest
  @MethodSource("tags")
  void usesOnlyArgumentsThatExist(String tag) {
    Language language = SampleState.language(Locale.forLanguageTag(tag));
    assertThat(language.locale().toLanguageTag()).isEqualTo(tag);
  }

  @ParameterizedTest
  @MethodSource("tags")
  void namesEveryPluralCategoryOfItsLanguageWhereAWordFollowsANumber(String tag) {
    PluralRule rule = PluralRules.of(Locale.forLanguageTag(tag)).orElseThrow();
    List<PluralRule.Category> used =
        Stream.of(0L, 1L, 2L, 3L, 5L, 11L, 100L, 1_000_000L).map(rule::of).distinct().toList();
    texts(tag)
        .forEach(
            (key, text) -> {
              if (key.endsWith(".counted") && used.size() > 1 && !key.startsWith("number.")) {
                assertThat(used)
                    .as(key)
                    .allSatisfy(it -> assertThat(text).contains(" " + it.text() + " {"));
              }
            });
  }

  @ParameterizedTest
  @MethodSource("tags")
  void isPoliteWithoutBeggingOrJoking(String tag) {
    texts(tag)
        .forEach(
            (key, text) ->
                assertThat(" " + text.toLowerCase(Locale.ROOT) + " ")
                    .as(key)
                    .doesNotContain(
                        "please", "oops", "bitte", "veuillez", "svp", "s’il vous", "por favor")
                    .doesNotContain("proszę", "prosimy", "يرجى", "الرجاء", "من فضلك", "ください", "请稍")
                    .doesNotContain(" du ", " dich ", " dein", " sie ", " vous ", " votre")
                    .doesNotContain(" usted", " tes ", " twój", "你", "您", "あなた"));
  }

  @ParameterizedTest
  @MethodSource("tags")
  void keepsTitlesUnder160CharactersWithTheLongestLabels(String tag) {
    Locale locale = Locale.forLanguageTag(tag);
    String label = "W".repeat(100);
    Unit unit = Unit.count(label, label);
    for (Scope scope : new Scope[] {Scope.USER, Scope.ORG}) {
      QuotaPolicy policy =
          QuotaPolicy.builder("chat")
              .label(label)
              .unit(unit)
              .scope(scope)
              .showExact(true)
              .limit("monthly", "9000000000000000 per billing cycle from day 31")
              .whenExhausted(WhenExhausted.DEGRADE)
              .degradedLabel(label)
              .build();
      try (SampleState scene =
          SampleState.withoutZone(policy, NOW).in(locale).use(8_999_999_999_999_999L)) {
        StateWords words =
            new StateWords(
                SampleState.language(locale),
                scene.snapshot(),
                scene.state(),
                scene.state().binding(),
                scene.state().binding().resetAt());
        for (MessageCode code : MessageCode.values()) {
          StringBuilder out = new StringBuilder();
          words.render(code.titleKey(), out);
          assertThat(out.toString()).as(code.code()).isNotBlank().hasSizeLessThanOrEqualTo(160);
          assertThat(out.toString()).as(code.code()).doesNotEndWith(".").doesNotEndWith("。");
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("tags")
  void takesHostileNamesAsPlainText(String tag) {
    Locale locale = Locale.forLanguageTag(tag);
    String hostile = "\u202e\u2069{limit}'{'\"<b>\u200f\u2066{n} ${x} \\\\ \u2028x";
    Unit.Words words =
        new Unit.Words(hostile, Map.of("other", hostile, "one", "\u2069{\u202en}\u2068"));
    QuotaPolicy policy =
        QuotaPolicy.builder("chat")
            .label(hostile)
            .unit(Unit.count("{n} ${x}", hostile).withWords(Map.of(locale, words)))
            .limit("daily", "5 per calendar day")
            .build();
    for (int used = 0; used <= 5; used++) {
      try (SampleState scene = SampleState.of(policy, NOW).in(locale).use(used)) {
        Message message = scene.message();
        assertThat(List.of(message.title(), message.detail()))
            .allSatisfy(CatalogueTest::requireHarmless);
      }
    }
    String page =
        SampleState.MESSAGES.text("page.plan", locale, Map.of("plan", "a\nb\r\u2069\u202e{plan}"));
    requireHarmless(page);
    assertThat(page).contains("a b {plan}").doesNotContain("\n");
  }

  private static void requireHarmless(String text) {
    assertThat(text)
        .doesNotContain("\u202e", "\u2066", "\u200f", "\u2028")
        .matches(it -> count(it, '\u2068') == count(it, '\u2069'));
  }

  private static long count(String text, char c) {
    return text.chars().filter(it -> it == c).count();
  }

  @Test
  void saysAUnitInTheWordsOfThePolicyElseOfTheCatalogueElseAsItIs() {
    Locale polish = Locale.forLanguageTag("pl");
    Map<Locale, Unit.Words> words = new HashMap<>();
    words.put(
        polish,
        new Unit.Words(
            "strony",
            Map.of("one", "strona", "few", "strony", "many", "stron", "other", "strony")));
    words.put(Locale.CHINESE, new Unit.Words("页面", Map.of("other", "{n}页")));
    Unit pages = Unit.count("page", "pages").withWords(words);
    assertThat(Stream.of(1, 2, 5, 22).map(n -> left(pages, n, polish)))
        .containsExactly(
            "Jeszcze 1 strona z 30 na dziś",
            "Jeszcze 2 strony z 30 na dziś",
            "Jeszcze 5 stron z 30 na dziś",
            "Jeszcze 22 strony z 30 na dziś");
    assertThat(left(pages, 5, Locale.forLanguageTag("zh-Hans-CN"))).isEqualTo("今天还剩5页（上限30）");
    assertThat(left(pages, 5, Locale.JAPANESE)).isEqualTo("今日の残り：5 pages（上限30）");
    assertThat(left(Unit.count("image", "images"), 5, polish))
        .isEqualTo("Jeszcze 5 obrazów z 30 na dziś");
    assertThat(left(Unit.count("image", "pictures"), 5, polish))
        .isEqualTo("Jeszcze 5 pictures z 30 na dziś");
    assertThat(SampleState.MESSAGES.label(pages, polish)).isEqualTo("strony");
    assertThat(SampleState.MESSAGES.label(pages, Locale.GERMAN)).isEqualTo("pages");
    assertThat(SampleState.MESSAGES.label(Unit.REQUESTS, Locale.GERMAN)).isEqualTo("Anfragen");
  }

  private static String left(Unit unit, int left, Locale locale) {
    QuotaPolicy policy =
        QuotaPolicy.builder("chat").unit(unit).limit("daily", "30 per calendar day").build();
    try (SampleState scene = SampleState.of(policy, NOW).in(locale).use(30 - left)) {
      return scene.message().title();
    }
  }

  @Test
  void reportsWhatALanguageOfTheApplicationLacksOnce() {
    List<LogRecord> records = new ArrayList<>();
    Handler handler =
        new Handler() {
          @Override
          public void publish(LogRecord record) {
            records.add(record);
          }

          @Override
          public void flush() {}

          @Override
          public void close() {}
        };
    Logger logger = Logger.getLogger(Catalogues.class.getName());
    logger.addHandler(handler);
    try {
      Languages languages =
          new Languages(Optional.empty(), List.of(Locale.ENGLISH, Locale.ITALIAN), Locale.ENGLISH);
      assertThat(records).isEmpty();
      for (String tag : List.of("it", "it-IT", "it", "it-CH", "en")) {
        assertThat(languages.nearest(Locale.forLanguageTag(tag)).template("page.back")).isNotNull();
      }
      assertThat(records).hasSize(1);
    } finally {
      logger.removeHandler(handler);
    }
  }
}
