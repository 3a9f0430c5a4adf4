package dev.quota.benchmarks.redis;

import dev.quota.Quotas;
import dev.quota.Subject;
import dev.quota.policy.QuotaPolicy;
import dev.quota.policy.Scope;
import dev.quota.redis.RedisQuotaStore;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.IntConsumer;

/**
 * The latency of one caller for decisions over four scopes and over one, and for reservations, by
 * turns on one Redis. Prints medians and their ratios, and the number of calls to Redis.
 */
public final class Reservations {

  private static final int ROUNDS = 15;
  private static final int CALLS = 400;
  private static final Duration BUDGET = Duration.ofSeconds(3);

  private Reservations() {}

  /**
   * Measures and prints.
   *
   * @param arguments none
   * @throws IOException if Redis does not start or answer
   */
  public static void main(String[] arguments) throws IOException {
    try (RedisProcess redis = RedisProcess.start();
        RedisConsole console = redis.console();
        Quotas quotas =
            Quotas.builder()
                .store(
                    RedisQuotaStore.builder("redis://127.0.0.1:" + redis.port())
                        .timeBudget(BUDGET)
                        .build())
                .policy(
                    QuotaPolicy.builder("one")
                        .limit("daily", "9000000000 per calendar day")
                        .build())
                .policy(four())
                .policy(
                    QuotaPolicy.builder("held")
                        .limit("daily", "9000000000 per calendar day")
                        .build())
                .policy(fourHeld())
                .build()) {
      Map<String, IntConsumer> cases = new LinkedHashMap<>();
      cases.put("charge, one scope", user -> quotas.charge(subject(user), "one", 1));
      cases.put("charge, four scopes", user -> quotas.charge(subject(user), "four", 1));
      cases.put(
          "reserve and settle, one scope",
          user -> quotas.reserve(subject(user), "held", 10).settle(5));
      cases.put(
          "reserve and settle, four scopes",
          user -> quotas.reserve(subject(user), "four-held", 10).settle(5));
      measure(cases, console);
    }
  }

  private static QuotaPolicy four() {
    return scoped("four");
  }

  private static QuotaPolicy fourHeld() {
    return scoped("four-held");
  }

  private static QuotaPolicy scoped(String name) {
    return QuotaPolicy.builder(name)
        .limit("daily", "9000000000 per calendar day")
        .limit("team", "9000000000 per calendar day per team")
        .limit("org", "9000000000 per calendar day per org")
        .limit("all", "9000000000 per calendar day per global")
        .build();
  }

  private static Subject subject(int user) {
    return Subject.builder(Subject.Kind.USER, "user" + user)
        .group(Scope.TEAM, "team" + user % 10)
        .group(Scope.ORG, "org" + user % 3)
        .build();
  }

  private static void measure(Map<String, IntConsumer> cases, RedisConsole console)
      throws IOException {
    Map<String, List<Double>> medians = new LinkedHashMap<>();
    Map<String, Double> calls = new LinkedHashMap<>();
    for (int round = 0; round <= ROUNDS; round++) {
      for (Map.Entry<String, IntConsumer> each : cases.entrySet()) {
        long before = scripts(console);
        double median = median(each.getValue());
        if (round > 0) {
          medians.computeIfAbsent(each.getKey(), key -> new ArrayList<>()).add(median);
          calls.put(each.getKey(), (double) (scripts(console) - before) / CALLS);
        }
      }
    }
    List<Double> floor = medians.getOrDefault("charge, one scope", List.of());
    System.out.println("| one caller | median µs | of a charge of one scope | calls of Redis |");
    System.out.println("| --- | --- | --- | --- |");
    medians.forEach(
        (name, found) -> {
          List<Double> ratios = new ArrayList<>();
          for (int i = 0; i < found.size(); i++) {
            ratios.add(found.get(i) / floor.get(i));
          }
          System.out.printf(
              Locale.ROOT,
              "| %s | %.0f | %.2f (%.2f–%.2f) | %.2f |%n",
              name,
              middle(found),
              middle(ratios),
              ratios.stream().min(Double::compare).orElse(0.0),
              ratios.stream().max(Double::compare).orElse(0.0),
              calls.getOrDefault(name, 0.0));
        });
  }

  private static double middle(List<Double> values) {
    return values.stream().sorted().skip(values.size() / 2).findFirst().orElse(0.0);
  }

  private static double median(IntConsumer work) {
    double[] micros = new double[CALLS];
    for (int i = 0; i < CALLS; i++) {
      long begun = System.nanoTime();
      work.accept(i % 50);
      micros[i] = (System.nanoTime() - begun) / 1_000.0;
    }
    Arrays.sort(micros);
    return micros[CALLS / 2];
  }

  private static long scripts(RedisConsole console) throws IOException {
    String line = console.field("commandstats", "cmdstat_evalsha");
    return line.isEmpty() ? 0 : Long.parseLong(line.replaceFirst("calls=(\\d+),.*", "$1"));
  }
}
