package dev.quota.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Files that are YAML and not policies. */
final class PolicyMistakesTest {

  private static final String QUOTA_KEYS =
      "label, labels, unit, scope, mode, limits, plans, warn-at, primary, when-exhausted, degraded-label,"
          + " degraded-labels, degraded-model, degrade-to, grace, overuse, reservation, on-store-failure, show, cost, models, usage-names, unpriced, estimate, actions, owner, review-by";

  private static final String PHRASES =
      "; allowed: \"10 per minute\", \"100 per 30 seconds\", \"100 per sliding day\", \"50 per session of 5 hours\", \"50 per calendar day\", \"50 per"
          + " calendar day from 04:00\", \"50 per calendar week from sunday\", \"200000 per calendar month in Europe/Berlin\", \"2000 per"
          + " billing cycle from day 15\", \"unlimited per calendar day\", \"3 at once\", each also \"… per org\"; and"
          + " \"20000 per conversation\", \"12 calls per conversation\"";

  private static final String NAMES =
      "input_tokens, cached_input_tokens, cache_write_input_tokens, cache_write_5m_input_tokens, cache_write_1h_input_tokens,"
          + " total_input_tokens,"
          + " output_tokens, reasoning_tokens";

  private static final String NOTHING_USED =
      "cost must be a whole number such as 1, or name what was used, as in input_tokens + 4 *"
          + " output_tokens, was ";

  private static final String CAPACITIES =
      "; allowed: a whole number such as 500, 0 for \"not in this plan\", or unlimited";

  @ParameterizedTest
  @MethodSource({"keys", "labels", "values", "plans", "actions", "costs"})
  void isReportedWhereItIs(String line, List<String> mistakes) {
    assertThat(Read.mistakes(Read.quotaWith(line))).isEqualTo(mistakes);
  }

  static Stream<Arguments> keys() {
    return Stream.of(
        line(
            "wran-at: 80%",
            "6:5: unknown key `wran-at`, did you mean `warn-at`? Allowed: " + QUOTA_KEYS),
        line("colour: red", "6:5: unknown key `colour`; allowed: " + QUOTA_KEYS),
        line("Owner: a", "6:5: unknown key `Owner`, did you mean `owner`? Allowed: " + QUOTA_KEYS),
        line("limits: 5 per day", "6:5: the key `limits` is there twice"),
        line(
            "unit: message",
            "6:11: `unit` must be a mapping such as {name: message, label: messages}, was"
                + " `message`"),
        line("unit: {name: cent}", "6:11: the key `label` is missing, such as `label: messages`"),
        line(
            "unit: {name: cent, label: cents, style: mony, currency: EURO, scale: 11}",
            "6:45: unknown style `mony`, did you mean `money`? Allowed: count, percent, money",
            "6:61: currency must be an ISO 4217 code such as EUR, was `EURO`",
            "6:74: scale must be between 0 and 9, was 11"),
        line(
            "unit: {name: cent, label: cents, style: money}",
            "6:38: currency must be given for the style money and for no other, the style was"
                + " money"),
        line(
            "unit: {name: cent, label: cents, currency: EUR, scale: two}",
            "6:60: scale must be a whole number from 0 to 9, was `two`"),
        line(
            "unit: {name: cent, label: cents, scale: 2}",
            "6:38: `scale` is allowed only together with `currency`"),
        line(
            "degraded-label: a smaller model",
            "6:5: `degraded-label` is allowed only together with `when-exhausted: degrade`"));
  }

