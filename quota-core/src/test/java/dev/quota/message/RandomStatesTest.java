package dev.quota.message;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quota.policy.Capacity;
import dev.quota.policy.LimitPolicy;
import dev.quota.policy.OnStoreFailure;
import dev.quota.policy.QuotaPolicy;
import dev.quota.policy.QuotaPolicyBuilder;
import dev.quota.policy.Scope;
import dev.quota.policy.Threshold;
import dev.quota.policy.Unit;
import dev.quota.policy.WhenExhausted;
import java.time.Instant;
import java.util.Currency;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whatever a state is, its sentences are whole and their times are not too early. */
class RandomStatesTest {

  private static final Pattern WAIT =
      Pattern.compile("in (?:about )?(\\d+) (second|minute|hour|day)s?\\b");
  private static final List<String> WINDOWS =
      List.of(
          "second",
          "7 seconds",
          "minute",
          "hour",
          "5 hours",
          "day",
          "30 days",
          "calendar day",
          "calendar week",
          "calendar month",
          "billing cycle from day 31");
  private static final List<String> ZONES =
      List.of("UTC", "Europe/Berlin", "America/Havana", "Africa/Cairo", "Asia/Kathmandu");
  private static final List<Unit> UNITS =
      List.of(
          Unit.count("message", "messages"),
          new Unit("token", "tokens", Unit.Style.PERCENT, Optional.empty()),
          new Unit(
              "cent",
              "cents",
              Unit.Style.MONEY,
              Optional.of(new Unit.Money(Currency.getInstance("EUR"), 4))));

  private static <T> T any(SplittableRandom random, List<T> values) {
    return values.get(random.nextInt(values.size()));
  }

  private static QuotaPolicy policy(SplittableRandom random) {
    QuotaPolicyBuilder builder =
        QuotaPolicy.builder("chat")
            .unit(any(random, UNITS))
            .scope(any(random, List.of(Scope.values())))
            .showExact(random.nextBoolean())
            .warnAt("50%")
            .usualCost(1 + random.nextInt(3))
            .whenExhausted(any(random, List.of(WhenExhausted.values())))
            .onStoreFailure(any(random, List.of(OnStoreFailure.values())));
    for (String name : List.of("a", "b")) {
      String capacity = random.nextInt(8) == 0 ? "unlimited" : Integer.toString(random.nextInt(40));
      LimitPolicy limit = LimitPolicy.of(name, capacity + " per " + any(random, WINDOWS));
      builder.limit(
          limit.capacity() instanceof Capacity.Limited limited && limited.units() > 1
              ? limit.withWarnAt(List.of(Threshold.parse("50%"), Threshold.parse("1 left")))
              : limit);
    }
    return builder.build();
  }

