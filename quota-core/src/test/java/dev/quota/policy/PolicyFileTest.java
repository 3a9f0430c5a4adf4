package dev.quota.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.ObjectOutputStream;
import java.io.Reader;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Currency;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PolicyFileTest {

  static final String COMPLETE =
      """
      # Every key there is.
      version: 1
      default-plan: pro
      default-zone: Europe/Berlin
      plans:
        free: {label: Free, actions: [{rel: upgrade, label: See plans, href: /plans}]}
        pro:
          label: "Pro"
        enterprise: {}
        trial:
      quotas:
        chat:
          label: Chat messages
          unit: {name: message, label: messages}
          scope: team
          limits:
            burst: 10 per minute
            daily: {limit: 50 per calendar day, scope: user, warn-at: [80%, 5 left], label: Today}
            shared: 2_000 per calendar month in Asia/Tokyo per org
          plans: {pro: {daily: 500}, enterprise: {daily: unlimited, burst: 60}, trial: {daily: 0}}
          warn-at: [80%, 95%]
          primary: daily
          when-exhausted: degrade
          degraded-label: a smaller model
          on-store-failure: local
          show: exact
          cost: 2
          actions: {free: [{rel: buy, label: Buy more, href: "mailto:sales@example.com"}]}
          owner: team-ai
          review-by: 2027-06-30
        image: {limits: 20 per calendar month, warn-at: 3, show: rounded, on-store-failure: allow}
        search: {limits: [30 per minute, 1000 per calendar day]}
        spend:
          limits: {monthly: 5000 per billing cycle from day 15}
          unit: {name: cent, label: cents, style: money, currency: EUR, scale: 2}
          when-exhausted: observe
        tokens:
          limits: 1000 per calendar week from sunday
          unit: {name: token, label: tokens, style: percent}
          when-exhausted: block
          cost: input_tokens + 4 * output_tokens + 0.1 * cached_input_tokens + 500 * images
          models:
            gpt-4o-mini*: (input_tokens + 4 * output_tokens) / 10
            claude-sonnet-4-5@2025: 2 * total_input_tokens
            models/gemini-2.5-pro: "5"
          usage-names: [images, audio_seconds]
          estimate: 1_500
      """;

  @TempDir private Path folder;

  @Test
  void readsPlacesConversationsGraceAndAnotherQuotaInstead() {
    QuotaPolicy agents =
        Read.policies(
                """
                version: 1
                quotas:
                  search: {limits: 30 per minute}
                  agents:
                    limits:
                      run: 20_000 per conversation
                      steps: 12 calls per conversation
                      running: {limit: 3 at once, lease: 30 seconds}
                      shared: 5 at once per org
                    grace: 5%
                    when-exhausted: degrade
                    degrade-to: search
                """)
            .quotas()
            .get("agents");
    assertThat(agents)
        .isEqualTo(
            QuotaPolicy.builder("agents")
                .limit("run", "20000 per conversation")
                .limit("steps", "12 calls per conversation")
                .limit(LimitPolicy.of("running", "3 at once").withLease(Duration.ofSeconds(30)))
                .limit("shared", "5 at once per org")
                .grace("5%")
                .whenExhausted(WhenExhausted.DEGRADE)
                .degradeTo("search")
                .build());
    assertThat(agents.limits().get(0).scope()).contains(Scope.CONVERSATION);
    assertThat(agents.limits().get(1).window())
        .isEqualTo(new LimitWindow.Conversation(LimitWindow.Conversation.Counted.CALLS));
    assertThat(agents.limits().get(3).window())
        .isEqualTo(new LimitWindow.Concurrent(Duration.ofMinutes(1)));
    assertThat(agents.grace().of(20_000)).isEqualTo(1_000);
  }

  @Test
  void readsWhatAReservationHoldsAndWhatBecomesOfOveruse() {
    Map<String, QuotaPolicy> quotas =
        Read.policies(
                """
                version: 1
                quotas:
                  units:
                    limits: 1000 per calendar day
                    reservation: {at-least: 50, at-most: 4_000}
                    overuse: forgive
                  share: {limits: 1000 per calendar day, reservation: {at-most: 10%}, overuse: debt}
                  plain: {limits: 1000 per calendar day}
                """)
            .quotas();
    assertThat(quotas.get("units").reservation())
        .isEqualTo(
            new ReservationBounds(50, Optional.of(new ReservationBounds.AtMost.Units(4_000))));
    assertThat(quotas.get("units").overuse()).isEqualTo(Overuse.FORGIVE);
    assertThat(quotas.get("share").reservation())
        .isEqualTo(new ReservationBounds(1, Optional.of(new ReservationBounds.AtMost.Percent(10))));
    assertThat(quotas.get("plain").reservation()).isEqualTo(ReservationBounds.DEFAULT);
    assertThat(quotas.get("plain").overuse()).isEqualTo(Overuse.DEBT);
  }

  @Test
  void readsEveryKey() {
    Policies policies = Read.policies(COMPLETE);

    assertThat(policies.plans().values())
        .containsExactly(
            new Plan("free", "Free", List.of(new Action("upgrade", "See plans", "/plans"))),
            new Plan("pro", "Pro", List.of()),
            Plan.of("enterprise"),
            Plan.of("trial"));
    assertThat(policies.defaultPlan()).map(Plan::name).contains("pro");
    assertThat(policies.defaultZone()).contains(ZoneId.of("Europe/Berlin"));
    assertThat(policies.names()).containsExactly("chat", "image", "search", "spend", "tokens");
    assertThat(policies.quotas().get("chat"))
        .isEqualTo(
            QuotaPolicy.builder("chat")
                .label("Chat messages")
                .unit(Unit.count("message", "messages"))
                .scope(Scope.TEAM)
                .limit("burst", "10 per minute")
                .limit(
                    LimitPolicy.of("daily", "50 per calendar day")
                        .withScope(Scope.USER)
                        .withWarnAt(List.of(Threshold.parse("80%"), new Threshold.Remaining(5)))
                        .withLabel("Today"))
                .limit("shared", "2000 per calendar month in Asia/Tokyo per org")
                .planCapacity("pro", "daily", 500)
                .planUnlimited("enterprise", "daily")
                .planCapacity("enterprise", "burst", 60)
                .planCapacity("trial", "daily", 0)
                .warnAt("80%", "95%")
                .primary("daily")
                .whenExhausted(WhenExhausted.DEGRADE)
                .degradedLabel("a smaller model")
                .onStoreFailure(OnStoreFailure.LOCAL)
                .showExact(true)
                .usualCost(2)
                .actions("free", List.of(new Action("buy", "Buy more", "mailto:sales@example.com")))
                .owner("team-ai")
                .reviewBy(LocalDate.of(2027, 6, 30))
                .build());
  }

  @Test
  void readsWhatThingsAreCalledInOtherLanguages() {
    Policies policies =
        Read.policies(
            """
            version: 1
            plans:
              free:
                labels: {de: Gratis, zh-Hant: 免費}
                actions: [{rel: up, label: Up, href: /up, labels: {de: Hoch}}]
            quotas:
              scan:
                labels: {de: Seiten}
                unit:
                  name: page
                  label: pages
                  labels:
                    pl: {one: strona, few: strony, many: stron, other: strony}
                    zh: {label: 页面, other: "{n}页"}
                    ja: ページ
                limits: {daily: {limit: 50 per calendar day, labels: {de: Heute}}}
                when-exhausted: degrade
                degraded-labels: {de: kleiner}
                degraded-model: gpt-4o-mini
            """);
    QuotaPolicy scan = policies.quotas().get("scan");

    assertThat(policies.plans().get("free").labels())
        .isEqualTo(Map.of(Locale.GERMAN, "Gratis", Locale.forLanguageTag("zh-Hant"), "免費"));
    assertThat(policies.plans().get("free").actions().get(0).labels())
        .isEqualTo(Map.of(Locale.GERMAN, "Hoch"));
    assertThat(scan.labels()).isEqualTo(Map.of(Locale.GERMAN, "Seiten"));
    assertThat(scan.degradedLabels()).isEqualTo(Map.of(Locale.GERMAN, "kleiner"));
    assertThat(scan.degradedModel()).hasValue("gpt-4o-mini");
    assertThat(scan.limits().get(0).labels()).isEqualTo(Map.of(Locale.GERMAN, "Heute"));
    Map<Locale, Unit.Words> words = scan.unit().words();
    assertThat(words.get(Locale.forLanguageTag("pl")))
        .isEqualTo(
            new Unit.Words(
                "strony",
                Map.of("one", "strona", "few", "strony", "many", "stron", "other", "strony")));
    assertThat(words.get(Locale.CHINESE)).isEqualTo(new Unit.Words("页面", Map.of("other", "{n}页")));
    assertThat(words.get(Locale.JAPANESE)).isEqualTo(new Unit.Words("ページ", Map.of("other", "ページ")));
  }

  @Test
  void readsUnitsLimitsAndDefaults() {
    Map<String, QuotaPolicy> quotas = Read.policies(COMPLETE).quotas();

    assertThat(quotas.get("image"))
        .isEqualTo(
            QuotaPolicy.builder("image")
                .limit("monthly", "20 per calendar month")
                .warnAt("3 left")
                .onStoreFailure(OnStoreFailure.ALLOW)
                .build());
    assertThat(quotas.get("search").onStoreFailure()).isEqualTo(OnStoreFailure.DENY);
    assertThat(quotas.get("search").limits())
        .extracting(LimitPolicy::name)
        .containsExactly("minute", "daily");
    assertThat(quotas.get("spend").unit().money())
        .contains(new Unit.Money(Currency.getInstance("EUR"), 2));
    assertThat(quotas.get("spend").whenExhausted()).isEqualTo(WhenExhausted.OBSERVE);
    assertThat(quotas.get("tokens").unit().style()).isEqualTo(Unit.Style.PERCENT);
    assertThat(quotas.get("tokens").whenExhausted()).isEqualTo(WhenExhausted.BLOCK);
  }

  @Test
  void readsWhatACallCosts() {
    assertThat(Read.policies(COMPLETE).quotas().get("tokens"))
        .isEqualTo(
            QuotaPolicy.builder("tokens")
                .limit("weekly", "1000 per calendar week from sunday")
                .unit(new Unit("token", "tokens", Unit.Style.PERCENT, Optional.empty()))
                .cost("input_tokens + 4 * output_tokens + 0.1 * cached_input_tokens + 500 * images")
                .modelCost("gpt-4o-mini*", "(input_tokens + 4 * output_tokens) / 10")
                .modelCost("claude-sonnet-4-5@2025", "2 * total_input_tokens")
                .modelCost("models/gemini-2.5-pro", "5")
                .usageNames("images", "audio_seconds")
                .usualCost(1500)
                .build());
  }

  @Test
  void aFixedCostIsThatOfModelsWithoutOneOfTheirOwn() {
    QuotaPolicy quota =
        Read.policies(Read.quotaWith("cost: 2_000\nmodels: {a: 5}")).quotas().get("chat");

    assertThat(quota.usualCost()).isEqualTo(2000);
    assertThat(quota.cost()).contains("2000");
    assertThat(Read.policies(Read.quotaWith("cost: 2000")).quotas().get("chat").cost()).isEmpty();
  }

  @Test
  void takesValuesAsTheyStandWhateverYamlThinksOfThem() {
    QuotaPolicy quota =
        Read.policies(
                """
                version: "1"
                plans: {on: {label: no}, off: {label: 0x10}, null: {label: ~}}
                quotas: {yes: {limits: {no: 010 per 010 minutes}, label: 12:30:45, owner: 1e3}}
                """)
            .quotas()
            .get("yes");

    assertThat(quota.label()).isEqualTo("12:30:45");
    assertThat(quota.owner()).contains("1e3");
    assertThat(quota.limits())
        .containsExactly(
            new LimitPolicy(
                "no",
                new LimitWindow.Rolling(Duration.ofMinutes(10)),
                Capacity.of(10),
                Optional.empty(),
                Optional.empty(),
                Optional.empty()));
  }

  @Test
  void readsPathsStreamsAndReaders() throws IOException {
    Path file = Files.writeString(folder.resolve("quota.yaml"), "\uFEFF" + COMPLETE);
    byte[] bytes = COMPLETE.getBytes(StandardCharsets.UTF_8);

    assertThat(PolicyFile.read(file).quotas())
        .isEqualTo(PolicyFile.read("bytes", new ByteArrayInputStream(bytes)).quotas())
        .isEqualTo(PolicyFile.read("text", new StringReader(COMPLETE)).quotas())
        .isEqualTo(Read.policies(COMPLETE.replace("\n", "\r\n")).quotas());
  }

  @Test
  void namesTheFileAndEveryMistakeOnALineOfItsOwn() throws IOException {
    Path file = Files.writeString(folder.resolve("quota.yaml"), "version: 2\nwhat: 1\n");

    assertThatThrownBy(() -> PolicyFile.read(file))
        .isInstanceOf(PolicyException.class)
        .hasMessage(
            file
                + ":1:10: version must be 1, was `2`\n"
                + file
                + ":2:1: unknown key `what`; allowed: version, default-plan, default-zone, plans,"
                + " quotas, overrides, scenarios");
  }

  @Test
  void reportsFilesThatCannotBeRead() {
    Path missing = folder.resolve("missing.yaml");

    assertThatThrownBy(() -> PolicyFile.read(missing))
        .isInstanceOf(PolicyException.class)
        .hasMessage(missing + ":1:1: there is no such file")
        .hasCauseInstanceOf(IOException.class);
    assertThatThrownBy(() -> PolicyFile.read(folder))
        .isInstanceOf(PolicyException.class)
        .hasMessageStartingWith(folder + ":1:1: the file cannot be read: ");
    assertThatThrownBy(() -> PolicyFile.read("broken", failing()))
        .hasMessage("broken:1:1: the file cannot be read: the line is dead");
    assertThatThrownBy(() -> PolicyFile.read("broken", InputStream.nullInputStream()))
        .hasMessageContaining("the file is empty");
  }

  @Test
  void reportsWhereAFileStopsBeingUtf8() {
    byte[] latin1 = "version: 1\nplans: {\u00fcber: {}}".getBytes(StandardCharsets.ISO_8859_1);
    byte[] cut = {'a', '\n', (byte) 0xC3};

    assertThatThrownBy(() -> PolicyFile.read("p", new ByteArrayInputStream(latin1)))
        .hasMessage("p:2:9: this is not UTF-8 text");
    assertThatThrownBy(() -> PolicyFile.read("p", new ByteArrayInputStream(cut)))
        .hasMessage("p:2:1: this is not UTF-8 text");
  }

  @Test
  void readsNoMoreThanAMebibyte() {
    String start = "version: 1\n#";
    String most = start + "x".repeat(PolicyFile.MAX_BYTES - start.length());

    assertThat(Read.policies(most).names()).isEmpty();
    assertThat(Read.mistakes(most + "x")).containsExactly("1:1: the file is larger than 1 MiB");
    assertThatThrownBy(
            () ->
                PolicyFile.read(
                    "p", new ByteArrayInputStream((most + "x").getBytes(StandardCharsets.UTF_8))))
        .hasMessage("p:1:1: the file is larger than 1 MiB");
  }

  @Test
  void keepsAMessageOnItsLineWhateverTheFileIsCalledOrSays() {
    assertThatThrownBy(
            () -> PolicyFile.read("a\nb", new StringReader("version: 1\n\"x\\ny\\u202ez\": 1\n")))
        .hasMessageStartingWith("a\\u000ab:2:1: unknown key `x\\u000ay\\u202ez`; allowed:");
  }

  @Test
  void theExceptionCanBeSerialised() {
    assertThatThrownBy(() -> Read.policies(""))
        .satisfies(e -> new ObjectOutputStream(new ByteArrayOutputStream()).writeObject(e));
  }

  private static Reader failing() {
    return new Reader() {
      @Override
      public int read(char[] buffer, int offset, int length) throws IOException {
        throw new IOException("the line is dead");
      }

      @Override
      public void close() {}
    };
  }
}