  static Stream<Arguments> labels() {
    return Stream.of(
        line(
            "labels: Nachrichten",
            "6:13: `labels` must be a mapping such as {de: Chatnachrichten}, was `Nachrichten`"),
        line(
            "labels: {german: Nachrichten, xx: a, de: [b], fr: ''}",
            "6:14: language must be a tag such as de or zh-Hant, was `german`",
            "6:35: language must be a tag such as de or zh-Hant, was `xx`",
            "6:46: a label must be a single value, was a list",
            "6:55: label must be 1 to 100 characters without control characters, was \"\""),
        line(
            "degraded-labels: {de: kleiner}",
            "6:5: `degraded-labels` is allowed only together with `when-exhausted: degrade`"),
        line(
            "degraded-model: small",
            "6:5: `degraded-model` is allowed only together with `when-exhausted: degrade`"),
        line(
            "unit: {name: a, label: as, labels: {de: {one: A}}}",
            "6:45: the key `other` is missing, such as `other: Nachrichten`"),
        line(
            "unit: {name: a, label: as, labels: {de: {on: A, other: As}}}",
            "6:46: unknown key `on`, did you mean `one`? Allowed: label, zero, one, two, few, many,"
                + " other"),
        line(
            "unit: {name: a, label: as, labels: {zh: {other: '{n}A'}}}",
            "6:45: the key `label` is missing, such as `label: 消息`"),
        line(
            "unit: {name: a, label: as, labels: {de: [A]}}",
            "6:45: the words of a language must be one word or a mapping such as {one: Nachricht,"
                + " other: Nachrichten}, was a list"));
  }

  static Stream<Arguments> values() {
    return Stream.of(
        line(
            "scope: usr",
            "6:12: unknown scope `usr`, did you mean `user`? Allowed: user, team, org, conversation, global"),
        line("scope: [user]", "6:12: `scope` must be a single value, was a list"),
        line("scope:", "6:11: `scope` must be a single value, was empty"),
        line(
            "on-store-failure: refuse",
            "6:23: unknown on-store-failure `refuse`; allowed: deny, allow, local"),
        line(
            "on-store-failure: Deny",
            "6:23: unknown on-store-failure `Deny`, did you mean `deny`? Allowed: deny, allow,"
                + " local"),
        line(
            "on-store-failure: [deny, local]",
            "6:23: `on-store-failure` must be a single value, was a list"),
        line(
            "when-exhausted: blok",
            "6:21: unknown when-exhausted `blok`, did you mean `block`? Allowed: block, degrade,"
                + " observe"),
        line("show: true", "6:11: unknown show `true`; allowed: exact, rounded"),
        line(
            "primary: dialy",
            "6:14: unknown limit `dialy`, did you mean `daily`? Allowed: daily, slow"),
        line("cost: 0", "6:11: cost must be between 1 and 9007199254740991, was `0`"),
        line("cost: -3", "6:11: cost must be between 1 and 9007199254740991, was `-3`"),
        line("cost: 1.5", "6:11: " + NOTHING_USED + "`1.5`"),
        line(
            "review-by: 30.06.2027",
            "6:16: review-by must be a date such as 2027-06-30, was `30.06.2027`"),
        line(
            "label: ''",
            "6:12: label must be 1 to 100 characters without control characters, was \"\""),
        line(
            "warn-at: [80%, 0%, 101%, 80 percent, 50 left, 80%]",
            "6:20: percent must be between 1 and 100, was 0",
            "6:24: percent must be between 1 and 100, was 101",
            "6:30: threshold must be a share such as 80% or a remaining number such as \"10 left\","
                + " was \"80 percent\"",
            "6:42: warn-at must leave less than the capacity of limit daily, which is 50, was \"50"
                + " left\"",
            "6:51: the threshold `80%` is there twice"),
        line(
            "warn-at: {a: b}",
            "6:14: `warn-at` must be like 80%, or a list such as [80%, 10 left], was a mapping"));
  }