  @ParameterizedTest
  @CsvSource({
    "1, en", "2, en", "3, en", "4, de", "5, fr", "6, es", "7, pl", "8, ar", "9, ja", "10, zh"
  })
  void sayWholeSentencesThatDoNotPromiseTooEarly(long seed, String language) {
    System.out.println("seed " + seed);
    Locale locale = Locale.forLanguageTag(language);
    SplittableRandom random = new SplittableRandom(seed);
    for (int i = 0; i < (language.equals("en") ? 250 : 80); i++) {
      QuotaPolicy policy = policy(random);
      String start =
          Instant.ofEpochMilli(1_760_000_000_000L + random.nextLong(40_000_000_000L)).toString();
      try (SampleState scene =
          switch (random.nextInt(3)) {
            case 0 -> SampleState.of(policy, start, any(random, ZONES));
            case 1 -> SampleState.fromAddress(policy, start);
            default -> SampleState.away(policy, start, 1 + random.nextInt(5));
          }) {
        scene.in(locale);
        for (int step = 0; step < 12; step++) {
          boolean slowly = random.nextInt(4) == 0;
          scene.use(random.nextInt(6)).later(random.nextLong(slowly ? 3_000_000 : 5_000));
          check(scene, scene.message());
          check(scene, scene.check(random.nextInt(60)));
          scene.limits().forEach(limit -> whole(limit.label(), limit.text(), limit.detail()));
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"11, en", "12, de", "13, fr", "14, es", "15, pl", "16, ar", "17, ja", "18, zh"})
  void sayWholeSentencesOfWorkThatRuns(long seed, String language) {
    System.out.println("seed " + seed);
    Locale locale = Locale.forLanguageTag(language);
    SplittableRandom random = new SplittableRandom(seed);
    Set<String> said = new HashSet<>();
    for (int i = 0; i < 80; i++) {
      try (SampleState scene =
          SampleState.of(working(random), "2026-11-27T20:00:00Z", any(random, ZONES))) {
        scene.in(locale);
        for (int step = 0; step < 12; step++) {
          long units = 1 + random.nextLong(15);
          switch (random.nextInt(5)) {
            case 0 -> scene.use(units);
            case 1 -> scene.grant(units);
            case 2 -> scene.grow(units);
            default -> scene.reserve(units);
          }
          // Work that nobody renews is forgotten after minutes.
          scene.later(random.nextInt(12) == 0 ? 3_600_000 : random.nextLong(20_000));
          Message message = scene.message();
          said.add(message.code());
          check(scene, message);
          check(scene, scene.cut());
          check(scene, scene.check(random.nextInt(60)));
          Refusal refusal = scene.refusal(1_000);
          whole(refusal.title(), refusal.detail());
          scene.limits().forEach(limit -> whole(limit.label(), limit.text(), limit.detail()));
        }
      }
    }
    assertThat(said)
        .contains(
            "quota.grace",
            "quota.exhausted.concurrent",
            "quota.exhausted.concurrent.shared",
            "quota.exhausted.conversation");
  }

  /** Returns a policy of work that takes its time: with places, runs, grants and a grace. */
  private static QuotaPolicy working(SplittableRandom random) {
    QuotaPolicyBuilder builder =
        QuotaPolicy.builder("tokens")
            .unit(any(random, UNITS))
            .scope(any(random, List.of(Scope.USER, Scope.ORG)))
            .showExact(random.nextBoolean())
            .usualCost(1 + random.nextInt(3))
            .grace(random.nextBoolean() ? "25%" : "3")
            .limit(LimitPolicy.of("day", (1 + random.nextInt(40)) + " per calendar day"));
    if (random.nextBoolean()) {
      builder.limit(LimitPolicy.of("places", 2 + random.nextInt(3) + " at once"));
    }
    if (random.nextInt(3) == 0) {
      builder.limit(LimitPolicy.of("run", 10 + random.nextInt(60) + " per conversation"));
    }
    if (random.nextInt(3) == 0) {
      builder.limit(LimitPolicy.of("hops", 4 + random.nextInt(6) + " calls per conversation"));
    }
    return builder.build();
  }

  private static void check(SampleState scene, Message message) {
    whole(message.title(), message.detail());
    message.detailTemplate().ifPresent(it -> assertThat(it).contains("{when}"));
    assertThat(message.title()).hasSizeLessThanOrEqualTo(160).doesNotEndWith(".");
    assertThat(message.detail()).matches(text -> text.endsWith(".") || text.endsWith("。"));
    if (message.rightToLeft()) {
      Isolates.requireAround(message.title());
      Isolates.requireAround(message.detail());
    }
    Matcher matcher = WAIT.matcher(message.detail());
    if (message.when().isPresent() && matcher.find()) {
      long millis = message.when().get().toEpochMilli() - scene.state().now().toEpochMilli();
      long promised = Long.parseLong(matcher.group(1)) * unitMillis(matcher.group(2));
      long early = matcher.group(2).equals("hour") ? 10 * unitMillis("minute") : 0;
      assertThat(promised).as(message.detail()).isPositive();
      assertThat(promised + early).as(message.detail()).isGreaterThanOrEqualTo(millis);
    }
  }

  private static long unitMillis(String unit) {
    return switch (unit) {
      case "second" -> 1_000L;
      case "minute" -> 60_000L;
      case "hour" -> 3_600_000L;
      default -> 86_400_000L;
    };
  }

  private static void whole(String... texts) {
    for (String text : texts) {
      assertThat(text)
          .isNotBlank()
          .isEqualTo(text.strip())
          .doesNotContain("null", "  ", " .", " ,", "..")
          .doesNotContain("{", "}", "：。", "（）", "()", ": .", "。。");
    }
  }
}
