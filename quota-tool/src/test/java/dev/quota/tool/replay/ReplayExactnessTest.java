package dev.quota.tool.replay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quota.Decision;
import dev.quota.QuotaEvent;
import dev.quota.QuotaListener;
import dev.quota.Quotas;
import dev.quota.Subject;
import dev.quota.policy.Policies;
import dev.quota.policy.PolicyFile;
import dev.quota.policy.Scope;
import dev.quota.store.ManualClock;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A replay says the same as an engine that is charged row by row. */
final class ReplayExactnessTest {

  private static final Policies NEW =
      policies(
          """
          version: 1
          default-plan: free
          default-zone: Europe/Berlin
          plans: {free: {}, pro: {}, none: {}}
          quotas:
            chat:
              limits:
                burst: {limit: 4 per minute, warn-at: 75%}
                session: {limit: 7 per session of 5 hours, warn-at: 80%}
                daily: 20 per calendar day
                weekly: 90 per calendar week from sunday
              plans: {pro: {daily: 60, weekly: unlimited}, none: {daily: 0}}
              warn-at: [80%, 2 left]
            tokens:
              limits:
                monthly: 3_000 per billing cycle from day 31
                all: 40_000 per calendar month in UTC per org
                team: 9_000 per day per team
              warn-at: 90%
              when-exhausted: degrade
              degrade-to: small
            small: {limits: [500 per 7 days, 900 per sliding 9 days], warn-at: 50%}
            image: {limits: [3 per 2 hours, 30 per calendar month], on-store-failure: allow}
            seen: {limits: 10 per calendar day, when-exhausted: observe, warn-at: 100%}
            running: {limits: [2 at once, 900 per calendar day per global]}
            tried:
              limits:
                daily: 12 per calendar day
                hourly: {limit: 2 per hour, mode: shadow}
                all: {limit: 300 per calendar week in UTC per org, mode: shadow}
          """);
  private static final Policies OLD =
      policies(
          """
          version: 1
          plans: {pro: {}, free: {}}
          quotas:
            chat: {limits: 25 per calendar day, warn-at: 60%, when-exhausted: degrade}
            tokens: {limits: 2_000 per calendar week}
            image: {limits: 4 per sliding day, warn-at: 100%}
            seen: {limits: 2 per session of 1 day}
            running: {limits: 100 per calendar day}
            tried: {limits: 4 per calendar day, mode: shadow}
          """);

  @TempDir private Path folder;

  private record Row(
      Instant at,
      String id,
      String plan,
      String zone,
      String team,
      String org,
      String quota,
      long cost) {}

  private static Policies policies(String yaml) {
    return PolicyFile.read("policies", new StringReader(yaml));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void saysTheSameAsAnEngine(long seed) throws Exception {
    SplittableRandom random = new SplittableRandom(seed);
    List<Row> rows = rows(random, 6_000);
    Path log = write(rows);

    ReplayReport report =
        Replay.run(log.toString(), NEW, Optional.of(OLD), Logs.options(), bytes -> {});

    Map<String, Object> json = report.toJson();
    assertThat(json).as("seed %s", seed).containsEntry("rowsRead", 6_000L);
    assertThat(json).containsEntry("rowsBad", 0L);
    assertThat(numbers(json.get("policies")))
        .as("new, seed %s", seed)
        .isEqualTo(charged(NEW, rows));
    assertThat(numbers(json.get("against"))).as("old, seed %s", seed).isEqualTo(charged(OLD, rows));
    assertThat(report.policies().tally().all.refusals).isGreaterThan(100);
    assertThat(report.policies().tally().all.degradations).isPositive();
    assertThat(report.policies().tally().all.shadowRefusals).isPositive();
  }

  private static List<Row> rows(SplittableRandom random, int count) {
    List<String> zones =
        List.of(
            "", "America/Havana", "Europe/Berlin", "Pacific/Apia", "+05:30", "America/Sao_Paulo");
    List<String> plans = List.of("", "free", "pro", "none", "unheard-of");
    List<String> quotas =
        List.of("chat", "chat", "tokens", "image", "seen", "running", "small", "tried");
    // A leap day, and the nights on which clocks change, are in these months.
    Instant at =
        Instant.parse(random.nextBoolean() ? "2024-02-20T00:00:00Z" : "2025-10-20T00:00:00Z");
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      at =
          at.plusMillis(
              random.nextInt(20) == 0 ? 0 : random.nextLong(Duration.ofMinutes(20).toMillis()));
      int person = (int) (40 * Math.pow(random.nextDouble(), 2));
      String quota = quotas.get(random.nextInt(quotas.size()));
      long cost = quota.equals("tokens") ? random.nextLong(400) : random.nextLong(3);
      String plan = random.nextInt(50) == 0 ? "pro" : plans.get(person % plans.size());
      rows.add(
          new Row(
              at,
              "person " + person,
              plan,
              zones.get(person % zones.size()),
              person % 3 == 0 ? "" : "team" + person % 4,
              person % 5 == 0 ? "" : "org" + person % 2,
              quota,
              cost));
    }
    return rows;
  }