  static Stream<Arguments> plans() {
    return Stream.of(
        line(
            "plans: {prro: {daily: 5}, free: 5}",
            "6:13: unknown plan `prro`, did you mean `pro`? Allowed: free, pro",
            "6:37: a plan must be a mapping of limits to capacities such as {daily: 500}, was `5`"),
        line(
            "plans: {pro: {dayly: 5, daily: 500 per day}}",
            "6:19: unknown limit `dayly`, did you mean `daily`? Allowed: daily, slow",
            "6:40: nothing may follow here, was \"per\"" + CAPACITIES),
        line(
            "plans: {pro: {daily: lots}}",
            "6:26: expected a whole number such as 50 or 2_000_000, or \"unlimited\", was \"lots\""
                + CAPACITIES),
        line(
            "plans: {pro: {slow: 9000000000000001}}",
            "6:25: capacity must be countable exactly over 2592000000 ms, was 9000000000000001; the"
                + " nearest that is: 2592000000000000"),
        line(
            "plans: pro",
            "6:12: `plans` must be a mapping such as {pro: {daily: 500}}, was `pro`"));
  }

  static Stream<Arguments> actions() {
    return Stream.of(
        line(
            "actions: {free: [{rel: Up, label: x, href: 'javascript:alert(1)'}], fre: []}",
            "6:28: rel must match [a-z][a-z0-9_-]* and have at most 64 characters, was \"Up\"",
            "6:48: href must be an http, https, mailto or relative address, was"
                + " \"javascript:alert(1)\"",
            "6:73: unknown plan `fre`, did you mean `free`? Allowed: free, pro"),
        line(
            "actions: {free: [{rel: up, label: x, href: ' JaVaScRiPt:alert(1)'}]}",
            "6:48: href must have at most 2000 characters, none of them invisible, was"
                + " \" JaVaScRiPt:alert(1)\""),
        line(
            "actions: {free: [{rel: up, label: x, href: \"java\\tscript:alert(1)\"}]}",
            "6:48: href must have at most 2000 characters, none of them invisible, was"
                + " \"java\\u0009script:alert(1)\""),
        line(
            "actions: {free: [{rel: up, label: x, href: 'DATA:text/html,x'}]}",
            "6:48: href must be an http, https, mailto or relative address, was"
                + " \"DATA:text/html,x\""),
        line(
            "actions: {free: [{rel: up, label: \"\\u202e\", href: /plans}]}",
            "6:39: label must have a visible character, was \"\\u202e\""),
        line(
            "actions: [{rel: up}]",
            "6:14: `actions` of a quota must be a mapping of plans to lists such as {free: [{rel:"
                + " upgrade, label: See plans, href: /plans}]}, was a list"),
        line(
            "actions: {free: [{rel: up}, upgrade]}",
            "6:22: the key `label` is missing, such as `label: See plans`",
            "6:22: the key `href` is missing, such as `href: /plans`",
            "6:33: an action must be like {rel: upgrade, label: See plans, href: /plans}, was"
                + " `upgrade`"));
  }

