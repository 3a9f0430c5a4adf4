package dev.quota.micrometer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quota.Quotas;
import dev.quota.Subject;
import dev.quota.models.ModelCall;
import dev.quota.models.ModelCalls;
import dev.quota.models.ModelRequest;
import dev.quota.models.UsageFaults;
import dev.quota.models.UsageJson;
import dev.quota.policy.QuotaPolicy;
import dev.quota.usage.UsageReport;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class UsageMetricsTest {

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

  private double count(String kind) {
    return registry.get("quota.usage.faults").tag("kind", kind).functionCounter().count();
  }

  @Test
  void countsAnswersOfEachKind() {
    new UsageMetrics().bindTo(registry);
    double unknown = count("unknown_shape");
    double missing = count("missing");
    UsageReport estimate = UsageReport.builder().inputTokens(7).build();

    UsageReport unused = UsageJson.readOr("{\"usage\": {\"glyph_tokens\": 12}}", estimate);
    callThatReportsNothing();

    assertThat(count("unknown_shape")).isEqualTo(unknown + 1);
    assertThat(count("missing")).isEqualTo(missing + 1);
  }

  private static void callThatReportsNothing() {
    QuotaPolicy policy =
        QuotaPolicy.builder("tokens")
            .limit("daily", "1000 per calendar day")
            .cost("input_tokens")
            .build();
    try (Quotas quotas = Quotas.builder().policy(policy).build()) {
      ModelCall call =
          ModelCalls.builder(quotas, "tokens")
              .build()
              .begin(
                  Subject.user("alice"),
                  new ModelRequest(Optional.empty(), 7, OptionalLong.empty()));
      boolean unused = ModelCalls.await(call.beginRound(7));
      call.endRound(Optional.empty());
      var unusedEnd = ModelCalls.await(call.end());
    }
  }

  @Test
  void hasACounterForEachKindWithTheTagsOfTheApplication() {
    new UsageMetrics(Tags.of("node", "a")).bindTo(registry);

    assertThat(registry.find("quota.usage.faults").tag("node", "a").functionCounters())
        .extracting((FunctionCounter it) -> it.getId().getTag("kind"))
        .containsExactlyInAnyOrderElementsOf(UsageFaults.kinds());
  }
}