  private Path write(List<Row> rows) throws Exception {
    StringBuilder csv = new StringBuilder("time,subject,plan,zone,team,org,quota,cost\n");
    for (Row row : rows) {
      csv.append(
          String.join(
              ",",
              row.at().toString(),
              row.id(),
              row.plan(),
              row.zone(),
              row.team(),
              row.org(),
              row.quota(),
              Long.toString(row.cost())));
      csv.append('\n');
    }
    return Files.writeString(folder.resolve("log.csv"), csv, StandardCharsets.UTF_8);
  }

  /** Charges row by row, without anything of the replay. */
  private static Map<String, Long> charged(Policies policies, List<Row> rows) {
    ManualClock clock = new ManualClock(Instant.EPOCH);
    Set<String> warned = new HashSet<>();
    Set<String> people = new HashSet<>();
    Set<String> refused = new HashSet<>();
    Set<String> unwarned = new HashSet<>();
    Set<String> degraded = new HashSet<>();
    List<String> shadow = new ArrayList<>();
    long refusals = 0;
    long worst = 0;
    QuotaListener warnings =
        QuotaListener.on(
            QuotaEvent.ThresholdCrossed.class, event -> warned.add(event.subject().id()));
    try (Quotas quotas =
        Quotas.builder()
            .policies(policies)
            .clock(clock)
            .listener(warnings)
            .listener(
                QuotaListener.on(
                    QuotaEvent.ShadowRefused.class, event -> shadow.add(event.subject().id())))
            .build()) {
      for (Row row : rows) {
        people.add(row.id());
        if (!policies.names().contains(row.quota())) {
          continue;
        }
        clock.set(row.at());
        Decision decision = quotas.charge(subject(row), row.quota(), row.cost());
        if (decision instanceof Decision.Allowed allowed) {
          allowed.receipt().close();
          if (allowed.isDegraded()) {
            degraded.add(row.id());
          }
          continue;
        }
        refusals++;
        refused.add(row.id());
        if (!warned.contains(row.id())) {
          unwarned.add(row.id());
        }
        if (decision instanceof Decision.Denied denied) {
          worst = Math.max(worst, denied.retryAfter().toMillis());
        }
      }
    }
    Map<String, Long> numbers = new LinkedHashMap<>();
    numbers.put("people", (long) people.size());
    numbers.put("warned", (long) warned.size());
    numbers.put("refused", (long) refused.size());
    numbers.put("refusedUnwarned", (long) unwarned.size());
    numbers.put("degraded", (long) degraded.size());
    numbers.put("refusals", refusals);
    numbers.put("shadowRefused", (long) Set.copyOf(shadow).size());
    numbers.put("shadowRefusals", (long) shadow.size());
    numbers.put("worst", worst);
    return numbers;
  }

  private static Subject subject(Row row) {
    Subject.Builder subject = Subject.builder(Subject.Kind.USER, row.id());
    if (!row.plan().isEmpty()) {
      subject.plan(row.plan());
    }
    if (!row.zone().isEmpty()) {
      subject.zone(ZoneId.of(row.zone()));
    }
    if (!row.team().isEmpty()) {
      subject.group(Scope.TEAM, row.team());
    }
    if (!row.org().isEmpty()) {
      subject.group(Scope.ORG, row.org());
    }
    return subject.build();
  }

  private static Map<String, Long> numbers(Object side) {
    Map<?, ?> json = (Map<?, ?>) side;
    Map<String, Long> numbers = new LinkedHashMap<>();
    for (String name :
        List.of(
            "people",
            "warned",
            "refused",
            "refusedUnwarned",
            "degraded",
            "refusals",
            "shadowRefused",
            "shadowRefusals")) {
      numbers.put(name, ((Number) json.get(name)).longValue());
    }
    Map<?, ?> wait = (Map<?, ?>) json.get("worstWait");
    numbers.put(
        "worst", wait == null ? 0 : Duration.parse((String) wait.get("duration")).toMillis());
    return numbers;
  }
}