  static Stream<Arguments> costs() {
    return Stream.of(
        line("cost: 2 * (3 + 4)", "6:11: " + NOTHING_USED + "`2 * (3 + 4)`"),
        line(
            "cost: 9007199254740992",
            "6:11: cost must be between 1 and 9007199254740991, was `9007199254740992`"),
        line(
            "cost: " + "9".repeat(70),
            "6:11: cost must be between 1 and 9007199254740991, was `" + "9".repeat(60) + "…`"),
        line("cost: " + "1".repeat(501), "6:11: a cost must have at most 500 characters, was 501"),
        line(
            "cost: 1" + "_1".repeat(9_000),
            "6:11: a cost must have at most 500 characters, was 18001"),
        line(
            "cost: input_token + 4 * output_tokens",
            "6:11: unknown name `input_token`, did you mean `input_tokens`? Allowed: " + NAMES),
        line(
            "cost: input_tokens + 0.1 * cache_read_input_tokens",
            "6:32: unknown name `cache_read_input_tokens`, did you mean `cached_input_tokens`?"
                + " Allowed: "
                + NAMES),
        line(
            "cost: 'pages + Output_Tokens + pages'",
            "6:12: unknown name `pages`; allowed: " + NAMES,
            "6:20: unknown name `Output_Tokens`, did you mean `output_tokens`? Allowed: " + NAMES),
        line("cost: 4 * output_tokens +", "6:30: expected a number, a name or ( at the end"),
        line("cost: \"4 × output_tokens\"", "6:14: write * instead of \"×\""),
        line("cost: 4 output_tokens", "6:13: expected +, -, * or /, was \"output_tokens\""),
        line("cost: output_tokens / (1 - 1)", "6:27: nothing can be divided by \"(1 - 1)\""),
        line("cost: [input_tokens]", "6:11: `cost` must be a single value, was a list"),
        // Folded lines: only the start of the value is certain.
        line("cost: >-\n  4 *\n  tokens", "6:11: unknown name `tokens`; allowed: " + NAMES),
        line(
            "models: {gpt-4o*: 4 * output, '*': 1, 'a*b': 2, ' ': 3, m: [4], n: }",
            "6:27: unknown name `output`; allowed: " + NAMES,
            "6:35: model must have its * at the end, after at least one character, was \"*\"",
            "6:43: model must have its * at the end, after at least one character, was \"a*b\"",
            "6:53: model must be 1 to 200 characters without control characters, was \" \"",
            "6:64: the cost of a model must be a number or a formula, was a list",
            "6:71: the cost of a model must be a number or a formula, was empty"),
        line(
            "models: 4 * output_tokens",
            "6:13: `models` must be a mapping such as {gpt-4o-mini*: input_tokens + 4 *"
                + " output_tokens}, was `4 * output_tokens`"),
        line(
            "models: {m: seconds}\nusage-names: [images]\ncost: image",
            "6:17: unknown name `seconds`; allowed: " + NAMES + ", images",
            "8:11: unknown name `image`, did you mean `images`? Allowed: " + NAMES + ", images"),
        // With a malformed name, no other can be said to be unknown.
        line(
            "cost: pages + images\nusage-names: [Pages, images]",
            "7:19: usage name must match [a-z][a-z0-9_]* and have at most 64 characters, was"
                + " \"Pages\""),
        line(
            "usage-names: output_tokens",
            "6:18: usage name must be none of [" + NAMES + "], was \"output_tokens\""),
        line(
            "usage-names: {images: 1}",
            "6:18: `usage-names` must be a name or a list such as [images], was a mapping"),
        line(
            "estimate: 0\ncost: input_tokens",
            "6:15: estimate must be between 1 and 9007199254740991, was `0`"),
        line(
            "estimate: 2 * 500\nmodels: {a: 1}",
            "6:15: estimate must be a whole number such as 1500, was `2 * 500`"),
        line(
            "cost: [input_tokens]\nestimate: 5", "6:11: `cost` must be a single value, was a list"),
        line(
            "cost: 4\nestimate: 5",
            "7:5: `estimate` is allowed only where `cost` or `models` is computed from what was"
                + " used"),
        line(
            "estimate: 5",
            "6:5: `estimate` is allowed only where `cost` or `models` is computed from what was"
                + " used"));
  }

  @ParameterizedTest
  @MethodSource
  void limitsAreReportedWhereTheyAre(String limits, List<String> mistakes) {
    assertThat(Read.mistakes("version: 1\nquotas:\n  chat:\n    limits: " + limits))
        .isEqualTo(mistakes);
  }

  private static final String MANY =
      "a limit on how many at once is at most 10000, because every permit is kept with its key and"
          + " renewed, was 10001; for more, write unlimited or leave the limit out";

