package dev.quota.models;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quota.Quotas;
import dev.quota.Subject;
import dev.quota.policy.Capacity;
import dev.quota.policy.QuotaPolicy;
import dev.quota.usage.UsageReport;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What holds for all sums of usage. Failures name the seed. */
@Tag("once")
final class UsageSumsTest {

  private static final int CASES = 300;
  private static final String COST =
      "input_tokens + 0.1 * cached_input_tokens + 1.25 * cache_write_5m_input_tokens"
          + " + 2 * cache_write_1h_input_tokens + 5 * output_tokens + 7 * images";

  private static UsageReport any(SplittableRandom random, long most) {
    long written = random.nextLong(most);
    return UsageReport.builder()
        .inputTokens(random.nextLong(most))
        .cachedInputTokens(random.nextLong(most))
        .cacheWriteInputTokens(written)
        .cacheWrite1hInputTokens(random.nextLong(written + 1))
        .outputTokens(random.nextLong(most))
        .reasoningTokens(random.nextLong(most))
        .amount("images", random.nextLong(10))
        .build();
  }

  private static UsageReport sum(List<UsageReport> reports) {
    return reports.stream().reduce(UsageReport.builder().build(), UsageReport::plus);
  }

  private static List<UsageReport> some(SplittableRandom random, long most) {
    List<UsageReport> reports = new ArrayList<>();
    for (int i = random.nextInt(1, 8); i > 0; i--) {
      reports.add(any(random, most));
    }
    return reports;
  }

  @ParameterizedTest
  @ValueSource(longs = {101, 102, 103})
  void theOrderOfReportsDoesNotMatterAndNothingIsLost(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    for (int i = 0; i < CASES; i++) {
      List<UsageReport> reports = some(random, 1_000_000);
      UsageReport sum = sum(reports);
      List<UsageReport> shuffled = new ArrayList<>(reports);
      Collections.shuffle(shuffled, new Random(random.nextLong()));

      assertThat(sum(shuffled)).as("seed %d", seed).isEqualTo(sum);
      for (String name : UsageReport.NAMES) {
        assertThat(sum.amount(name))
            .as("%s, seed %d", name, seed)
            .isEqualTo(reports.stream().mapToLong(it -> it.amount(name)).sum());
      }
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {104, 105})
  void theLargestReportsHaveAPossibleSum(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    for (int i = 0; i < CASES; i++) {
      UsageReport sum = sum(some(random, Capacity.MAX_UNITS / 4));

      assertThat(UsageReport.NAMES)
          .as("seed %d", seed)
          .allSatisfy(it -> assertThat(sum.amount(it)).isBetween(0L, Capacity.MAX_UNITS));
      assertThat(sum.cacheWrite1hInputTokens()).isLessThanOrEqualTo(sum.cacheWriteInputTokens());
    }
  }

  /** A sum is rounded once, so it costs at most what its parts cost, and no unit less for each. */
  @ParameterizedTest
  @ValueSource(longs = {106, 107})
  void aSumCostsWhatItsPartsCostButForRounding(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    QuotaPolicy policy =
        QuotaPolicy.builder("tokens")
            .limit("daily", "1000 per calendar day")
            .usageNames("images")
            .cost(COST)
            .build();
    for (int i = 0; i < CASES; i++) {
      List<UsageReport> reports = some(random, 1_000);
      long parts = reports.stream().mapToLong(policy::costOf).sum();

      assertThat(policy.costOf(sum(reports)))
          .as("seed %d", seed)
          .isLessThanOrEqualTo(parts)
          .isGreaterThan(parts - reports.size());
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {108, 109})
  void theResultsOfABatchAreTheSumOfItsCalls(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    for (int i = 0; i < CASES; i++) {
      StringBuilder batch = new StringBuilder();
      List<UsageReport> each = new ArrayList<>();
      for (int call = random.nextInt(1, 6); call > 0; call--) {
        long in = random.nextLong(10_000);
        long cached = random.nextLong(in + 1);
        long out = random.nextLong(10_000);
        String usage =
            "{\"prompt_tokens\":%d,\"completion_tokens\":%d,\"total_tokens\":%d,\"prompt_tokens_details\":{\"cached_tokens\":%d}}"
                .formatted(in, out, in + out, cached);
        batch
            .append("{\"custom_id\":\"%d\",\"response\":{\"body\":{\"usage\":".formatted(call))
            .append(usage)
            .append("}}}\n");
        each.add(UsageJson.read("{\"usage\":" + usage + "}").orElseThrow());
      }

      assertThat(UsageJson.read(batch.toString())).as("seed %d", seed).contains(sum(each));
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {110, 111})
  void aCallIsChargedTheCostOfTheSumOfItsRounds(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    QuotaPolicy policy =
        QuotaPolicy.builder("tokens")
            .limit("daily", "900000000 per calendar day")
            .usageNames("images")
            .cost(COST)
            .build();
    try (Quotas quotas = Quotas.builder().policy(policy).build()) {
      ModelCalls calls = ModelCalls.builder(quotas, "tokens").build();
      for (int i = 0; i < CASES; i++) {
        List<UsageReport> reports =
            some(random, 1_000).stream()
                .map(it -> it.toBuilder().outputTokens(it.outputTokens() + 2).build())
                .toList();
        ModelCall call =
            calls.begin(
                Subject.user("p" + i),
                new ModelRequest(
                    Optional.empty(),
                    random.nextLong(2_000),
                    OptionalLong.of(random.nextInt(500))));
        for (UsageReport report : reports) {
          boolean unused = ModelCalls.await(call.beginRound(random.nextLong(100)));
          call.endRound(Optional.of(report));
        }

        assertThat(ModelCalls.await(call.end()).charged())
            .as("seed %d", seed)
            .isEqualTo(policy.costOf(sum(reports)));
      }
    }
  }
}
