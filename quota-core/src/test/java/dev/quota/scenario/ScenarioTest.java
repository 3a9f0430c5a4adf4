package dev.quota.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quota.policy.Policies;
import dev.quota.policy.PolicyException;
import dev.quota.policy.PolicyFile;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ScenarioTest {

  private static final Policies POLICIES =
      PolicyFile.read(
          "quotas.yaml",
          new StringReader(
              """
              version: 1
              plans: {free: {}, pro: {}}
              quotas:
                chat:
                  unit: {name: message, label: messages}
                  limits: {burst: 10 per minute, daily: 40 per calendar day}
                  plans: {pro: {daily: 500}}
                  warn-at: 80%
                large: {limits: 1 per calendar day, when-exhausted: degrade, degrade-to: small}
                small: {limits: 5 per calendar day}
                team: {limits: 3 per calendar month per org}
                cycle: {limits: 7 per billing cycle from day 31}
                rolling: {limits: {daily: {limit: 50 per calendar day, rollover: 50%}}}
                own: {limits: 7 per billing cycle}
                early: {limits: 5 per calendar day from 02:30}
                leap: {limits: 5 per calendar month from 04:00}
                tried: {limits: 3 per calendar day, mode: shadow, warn-at: 60%}
                half:
                  limits:
                    daily: 9 per calendar day
                    hourly: {limit: 2 per hour, mode: shadow}
              """));

  private static List<Scenario> read(String yaml) {
    return ScenarioFile.read(
        "s.yaml", new ByteArrayInputStream(yaml.getBytes(StandardCharsets.UTF_8)));
  }

  private static List<String> failures(String scenario) {
    List<Scenario> scenarios = read("version: 1\nscenarios:\n  it:\n" + scenario.indent(4));
    return scenarios.get(0).run(POLICIES).stream().map(ScenarioFailure::toString).toList();
  }

  @Test
  void aDayFromHalfPastTwoIsSafeWhereClocksSkipOrRepeatThatTime() {
    assertThat(
            failures(
                """
                zone: Europe/Berlin
                start: 2026-03-28 02:30
                steps:
                  - {charge: 5 early}
                  - {at: 2026-03-29 01:59, charge: 1 early, expect: {result: refused, wait: 1 minute, resets: 2026-03-29 03:00}}
                  - {at: 2026-03-29 03:00, charge: 5 early, expect: {resets: 2026-03-30 02:30}}
                  - {at: 2026-10-24 12:00, charge: 5 early, expect: {resets: 2026-10-25T02:30+02:00}}
                  - {at: 2026-10-25T02:30+02:00, charge: 5 early, expect: {resets: 2026-10-26 02:30}}
                  - {at: 2026-10-25T02:30+01:00, charge: 1 early, expect: {result: refused, wait: 24 hours}}
                """))
        .isEmpty();
  }

  @Test
  void aBillingCycleFollowsTheAnchorOfThePerson() {
    assertThat(
            failures(
                """
                zone: Europe/Berlin
                billing-anchor: day 31 at 06:00
                start: 2028-01-31 06:00
                steps:
                  - {charge: 7 own, expect: {resets: 2028-02-29 06:00}}
                  - {at: 2028-02-29 05:59, charge: 1 own, expect: {result: refused, wait: 1 minute}}
                  - {at: 2028-02-29 06:00, charge: 7 own, expect: {resets: 2028-03-31 06:00}}
                """))
        .isEmpty();
    assertThatThrownBy(() -> read("version: 1\nscenarios: {it: {billing-anchor: 31, steps: []}}"))
        .isInstanceOf(PolicyException.class)
        .hasMessageContaining("billing anchor must be a day and a full hour");
  }

  @Test
  void unusedAllowanceRollsOverAlsoToADayOf23Hours() {
    assertThat(
            failures(
                """
                zone: Europe/Berlin
                start: 2026-03-28 12:00
                steps:
                  - {charge: 10 rolling, expect: {remaining: 40}}
                  - {at: 2026-03-29 00:00, check: 1 rolling, expect: {remaining: 75}}
                  - charge: 75 rolling
                  - {charge: 1 rolling, expect: {result: refused, wait: 23 hours}}
                  - {at: 2026-03-30 00:00, check: 1 rolling, expect: {remaining: 50}}
                """))
        .isEmpty();
  }

  @Test
  void aMonthFromFourEndsInTheNightAfterALeapDay() {
    assertThat(
            failures(
                """
                zone: America/New_York
                start: 2028-02-29 23:00
                steps:
                  - {charge: 5 leap, expect: {resets: 2028-03-01 04:00}}
                  - at: 2028-03-01 03:00
                    charge: 1 leap
                    expect:
                      result: refused
                      wait: 1 hour
                      sentence: All 5 requests for this month are used. Your request limit resets today at 04:00 (in 1 hour).
                  - {at: 2028-03-01 04:00, charge: 5 leap, expect: {resets: 2028-04-01 04:00}}
                """))
        .isEmpty();
  }

  @Test
  void passesWhereEverythingHolds() {
    assertThat(
            failures(
                """
                plan: free
                zone: Europe/Berlin
                start: 2026-03-28 23:00
                steps:
                  - {charge: 1 chat, times: 39, every: 6 seconds}
                  - after: 6 seconds
                    charge: chat
                    expect: {result: allowed, level: exhausted, remaining: 0}
                  - after: 10 minutes
                    charge: 1 chat
                    expect:
                      result: refused
                      limit: daily
                      code: quota.exhausted.calendar
                      wait: 46 minutes 6 seconds
                      used: {daily: 40, burst: 0}
                      resets: 2026-03-29 00:00
                      sentence:
                        en: All 40 messages for today are used. Your message limit resets at midnight (in 47 minutes).
                  - {at: 2026-03-29 00:00, check: 1 chat, expect: {remaining: 40}}
                  - {charge: 10 chat, plan: pro, expect: {remaining: 490}}
                """))
        .isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    // The night on which clocks go forward is an hour shorter, and the other an hour longer.
    "2026-03-29 01:00, 22 hours",
    "2026-10-25 01:00, 24 hours",
    "2026-03-28 01:00, 23 hours"
  })
  void endsADayWhereClocksChange(String start, String wait) {
    assertThat(
            failures(
                """
                zone: Europe/Berlin
                start: %s
                steps:
                  - {charge: 10 chat, times: 4, every: 1 minute}
                  - {at: %s, charge: 1 chat, expect: {limit: daily, wait: %s}}
                """
                    .formatted(start, start.replace("01:00", "01:59"), "x")
                    .replace("wait: x", "wait: " + minusMinutes(wait))))
        .isEmpty();
  }

  private static String minusMinutes(String wait) {
    int hours = Integer.parseInt(wait.substring(0, wait.indexOf(' '))) - 1;
    int days = hours / 24;
    return (days > 0 ? "1 day " : "")
        + (hours % 24 == 0 ? "" : hours % 24 + " hours ")
        + "1 minute";
  }

  @Test
  void knowsLeapDays() {
    assertThat(
            failures(
                """
                start: 2024-02-28 12:00
                steps:
                  - {charge: 7 cycle, expect: {resets: 2024-02-29 00:00}}
                  - {at: 2024-02-29 00:00, charge: 7 cycle, expect: {resets: 2024-03-31 00:00}}
                """))
        .isEmpty();
  }

  @Test
  void degradesAndSharesAndTakesSeveralQuotas() {
    assertThat(
            failures(
                """
                org: acme
                steps:
                  - charge: [1 large, 2 team]
                  - {charge: 1 large, expect: degraded}
                  - {charge: 2 team, by: a colleague, expect: {result: refused, quota: team}}
                  - {charge: 1 team, by: a colleague}
                  - {charge: 9 team, expect: {result: refused, wait: never}}
                """))
        .isEmpty();
  }

  @Test
  void saysLineAndExpectationAndWhatWas() {
    assertThat(failures("plan: free\nsteps:\n  - charge: 1 chat\n    expect: {remaining: 5}\n"))
        .containsExactly("s.yaml:7: step 1 of \"it\": remaining must be 5, was 39");
    assertThat(failures("steps:\n  - {charge: 1 chat, times: 12}\n"))
        .containsExactly(
            "s.yaml:5: step 1 of \"it\": charge 11 of 12 must be allowed, was refused");
    assertThat(failures("plan: gold\nsteps: [{charge: chat}]\n").get(0)).contains("[free, pro]");
    assertThat(failures("steps: [{charge: chats}]\n").get(0)).contains("was chats");
    assertThat(failures("steps: [{charge: chat, expect: {remaining: {dialy: 1}}}]\n").get(0))
        .contains("no limit dialy; its limits are burst, daily");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "steps: []|at least one step",
        "plan: free|`steps` is missing",
        "stesp: []|unknown key `stesp`",
        "steps: [{charge: 1 chat, chek: x}]|unknown key `chek`",
        "steps: [{expect: allowed}]|`charge` and `check`",
        "steps: [{charge: 1 chat, check: 1 chat}]|`charge` and `check`",
        "steps: [{check: 1 chat}]|must have the key `expect`",
        "steps: [{charge: -1 chat}]|expected units and a quota",
        "steps: [{charge: 1 chat, expect: alowed}]|result must be one of",
        "steps: [{charge: 1 chat, expect: {}}]|must expect something",
        "steps: [{charge: 1 chat, expect: {quota: chat}}]|must expect something",
        "steps: [{charge: 1 chat, expect: {wait: soon}}]|expected a time",
        "steps: [{charge: 1 chat, expect: {level: low}}]|level must be one of",
        "steps: [{charge: 1 chat, expect: {remaining: few}}]|whole number",
        "steps: [{charge: 1 chat, times: 0}]|times must be",
        "steps: [{charge: 1 chat, every: 1 second}]|only beside `times`",
        "steps: [{charge: 1 chat, at: 2026-01-14 00:00}]|earlier",
        "steps: [{charge: 1 chat, at: 2026-02-30 00:00}]|expected a moment",
        "zone: Mars/Base|unknown time zone",
        "zone: Europe/Berlin, start: 2026-03-29 02:30|does not exist",
        "zone: Europe/Berlin, start: 2026-10-25 02:30|comes twice",
        "language: x_y|language must be a tag",
      })
  void isStrict(String scenario, String problem) {
    String yaml = "version: 1\nscenarios: {it: {" + scenario + "}}\n";
    assertThatThrownBy(() -> read(yaml))
        .isInstanceOf(PolicyException.class)
        .hasMessageContaining("s.yaml:2:")
        .hasMessageContaining(problem);
  }

  @Test
  void isStrictAboutTheFile() {
    assertThatThrownBy(() -> read("scenarios: {}\n")).hasMessageContaining("version must be 1");
    assertThatThrownBy(() -> read("version: 1\nscenarioes: {}\n"))
        .hasMessageContaining("unknown key");
    assertThatThrownBy(() -> read("version: 1\nscenarios: {a: {steps: [{charge: x}]}, a: {}}\n"))
        .hasMessageContaining("2:");
    assertThat(read("version: 1\nquotas: {}\n")).isEmpty();
  }

  @Test
  void everyExampleOfTheDocsPasses() throws IOException {
    String page = Files.readString(Path.of("../docs/policy-tests.md"));
    Matcher example = Pattern.compile("```yaml\n(.*?)```", Pattern.DOTALL).matcher(page);
    int scenarios = 0;
    Policies policies = POLICIES;
    while (example.find()) {
      String yaml = example.group(1);
      if (yaml.contains("quotas:")) {
        policies = PolicyFile.read("docs", new StringReader(yaml));
      }
      for (Scenario scenario : read(yaml)) {
        scenarios++;
        assertThat(scenario.run(policies)).as(scenario.name()).isEmpty();
      }
    }
    assertThat(scenarios).isGreaterThan(3);
  }

  @Test
  void expectsWhatAShadowWouldHaveSaid() {
    assertThat(
            failures(
                """
                steps:
                  - {charge: 3 tried, expect: {result: allowed, shadow: allowed}}
                  - charge: 1 tried
                    expect:
                      result: allowed
                      level: unlimited
                      shadow:
                        result: refused
                        level: exhausted
                        remaining: 0
                        limit: daily
                        code: quota.exhausted.calendar
                        wait: 12 hours
                        resets: 2026-01-16 00:00
                        sentence: >-
                          All 3 requests for today are used. Your request limit resets at midnight
                          UTC (in 12 hours).
                  - {check: 1 tried, expect: {result: allowed, shadow: refused}}
                  - {charge: 2 half, expect: {shadow: allowed}}
                  - {charge: 1 half, expect: {remaining: 6, shadow: {result: refused, limit: hourly}}}
                  - charge: [1 cycle, 1 half]
                    expect: {result: allowed, shadow: refused}
                """))
        .isEmpty();
    assertThat(failures("steps: [{charge: 1 tried, expect: {shadow: refused}}]"))
        .containsExactly("s.yaml:4: step 1 of \"it\": shadow: result must be refused, was allowed");
    assertThat(failures("steps: [{charge: 1 chat, expect: {shadow: refused}}]"))
        .singleElement()
        .asString()
        .endsWith("was not there: no limit of the quota is in shadow mode");
  }

  @Test
  void refusesAnUnknownExpectationOfAShadow() {
    assertThatThrownBy(
            () -> failures("steps: [{charge: 1 tried, expect: {shadow: {shadow: refused}}}]"))
        .hasMessageContaining("unknown key `shadow`; allowed: result, level");
  }
}