  static Stream<Arguments> limitsAreReportedWhereTheyAre() {
    return Stream.of(
        line("3 at one", "4:18: expected \"once\", was \"one\"" + PHRASES),
        line("{n: 3 concurrent}", "4:19: write \"3 at once\" for how many at the same time"),
        line("3 at once in UTC", "4:23: nothing may follow here, was \"in\"" + PHRASES),
        line(
            "12 calls per day",
            "4:26: calls are counted per conversation only, was \"day\"" + PHRASES),
        line("9 per conversation per org", "4:32: nothing may follow here, was \"per\"" + PHRASES),
        line(
            "{n: {limit: 9 per conversation, scope: org}}",
            "4:45: the limit's phrase says the scope already"),
        line(
            "{n: {limit: 9 per day, lease: 30 seconds}}",
            "4:43: lease is allowed only for a limit such as \"3 at once\", not for limit n"),
        line(
            "{n: {limit: 9 at once, lease: 2 hours}}",
            "4:43: lease must be a time such as 30 seconds, from 1 second to 1 hour"),
        line(
            "{n: {limit: 9 at once, lease: 0 seconds}}",
            "4:43: lease must be a time such as 30 seconds, from 1 second to 1 hour"),
        line(
            "{n: {limit: 9 per day, max-duration: 1 hour}}",
            "4:50: max-duration is allowed only for a limit such as \"3 at once\", not for limit n"),
        line(
            "{n: {limit: 9 at once, max-duration: 25 hours}}",
            "4:50: max-duration must be a time such as 15 minutes, from the lease to 24 hours"),
        line(
            "{n: {limit: 9 at once, max-duration: for ever}}",
            "4:50: max-duration must be a time such as 15 minutes, from the lease to 24 hours"),
        line(
            "{n: {limit: 9 at once, max-duration: 59 seconds}}",
            "4:50: max-duration must be from the lease of 60 seconds to 24 hours, was 59 seconds"),
        line("10001 at once", "4:13: " + MANY),
        line("{n: {limit: 10_001 at once per org}}", "4:25: " + MANY),
        line(
            "1" + "_1".repeat(9_000) + " per day",
            "4:13: expected a whole number such as 50 or 2_000_000, or \"unlimited\", was \""
                + "1_".repeat(30)
                + "…\""
                + PHRASES),
        line(
            "5 per day per talk",
            "4:27: expected the scope user, team, org, conversation or global, was \"talk\""
                + PHRASES),
        line("10 pr minute", "4:16: expected \"per\", was \"pr\"" + PHRASES),
        line("'10 pr minute'", "4:17: expected \"per\", was \"pr\"" + PHRASES),
        line("\"10 pr minute\"", "4:17: expected \"per\", was \"pr\"" + PHRASES),
        // Escapes and folded lines: only the start of the value is certain.
        line("\"10\\u0020pr minute\"", "4:13: expected \"per\", was \"pr\"" + PHRASES),
        line(">-\n      10 pr\n      minute", "4:13: expected \"per\", was \"pr\"" + PHRASES),
        line(
            "10 per",
            "4:19: expected a window such as minute or calendar day at the end of \"10"
                + " per\""
                + PHRASES),
        line(
            "1:30 per minute",
            "4:13: expected a whole number such as 50 or 2_000_000, or"
                + " \"unlimited\", was \"1:30\""
                + PHRASES),
        line(
            "10 per month",
            "4:20: expected second, minute, hour, day, week or calendar …; a month"
                + " is \"calendar month\" or \"30 days\", was \"month\""
                + PHRASES),
        line(
            "10 per 0 minutes",
            "4:20: a rolling or sliding window, or a session, lasts from 1 second to 366 days, was \"0\""
                + PHRASES),
        line("50 per 5 hours session", "4:28: write \"50 per session of 5 hours\""),
        line(
            "50 per session of hours",
            "4:31: expected how long a session lasts, such as \"session of 5 hours\", was \"hours\""
                + PHRASES),
        line(
            "10 per minute in UTC",
            "4:30: a rolling or sliding window, or a session, has no time zone; leave out \"in …\","
                + " was \"UTC\""
                + PHRASES),
        line(
            "9000000000000001 per 366 days",
            "4:13: capacity must be countable exactly over 31622400000 ms, was 9000000000000001; the"
                + " nearest that is: 8999988019200000"),
        line(
            "[10 per minute, 20 per minute]",
            "4:29: two limits are named minute; give them names, as in `limits: {…}`"),
        line(
            "[daily: 5 per day]",
            "4:14: a list of limits must contain phrases such as 10 per minute; for names, write"
                + " `limits: {daily: 50 per calendar day}`, was a mapping"),
        line("[]", "4:13: a quota must have at least one limit"),
        line("{}", "4:13: a quota must have at least one limit"),
        line(
            "",
            "4:12: `limits` must be a phrase such as 50 per calendar day, a list of phrases, or a"
                + " mapping such as {daily: 50 per calendar day}, was empty"),
        line(
            "{Daily: 1 per day}",
            "4:14: limit must match [a-z][a-z0-9_-]* and have at most 64 characters, was"
                + " \"Daily\""),
        line(
            "{daily: {scope: team}}",
            "4:21: the key `limit` is missing, such as `limit: 50 per calendar day`"),
        line(
            "{a: {limit: 10 per day per org, scope: team, warn-at: 10 left, label: '', limt: 1}}",
            "4:45: the limit's phrase says the scope already",
            "4:67: warn-at must leave less than the capacity of limit a, which is 10, was \"10"
                + " left\"",
            "4:83: label must be 1 to 100 characters without control characters, was \"\"",
            "4:87: unknown key `limt`, did you mean `limit`? Allowed: limit, scope, mode, lease,"
                + " max-duration, rollover, warn-at, label, labels"));
  }

