package dev.quota.message;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quota.policy.QuotaPolicy;
import dev.quota.policy.QuotaPolicyBuilder;
import dev.quota.policy.WhenExhausted;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A notice that was dismissed stays dismissed for as long as it is the same, and no longer. */
class MessageIdTest {

  private static final long MINUTE = Duration.ofMinutes(1).toMillis();
  private static final long HOUR = 60 * MINUTE;
  private static final String NOW = "2026-11-23T15:00:00Z";

  private static QuotaPolicyBuilder rolling(String period) {
    return QuotaPolicy.builder("chat").limit("only", "100 per " + period).warnAt("80%", "95%");
  }

  @Test
  void ofARollingBudgetIsTheDayOfTheCrossing() {
    try (SampleState scene = SampleState.of(rolling("24 hours").build(), NOW)) {
      assertThat(scene.use(10).message().id()).isEqualTo("chat.only/rolling/ok");
      assertThat(scene.use(70).message().id()).isEqualTo("chat.only/2026-11-23/80");
      for (int i = 0; i < 10; i++) {
        assertThat(scene.use(1).later(5 * MINUTE).message().id())
            .isEqualTo("chat.only/2026-11-23/80");
      }
      assertThat(scene.use(9).message().id()).isEqualTo("chat.only/2026-11-23/95");
    }
  }

  @Test
  void ofACrossingSoonAfterMidnightIsTheNewDay() {
    try (SampleState scene = SampleState.of(rolling("24 hours").build(), "2026-11-23T00:05:00Z")) {
      assertThat(scene.use(80).message().id()).isEqualTo("chat.only/2026-11-23/80");
    }
    try (SampleState scene =
        SampleState.of(rolling("24 hours").build(), "2026-11-22T23:05:00Z", "Europe/Berlin")) {
      assertThat(scene.use(80).message().id()).isEqualTo("chat.only/2026-11-23/80");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"2 hours", "6 hours", "24 hours", "7 days", "30 days"})
  void standsStillWhileNothingIsUsed(String period) {
    SplittableRandom random = new SplittableRandom(7);
    for (int start = 0; start < 50; start++) {
      try (SampleState scene =
          SampleState.of(rolling(period).build(), NOW, "Europe/Berlin")
              .later(random.nextLong(40 * 24 * HOUR))
              .use(94)) {
        String id = scene.message().id();
        assertThat(id).endsWith("/80");
        Set<String> ids = new HashSet<>();
        Message message = scene.message();
        while (message.code().equals("quota.warning")) {
          ids.add(message.id());
          message = scene.later(7 * MINUTE).message();
        }
        assertThat(ids).containsExactly(id);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"2 hours, 2", "6 hours, 6", "5 days, 120", "30 days, 720"})
  void isAnotherOneAfterTheLimitWasFull(String period, long hours) {
    SplittableRandom random = new SplittableRandom(11);
    for (int start = 0; start < 50; start++) {
      try (SampleState scene =
          SampleState.of(rolling(period).build(), NOW)
              .later(random.nextLong(40 * 24 * HOUR))
              .use(80)) {
        String before = scene.message().id();
        scene.later(hours * HOUR * 8 / 10);
        assertThat(scene.message().code()).isEqualTo("quota.ok");
        assertThat(scene.use(80).message().id()).isNotEqualTo(before).endsWith("/80");
      }
    }
  }

  @Test
  void ofShortPeriodsNamesHours() {
    try (SampleState scene = SampleState.of(rolling("6 hours").build(), NOW)) {
      assertThat(scene.use(90).message().id()).isEqualTo("chat.only/2026-11-23T12/80");
    }
    QuotaPolicy paced =
        QuotaPolicy.builder("chat")
            .limit("burst", "10 per minute")
            .whenExhausted(WhenExhausted.DEGRADE)
            .build();
    try (SampleState scene = SampleState.of(paced, NOW)) {
      assertThat(scene.use(10).message().id()).isEqualTo("chat.burst/2026-11-23T15/degraded");
      scene.later(20 * MINUTE);
      assertThat(scene.use(10).message().id()).isEqualTo("chat.burst/2026-11-23T15/degraded");
      scene.later(40 * MINUTE);
      assertThat(scene.use(10).message().id()).isEqualTo("chat.burst/2026-11-23T16/degraded");
    }
  }

  @Test
  void ofLongPeriodsNamesTheFirstOfSeveralDays() {
    Set<String> ids = new HashSet<>();
    try (SampleState scene = SampleState.of(rolling("30 days").build(), NOW).use(80)) {
      // Used as fast as it comes back, it stays above the threshold for half a year.
      for (int day = 0; day < 180; day += 3) {
        Message message = scene.later(72 * HOUR).use(10).message();
        assertThat(message.code()).isEqualTo("quota.warning");
        ids.add(message.id());
      }
    }
    assertThat(ids).as("one for each 24 days").hasSizeBetween(8, 9);
  }
}
