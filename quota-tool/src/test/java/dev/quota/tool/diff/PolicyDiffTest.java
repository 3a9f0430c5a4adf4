package dev.quota.tool.diff;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quota.policy.LimitOverride;
import dev.quota.policy.Policies;
import dev.quota.policy.PolicyFile;
import java.io.StringReader;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PolicyDiffTest {

  private static final String BASE =
      """
      version: 1
      default-zone: UTC
      plans: {free: {label: Free}, pro: {label: Pro, actions: [{rel: buy, label: Buy, href: /buy}]}}
      quotas:
        chat:
          limits:
            burst: 10 per minute
            daily: {limit: 50 per calendar day, warn-at: 50%}
            week: 200 per calendar week
            running: {limit: 3 at once, lease: 30 seconds}
          plans: {pro: {daily: 500}}
          warn-at: 80%
          owner: team-ai
          review-by: 2026-06-30
        small: {limits: 5 per day}
        tokens:
          unit: {name: token, label: tokens}
          limits: 1000 per calendar month
          cost: output_tokens
          models: {big*: 2 * output_tokens}
          estimate: 10
          grace: 5
      """;

  private static List<String> diff(String before, String after) {
    return PolicyDiff.between(read(before), read(after)).stream().map(Object::toString).toList();
  }

  private static Policies read(String yaml) {
    return PolicyFile.read("policies", new StringReader(yaml));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "daily: {limit: 50 |daily: {limit: 40 |chat.daily on free: 50 → 40",
        "pro: {daily: 500}|pro: {daily: unlimited}|chat.daily on pro: 500 → unlimited",
        "burst: 10 per minute|burst: 10 per hour|chat.burst, window: per minute → per hour",
        "burst: 10 per minute|burst: 10 per sliding minute|chat.burst, window: per minute → per sliding minute",
        "burst: 10 per minute|burst: 10 per sliding 5 hours|chat.burst, window: per minute → per sliding 5 hours",
        "burst: 10 per minute|burst: 10 per session of 1 hour|chat.burst, window: per minute → per session of 1 hour",
        "burst: 10 per minute|burst: 10 per session of 90 minutes|chat.burst, window: per minute → per session of 90 minutes",
        "burst: 10 per minute|burst: 10 per minute per org|chat.burst, scope: user → org",
        "burst: 10 per minute|more: 10 per minute|chat.burst: removed, was 10 per minute",
        "week: 200 per calendar week|week: 200 per calendar week from sunday|chat.week, window: per calendar week → per calendar week from sunday",
        "week: 200 per calendar week|week: 200 per calendar week from 04:00|chat.week, window: per calendar week → per calendar week from 04:00",
        "week: 200 per calendar week|week: 200 per calendar week from sunday at 04:00 in UTC|chat.week, window: per calendar week → per calendar week from sunday at 04:00 in UTC",
        "1000 per calendar month|1000 per billing cycle from day 15 at 04:00|tokens.cycle: new, 1000 per billing cycle from day 15 at 04:00",
        "week: 200 per calendar week|week: 200 per billing cycle in UTC|chat.week, window: per calendar week → per billing cycle in UTC",
        "week: 200 per calendar week|week: 200 per billing cycle from day 1|chat.week, window: per calendar week → per billing cycle from day 1",
        "warn-at: 50%}|rollover: 50%, warn-at: 50%}|chat.daily, rollover: none → 50%",
        "week: 200 per calendar week|week: {limit: 200 per calendar week, rollover: 100%}|chat.week, rollover: none → 100%",
        "warn-at: 50%}|warn-at: [50%, 1 left]}|chat.daily, warn-at: [50%] → [50%, 1 left]",
        "warn-at: 80%|warn-at: 90%|chat, warn-at: [80%] → [90%]",
        "lease: 30 seconds|lease: 40 seconds|chat.running, lease: PT30S → PT40S",
        "daily: {limit: 50 per calendar day,|daily: {limit: 50 per calendar day, mode: shadow,|chat.daily, mode: enforce → shadow",
        "small: {limits: 5 per day}|small: {limits: 5 per day, mode: shadow}|small.day, mode: enforce → shadow",
        "owner: team-ai|owner: team-x|chat, owner: team-ai → team-x",
        "review-by: 2026-06-30|review-by: 2026-07-30|chat, review-by: 2026-06-30 → 2026-07-30",
        "small: {limits: 5 per day}|tiny: {limits: 5 per day}|small: removed, was day: 5 per day",
        "small: {limits: 5 per day}|small: {limits: 5 per day, when-exhausted: observe}|small, when-exhausted: block → observe",
        "small: {limits: 5 per day}|small: {limits: 5 per day, on-store-failure: allow}|small, on-store-failure: deny → allow",
        "small: {limits: 5 per day}|small: {limits: 5 per day, show: exact}|small, show: rounded → exact",
        "small: {limits: 5 per day}|small: {limits: 5 per day, scope: team}|small.day, scope: user → team",
        "small: {limits: 5 per day}|small: {limits: 5 per day, label: S}|small, label: Small → S",
        "small: {limits: 5 per day}|small: {limits: 5 per day, reservation: {at-least: 2}}|small, reservation: at least 1, at most the default → at least 2, at most the default",
        "cost: output_tokens|cost: input_tokens|tokens, cost: output_tokens → input_tokens",
        "2 * output_tokens|3 * output_tokens|tokens, model big*: 2 * output_tokens → 3 * output_tokens",
        "estimate: 10|estimate: 20|tokens, usual cost: 10 → 20",
        "grace: 5|grace: 5%|tokens, grace: 5 → 5%",
        "label: tokens|label: bits|tokens, unit: token/tokens as count → token/bits as count",
        "default-zone: UTC|default-zone: Asia/Tokyo|default-zone: UTC → Asia/Tokyo",
        "default-zone: UTC|default-plan: pro|default-plan: free → pro",
        "label: Free|label: Gratis|plan free, label: Free → Gratis",
        "free: {label: Free}, |free: {label: Free}, max: {}, |plan max: new"
      })
  void saysWhatDiffers(String was, String is, String words) {
    assertThat(BASE).contains(was);
    String changed = BASE.replace(was, is);
    List<String> found = diff(BASE, changed);
    assertThat(found).contains(words).doesNotHaveDuplicates();
    assertThat(diff(changed, BASE)).isNotEmpty();
    assertThat(diff(changed, changed)).isEmpty();
  }

  @Test
  void saysNothingOfOtherWaysToWriteTheSame() {
    assertThat(
            diff(
                "version: 1\nquotas: {a: {limits: 1_000 per day}, b: {limits: 1 per hour}}\n",
                "# a comment\nversion: 1\nquotas:\n  b: {limits: {hour: 1 per 1 hours}}\n  a: {limits: [1000 per day]}\n"))
        .isEmpty();
  }

  @Test
  void namesNoPlanWhereThereIsNone() {
    assertThat(
            diff(
                "version: 1\nquotas: {a: {limits: 3 per day}}\n",
                "version: 1\nquotas: {a: {limits: 2 per day}}\n"))
        .containsExactly("a.day: 3 → 2");
  }

  @Test
  void seesABaseCapacityThatEveryPlanReplaces() {
    String yaml =
        "version: 1\nplans: {p: {}}\nquotas: {a: {limits: 3 per day, plans: {p: {day: 9}}}}\n";
    assertThat(diff(yaml, yaml.replace("3 per", "2 per"))).containsExactly("a.day: 3 → 2");
  }

  @Test
  void overridesAreComparedByTheirSubject() {
    String text =
        "overrides: [{subject: %s, quota: small, limit: day, capacity: %s, until:"
            + " 2027-01-01T00:00:00Z, reason: a test}]\n";
    String alice = LimitOverride.user("alice");
    String before = BASE + String.format(text, alice, "9");
    assertThat(diff(BASE, before))
        .containsExactly(
            "small.day, override for "
                + alice.substring(0, 8)
                + ": new, 9 until 2027-01-01T00:00:00Z, a test");
    assertThat(diff(before, BASE + String.format(text, alice, "10"))).hasSize(1);
    assertThat(diff(before, before)).isEmpty();
    assertThat(diff(before, BASE)).singleElement().asString().contains("removed, was 9 until");
  }
}