  static Stream<Arguments> degradingIsReportedWhereItIs() {
    return Stream.of(
        line(
            "degrade-to: b",
            "6:5: `degrade-to` is allowed only together with `when-exhausted: degrade`",
            "6:17: unknown quota `b`; allowed: chat"),
        line(
            "when-exhausted: degrade\ndegrade-to: chats",
            "7:17: unknown quota `chats`, did you mean `chat`? Allowed: chat"),
        line(
            "when-exhausted: degrade\ndegrade-to: chat",
            "4:3: quota chat must not degrade to itself"),
        line(
            "grace: -1", "6:12: grace must be units such as 500 or a share such as 5%, was \"-1\""),
        line("overuse: free", "6:14: unknown overuse `free`; allowed: debt, forgive"),
        line(
            "reservation: 50",
            "6:18: `reservation` must be a mapping such as {at-least: 50, at-most: 4_000}, was `50`"),
        line("reservation: {at-least: 5%}", "6:29: at-least must be units such as 50, was \"5%\""),
        line(
            "reservation: {at-least: 99999999999999999999}",
            "6:29: at-least must be between 0 and 9007199254740991, was 9223372036854775807"),
        line(
            "reservation: {at-most: 0}",
            "6:28: at-most must be between 1 and 9007199254740991, was 0"),
        line("reservation: {at-most: 0%}", "6:28: at-most must be between 1% and 100%, was 0%"),
        line(
            "reservation: {at-least: 50, at-most: 49}",
            "6:33: at-most must not be less than at-least 50, was 49"),
        line("grace: 101%", "6:12: grace must be between 1% and 100%, was 101%"),
        line(
            "grace: NaN",
            "6:12: grace must be units such as 500 or a share such as 5%, was \"NaN\""));
  }

  @ParameterizedTest
  @MethodSource
  void degradingIsReportedWhereItIs(String lines, List<String> mistakes) {
    assertThat(Read.mistakes(Read.quotaWith(lines))).isEqualTo(mistakes);
  }

  @Test
  void aChainOfQuotasIsReportedWhereItBegins() {
    assertThat(
            Read.mistakes(
                """
                version: 1
                quotas:
                  a: {limits: 1 per day, when-exhausted: degrade, degrade-to: b}
                  b: {limits: 1 per day, when-exhausted: degrade, degrade-to: c}
                  c: {limits: 1 per day}
                """))
        .containsExactly("3:63: quota `b` degrades to another one itself; one step is allowed");
  }

  @Test
  void aGraceWithoutUnitsIsAMistake() {
    assertThat(Read.mistakes("version: 1\nquotas:\n  chat:\n    limits: 3 at once\n    grace: 5%"))
        .containsExactly("5:5: `grace` needs a limit that counts units to go beyond");
    assertThat(
            Read.mistakes("version: 1\nquotas:\n  chat:\n    limits: 3 at once\n    overuse: debt"))
        .containsExactly("5:5: `overuse` needs a limit that counts units");
  }

