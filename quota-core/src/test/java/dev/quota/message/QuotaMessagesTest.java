package dev.quota.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.quota.Decision;
import dev.quota.Quotas;
import dev.quota.Subject;
import dev.quota.policy.Action;
import dev.quota.policy.QuotaPolicy;
import dev.quota.policy.Unit;
import dev.quota.policy.WhenExhausted;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.TextStyle;
import java.util.Currency;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class QuotaMessagesTest {

  private static final String NOW = "2026-11-23T15:00:00Z";

  @TempDir private Path directory;

  private QuotaMessages with(String... lines) throws IOException {
    return with(Locale.ENGLISH, lines);
  }

  private QuotaMessages with(Locale locale, String... lines) throws IOException {
    String file = "quota-messages_" + locale.toLanguageTag() + ".properties";
    Files.writeString(directory.resolve(file), String.join("\n", lines));
    ClassLoader loader = new URLClassLoader(new URL[] {directory.toUri().toURL()}, null);
    return QuotaMessages.builder().bundles(loader).addLanguage(locale).build();
  }

  private static QuotaPolicy chat(String name) {
    return QuotaPolicy.builder(name)
        .unit(Unit.count("message", "messages"))
        .limit("daily", "5 per calendar day")
        .warnAt("80%")
        .build();
  }

  @ParameterizedTest
  @EnumSource(MessageCode.class)
  void hasATitleAndADetailForEveryCode(MessageCode code) {
    Language english = SampleState.language(Locale.ENGLISH);
    try (SampleState scene = SampleState.of(chat("chat"), NOW).use(5)) {
      StateWords words =
          new StateWords(
              english,
              scene.snapshot(),
              scene.state(),
              scene.state().binding(),
              scene.state().nextAvailableAt());
      StringBuilder out = new StringBuilder();
      words.render(code.titleKey(), out);
      assertThat(out.toString()).isNotBlank().doesNotContain("{").doesNotEndWith(".");
      words.render(code.detailKey(), out);
      assertThat(out.toString()).isNotBlank().doesNotContain("{", "  ").endsWith(".");
    }
  }

  @Test
  void hasTheTextsOfOtherAnswers() {
    QuotaMessages messages = QuotaMessages.create();
    for (String key :
        List.of(
            "problem.unavailable",
            "problem.prefetch",
            "page.actions",
            "page.limits",
            "page.back")) {
      assertThat(messages.text(key, Locale.ENGLISH, Map.of())).isNotBlank();
    }
    assertThat(messages.text("problem.bad_cost", Locale.ENGLISH, Map.of("max", 50)))
        .isEqualTo("The cost must be a whole number from 0 to 50.");
    assertThat(messages.text("page.plan", Locale.ENGLISH, Map.of("plan", "{x}\n<b>")))
        .isEqualTo("Your plan: {x} <b>");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> messages.text("page.plan", Locale.ENGLISH, Map.of()))
        .withMessageContaining("plan");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> messages.text("page.nothing", Locale.ENGLISH, Map.of()))
        .withMessageContaining("page.nothing");
  }

  @Test
  void findsTheNearestLanguage() {
    QuotaMessages messages = QuotaMessages.create();
    assertThat(messages.resolve(Locale.forLanguageTag("en-GB"))).isEqualTo(Locale.ENGLISH);
    assertThat(messages.resolve(Locale.ROOT)).isEqualTo(Locale.ENGLISH);
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                QuotaMessages.builder()
                    .languages(Locale.ENGLISH, Locale.GERMAN)
                    .defaultLocale(Locale.FRENCH)
                    .build())
        .withMessageStartingWith("defaultLocale must be one of [en, de]");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> QuotaMessages.builder().addLanguage(Locale.forLanguageTag("cy")).build())
        .withMessageContaining("plural rule")
        .withMessageContaining("cy");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "zh-Hant-TW | zh",
        "de-AT | de",
        "pt-BR | en",
        "fr;q=0.8, en-US;q=0.5, *;q=0.1 | fr",
        "pt, it;q=0.9, pl;q=0.2, en;q=0.1 | pl",
        "nl, de-CH-1996;q=0.9, *;q=0.5 | de",
        "en;q=0.1, ja;q=0.7 | ja",
        "fr;q=0, de;q=0.5 | de",
        "*-CH, es;q=0.3 | es",
        "* | en"
      })
  void looksLanguagesUpAsRfc4647Does(String ranges, String expected) {
    QuotaMessages messages = QuotaMessages.create();
    assertThat(messages.bestMatch(Locale.LanguageRange.parse(ranges)).toLanguageTag())
        .isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({"de-AT, de-AT", "zh-Hant-TW, zh-TW", "en, en", "pt-BR, en", "es-419, es"})
  void keepsTheRegionThatFoundTheLanguage(String range, String expected) {
    List<Locale.LanguageRange> wanted = List.of(new Locale.LanguageRange(range));
    assertThat(QuotaMessages.create().bestMatchInRegion(wanted).toLanguageTag())
        .isEqualTo(expected);
  }

  @Test
  void writesNumbersAsTheRegionDoes() {
    QuotaPolicy policy =
        QuotaPolicy.builder("chat")
            .unit(Unit.count("message", "messages"))
            .limit("monthly", "2000000 per calendar month")
            .build();
    QuotaMessages messages = QuotaMessages.create();
    try (Quotas quotas = engine(policy)) {
      var states = quotas.states(Subject.user("u"));
      var state = states.quotas().get(0);
      Message german = messages.message(states, state, Locale.GERMAN);
      Message swiss = messages.message(states, state, Locale.forLanguageTag("de-CH"));
      assertThat(german.title()).contains("2.000.000 Nachrichten");
      assertThat(swiss.title()).contains("2’000’000 Nachrichten");
      assertThat(swiss.locale()).isEqualTo(Locale.GERMAN);
    }
  }

  @Test
  void speaksTheLanguageAndTheVarietyThatAnApplicationBrings() throws IOException {
    Files.writeString(directory.resolve("quota-messages_it.properties"), "page.back = Indietro");
    QuotaMessages messages = with(Locale.forLanguageTag("de-CH"), "page.back = Zrugg");
    assertThat(messages.text("page.back", Locale.forLanguageTag("de-CH"), Map.of()))
        .isEqualTo("Zrugg");
    assertThat(messages.text("page.back", Locale.GERMAN, Map.of())).isEqualTo("Zurück");
    assertThat(messages.text("page.limits", Locale.forLanguageTag("de-CH"), Map.of()))
        .isEqualTo(messages.text("page.limits", Locale.GERMAN, Map.of()));
    ClassLoader loader = new URLClassLoader(new URL[] {directory.toUri().toURL()}, null);
    QuotaMessages italian =
        QuotaMessages.builder()
            .bundles(loader)
            .languages(Locale.ENGLISH, Locale.ITALIAN)
            .defaultLocale(Locale.ITALIAN)
            .build();
    assertThat(italian.text("page.back", Locale.GERMAN, Map.of())).isEqualTo("Indietro");
    assertThat(italian.text("page.limits", Locale.ITALIAN, Map.of()))
        .isEqualTo(italian.text("page.limits", Locale.ENGLISH, Map.of()));
  }

  @Test
  void letsAnApplicationOverrideAKeyForAllQuotasAndForOne() throws IOException {
    QuotaMessages messages =
        with(
            "# mine",
            "quota.ok.title = {remaining} {remaining, plural, one {{unit}} other {{units}}} to go – '{'ok'}'",
            "quota.ok.title.chat = {remaining} chats to go",
            "page.back = Zurück");
    assertThat(SampleState.withMessages(chat("image"), NOW, messages).use(2).message().title())
        .isEqualTo("3 messages to go – {ok}");
    assertThat(SampleState.withMessages(chat("chat"), NOW, messages).use(2).message().title())
        .isEqualTo("3 chats to go");
    assertThat(SampleState.withMessages(chat("chat"), NOW, messages).use(2).message().detail())
        .isEqualTo("Your message limit resets at midnight (in 9 hours).");
    assertThat(messages.text("page.back", Locale.ENGLISH, Map.of())).isEqualTo("Zurück");
  }

  @Test
  void refusesEveryMistakeInAnOverrideAtOnce() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                with(
                    "quota.ok.title = {remainin} left",
                    "quota.warning.titel = x",
                    "quota.warning.title.chat = {limit, plural, one {x}}",
                    "quota.warning.detail = Wait {",
                    "quota.unlimited.detail = Back {when}",
                    "quota.never_fits.title = {style}",
                    "quota.degraded.title = {owner, select, orgg {x} other {y}}",
                    "phrase.left = {resets}",
                    "page.back = } back",
                    "page.plan = {plam}"))
        .withMessageContaining("10 mistakes")
        .withMessageContaining(
            "quota-messages_en.properties, key quota.ok.title, character 2: unknown argument"
                + " {remainin}; there are [")
        .withMessageContaining("key quota.warning.titel: there is no text of that key")
        .withMessageContaining("key quota.warning.title.chat, character 16: the case other is")
        .withMessageContaining("key quota.warning.detail, character 7: expected the name")
        .withMessageContaining("key quota.unlimited.detail, character 7: unknown argument {when}")
        .withMessageContaining("{style} is a choice")
        .withMessageContaining("{owner} is never orgg")
        .withMessageContaining("key phrase.left, character 2: unknown argument {resets}")
        .withMessageContaining("key page.back, character 1: nothing is open")
        .withMessageContaining("unknown argument {plam}");
  }

  @Test
  void refusesABundleThatIsNotUtf8() throws IOException {
    Files.write(
        directory.resolve("quota-messages_en.properties"),
        new byte[] {'p', 'a', 'g', 'e', '.', 'b', '=', (byte) 0xe4});
    ClassLoader loader = new URLClassLoader(new URL[] {directory.toUri().toURL()}, null);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> QuotaMessages.builder().bundles(loader).build())
        .withMessageContaining("is not UTF-8");
  }

  @Test
  void fallsBackToEnglishAndSetsArgumentsApartInALanguageFromRightToLeft() throws IOException {
    Locale hebrew = Locale.forLanguageTag("he");
    QuotaMessages messages =
        with(hebrew, "quota.ok.title = {remaining, plural, two {זוג} other {{remaining}}} {quota}");
    try (Quotas quotas = engine(chat("chat"))) {
      var snapshot = quotas.check(Subject.user("u"), "chat", 1);
      Message message = messages.message(snapshot, snapshot.quotas().get(0), hebrew);
      assertThat(message.rightToLeft()).isTrue();
      assertThat(message.title()).isEqualTo("\u20685\u2069 \u2068Chat\u2069");
      assertThat(message.detail())
          .isEqualTo(
              "Your message limit resets at midnight \u2068UTC\u2069 (in \u20689\u2069 hours).");
      quotas.charge(Subject.user("u"), "chat", 3);
      snapshot = quotas.check(Subject.user("u"), "chat", 1);
      message = messages.message(snapshot, snapshot.quotas().get(0), hebrew);
      assertThat(message.title()).isEqualTo("זוג \u2068Chat\u2069");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "en-US, today at 9:50 PM",
    "en-CA, today at 9:50 p.m.",
    "en-AU, today at 9:50 pm",
    "en-IN, today at 9:50 pm",
    "en-GB, today at 21:50",
    "en,    today at 21:50",
    "es-US, hoy a las 9:50 p. m.|hoy a las 9:50 p.m.",
    "es-MX, hoy a las 9:50 p. m.|hoy a las 9:50 p.m.",
    "es-ES, hoy a las 21:50",
    "de-DE, heute um 21:50 Uhr",
    "fr-CA, aujourd’hui à 21:50",
    "fr-DZ, aujourd’hui à 9:50 PM",
    "pl-PL, dziś o 21:50",
    "ar,    ٩:٥٠ م|9:50 م",
    "ar-EG, ٩:٥٠ م",
    "ar-MA, 21:50",
    "ja-JP, 今日21:50",
    "zh,    今天21:50",
    "zh-CN, 今天21:50",
    "zh-TW, 今天下午9:50",
  })
  void tellsTheTimeAsTheRegionOfTheReaderDoes(String tag, String clockOnOlderOrNewerPlatform) {
    assertThat(detailOfADayIn("+02:10", tag))
        .containsAnyOf(clockOnOlderOrNewerPlatform.split("\\|"));
  }

  @ParameterizedTest
  @CsvSource({
    "de, morgen um 03:05 Uhr",
    "en, tomorrow at 03:05",
    "es, mañana a las 3:05",
    "fr, demain à 03:05",
    "ja, 明日3:05",
    "pl, jutro o 03:05",
    "zh, 明天03:05",
  })
  void writesAnHourOfOneDigitAsTheLanguageDoes(String tag, String clock) {
    assertThat(detailOfADayIn("-03:05", tag)).contains(clock);
  }

  private static String detailOfADayIn(String zone, String tag) {
    QuotaPolicy policy =
        QuotaPolicy.builder("chat").limit("daily", "5 per calendar day in " + zone).build();
    try (Quotas quotas = engine(policy)) {
      Subject subject = Subject.builder(Subject.Kind.USER, "u").zone(ZoneOffset.UTC).build();
      var snapshot = quotas.check(subject, "chat", 1);
      Locale locale = Locale.forLanguageTag(tag);
      return QuotaMessages.create()
          .message(snapshot, snapshot.quotas().get(0), locale)
          .detail()
          .replace('\u00a0', ' ');
    }
  }

  private static Quotas engine(QuotaPolicy policy) {
    return Quotas.builder().policy(policy).clock(() -> Instant.parse(NOW).toEpochMilli()).build();
  }

  @Test
  void insertsHostileLabelsAsPlainText() {
    QuotaPolicy policy =
        QuotaPolicy.builder("chat")
            .unit(Unit.count("{when}", "{limit, plural,  \u202eevil\u2028" + "x".repeat(60)))
            .limit("daily", "5 per calendar day")
            .build();
    try (SampleState scene = SampleState.of(policy, NOW)) {
      Message message = scene.message();
      assertThat(message.title())
          .startsWith("5 of 5 {limit, plural, evil x")
          .contains("…")
          .hasSizeLessThanOrEqualTo(160);
      assertThat(message.detailTemplate()).isEmpty();
      assertThat(message.when()).isPresent();
    }
  }

  @Test
  void refusesToSpeakOfAnAllowedChargeAsARefusal() {
    try (Quotas quotas = engine(chat("chat"))) {
      Decision allowed = quotas.charge(Subject.user("u"), "chat", 1);
      assertThatIllegalArgumentException()
          .isThrownBy(() -> QuotaMessages.create().refusal(allowed, Locale.ENGLISH))
          .withMessageStartingWith("refused must be a refusal");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "UTC, midnight UTC",
    "Etc/UTC, midnight UTC",
    "Europe/Berlin, midnight Berlin time",
    "America/New_York, midnight New York time",
    "America/Argentina/Buenos_Aires, midnight Buenos Aires time",
    "Etc/GMT-3, midnight UTC+3",
    "GMT+5, midnight UTC+5",
    "-03:30, midnight UTC-3:30",
    "CET, midnight CET",
    "Japan, midnight Japan time"
  })
  void namesAZoneThatNobodyChose(String zone, String expected) {
    Language english = SampleState.language(Locale.ENGLISH);
    ZoneId id = ZoneId.of(zone);
    Instant now = Instant.parse(NOW);
    Instant midnight = now.atZone(id).toLocalDate().plusDays(1).atStartOfDay(id).toInstant();
    StringBuilder out = new StringBuilder();
    new TimeWords(english, now, midnight, id, true).render("time.at", out);
    assertThat(out.toString()).isEqualTo("at " + expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"de", "fr", "es", "pl", "ar", "ja", "zh", "en"})
  void knowsTheNamesThatAreBeyondDoubtInEveryLanguage(String tag) {
    ZoneNames names = new ZoneNames(Locale.forLanguageTag(tag));
    for (ZoneId zone : ZoneNames.BEYOND_DOUBT) {
      String name = names.name(Instant.parse(NOW).atZone(zone)).orElse("");
      assertThat(name).as(zone.getId()).isNotBlank().doesNotContainPattern("[0-9]");
      assertThat(name.endsWith(" Time")).as(name).isEqualTo(tag.equals("en"));
    }
  }

  @Test
  void doesNotCallAZoneWhatItIsNot() {
    ZoneNames german = new ZoneNames(Locale.GERMAN);
    ZoneId istanbul = ZoneId.of("Europe/Istanbul");
    assertThat(istanbul.getDisplayName(TextStyle.FULL, Locale.GERMAN))
        .as("what older platforms say, an hour off, and newer ones")
        .isIn("Osteuropäische Zeit", "Istanbul (Ortszeit)");
    assertThat(german.name(Instant.parse(NOW).atZone(istanbul))).isEmpty();
    assertThat(german.name(Instant.parse(NOW).atZone(ZoneId.of("Europe/Sofia"))))
        .contains("Osteuropäische Zeit");
    ZoneNames polish = new ZoneNames(Locale.forLanguageTag("pl"));
    assertThat(polish.name(Instant.parse(NOW).atZone(ZoneId.of("Asia/Kolkata")))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 9, 10})
  void offersASmallerRequestOnlyWhereOneCanGoThrough(int used) {
    QuotaPolicy policy =
        QuotaPolicy.builder("chat")
            .limit("burst", "10 per minute")
            .limit("daily", "50 per calendar day")
            .build();
    try (SampleState scene = SampleState.of(policy, NOW).use(used)) {
      String detail = scene.refusal(11).detail();
      assertThat(detail.contains("A smaller request can go through.")).isEqualTo(used < 10);
      assertThat(detail).endsWith(".").doesNotContain("  ");
    }
  }

  @Test
  void saysWhatPeopleGetInsteadAndWhatTheyCanDoInTheirLanguage() {
    QuotaPolicy policy =
        QuotaPolicy.builder("chat")
            .limit("daily", "50 per calendar day")
            .whenExhausted(WhenExhausted.DEGRADE)
            .degradedLabel("a smaller\u202e model")
            .degradedLabels(Map.of(Locale.GERMAN, "ein kleineres Modell"))
            .build();
    QuotaMessages messages = QuotaMessages.create();
    assertThat(messages.degradedLabel(policy, Locale.forLanguageTag("de-AT")))
        .contains("ein kleineres Modell");
    assertThat(messages.degradedLabel(policy, Locale.FRENCH)).contains("a smaller model");
    assertThat(messages.degradedLabel(chat("chat"), Locale.FRENCH)).isEmpty();
    assertThat(messages.isRightToLeft(Locale.forLanguageTag("ar-EG"))).isTrue();
    assertThat(messages.isRightToLeft(Locale.forLanguageTag("he")))
        .as("shown in English")
        .isFalse();
    Action action = new Action("upgrade", "See\u202e plans\u2066", "/plans");
    assertThat(SampleState.language(Locale.GERMAN).label(action).label()).isEqualTo("See plans");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "CLF | 0 | 9007199254740991 | 9,007,199,254,740,991.0000",
        "CLF | 2 | 9007199254740991 | 90,071,992,547,409.9100",
        "CLF | 4 | 9007199254740991 | 900,719,925,474.0991",
        "CLF | 6 | 1234567          | 1.2345",
        "CLF | 9 | 9007199254740991 | 9,007,199.2547",
        "BHD | 0 | 9007199254740991 | 9,007,199,254,740,991.000",
        "USD | 0 | 5                | 5.00",
        "USD | 2 | 5                | 0.05",
        "JPY | 0 | 9007199254740991 | 9,007,199,254,740,991",
        "JPY | 9 | 9007199254740991 | 9,007,199",
      })
  void writesAmountsOfEveryScaleAndSize(String code, int scale, long units, String digits) {
    Unit.Money money = new Unit.Money(Currency.getInstance(code), scale);
    StringBuilder out = new StringBuilder();
    new Numbers(Locale.ENGLISH).appendMoney(units, money, false, out);
    assertThat(out.toString().replaceAll("[^0-9.,]", "")).isEqualTo(digits);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 1, second",
    "1, 1, second",
    "1000, 1, second",
    "1001, 2, second",
    "59000, 59, second",
    "59001, 1, minute",
    "60000, 1, minute",
    "60001, 61, second",
    "120000, 2, minute",
    "120001, 3, minute",
    "3599001, 1, hour",
    "3600000, 1, hour",
    "3600001, 61, minute",
    "5400000, 90, minute",
    "5400001, 2, about",
    "6960000, 2, about",
    "7140000, 2, about",
    "7140001, 2, hour",
    "7200000, 2, hour",
    "7200001, 2, about",
    "7800000, 2, about",
    "7800001, 3, about",
    "32370000, 9, hour",
    "32430000, 9, about",
    "34200000, 10, about",
    "86340001, 24, hour",
    "86399001, 1, day",
    "86400000, 1, day",
    "86400001, 24, about",
    "90000000, 25, hour",
    "172800001, 3, day"
  })
  void saysAWaitInOneNumber(long millis, long n, String unit) {
    boolean about = unit.equals("about");
    assertThat(Wait.ofMillis(millis)).isEqualTo(new Wait(n, about ? "hour" : unit, about));
  }
}