  @ParameterizedTest
  @CsvSource({"warn-at,warn-at,0", "wran-at,warn-at,1", "cots,cost,1", "a,b,1", "'',abc,3"})
  void wordsAreComparedWithTheirNeighboursSwapped(String from, String to, int distance) {
    assertThat(Words.distance(from, to)).isEqualTo(distance);
    assertThat(Words.distance(to, from)).isEqualTo(distance);
  }

  @Test
  void aQuotaWithoutItsLimitsOrItsValueIsReportedAtItsName() {
    assertThat(
            Read.mistakes("version: 1\nquotas:\n  a: {cost: 1}\n  b:\n  Cc: {limits: 1 per day}"))
        .containsExactly(
            "3:3: the key `limits` is missing, such as `limits: 50 per calendar day`",
            "4:5: a quota must be a mapping with the key `limits`, was empty",
            "5:3: quota must match [a-z][a-z0-9_-]* and have at most 64 characters, was \"Cc\"");
  }

  @Test
  void aMistakeInOnePlaceMakesNoSecondOneInAnother() {
    assertThat(
            Read.mistakes(
                """
                version: 1
                plans: {Free: {}, pro: {label: ''}}
                quotas:
                  chat:
                    limits: {daily: nonsense, monthly: 5 per calendar month}
                    plans: {Free: {daily: 5}, pro: {daily: 6}}
                    actions: {Free: []}
                    primary: daily
                  image:
                    limits: *chat
                    primary: daily
                    plans: {pro: {daily: 5}}
                """))
        .extracting(mistake -> mistake.substring(0, mistake.indexOf(": ")))
        .containsExactly("2:9", "2:32", "5:21", "10:13");
  }

  @Test
  void allMistakesOfAFileComeAtOnceAndInItsOrder() {
    assertThat(
            Read.mistakes(
                """
                default-plan: fre
                default-zone: Europe/Berln
                plans:
                  free: {lable: Free}
                  pro: {actions: [{rel: upgrade, label: See plans, href: "ftp://example.com"}]}
                quotas:
                  chat:
                    unit: message
                    limits:
                      burst: 10 per minte
                      daily: {limit: 50 per calendar day, warn-at: 60 left}
                    plans: {prro: {daily: 500}, pro: {dialy: 500}}
                    primary: weekly
                  image:
                    limits: 20 per calendar month
                    wran-at: 80%
                    grace: 0%
                    cost: 2 * pixels
                  search: {limits: {}}
                """))
        .containsExactly(
            "1:1: the key `version` is missing, such as `version: 1`",
            "1:15: unknown plan `fre`, did you mean `free`? Allowed: free, pro",
            "2:15: unknown time zone `Europe/Berln`, did you mean `Europe/Berlin`?",
            "4:10: unknown key `lable`, did you mean `label`? Allowed: label, labels, actions",
            "5:58: href must be an http, https, mailto or relative address, was"
                + " \"ftp://example.com\"",
            "8:11: `unit` must be a mapping such as {name: message, label: messages}, was"
                + " `message`",
            "10:21: expected second, minute, hour, day, week or calendar …, was \"minte\""
                + PHRASES,
            "11:52: warn-at must leave less than the capacity of limit daily, which is 50, was \"60"
                + " left\"",
            "12:13: unknown plan `prro`, did you mean `pro`? Allowed: free, pro",
            "12:39: unknown limit `dialy`, did you mean `daily`? Allowed: burst, daily",
            "13:14: unknown limit `weekly`; allowed: burst, daily",
            "16:5: unknown key `wran-at`, did you mean `warn-at`? Allowed: " + QUOTA_KEYS,
            "17:12: grace must be between 1% and 100%, was 0%",
            "18:15: unknown name `pixels`; allowed: " + NAMES,
            "19:20: a quota must have at least one limit");
  }

  private static Arguments line(String line, String... mistakes) {
    return arguments(line, List.of(mistakes));
  }
}
