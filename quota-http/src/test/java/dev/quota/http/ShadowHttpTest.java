package dev.quota.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quota.QuotaEvent;
import dev.quota.Quotas;
import dev.quota.http.answer.Answer;
import dev.quota.http.answer.HeaderDialect;
import dev.quota.http.internal.header.QuotaHeaders;
import dev.quota.http.request.RequestEnd;
import dev.quota.policy.LimitPolicy;
import dev.quota.policy.Mode;
import dev.quota.policy.QuotaPolicy;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** People learn nothing of what is in shadow mode: not from headers, JSON or pages. */
final class ShadowHttpTest {

  private final List<QuotaEvent> events = new ArrayList<>();
  private final Quotas quotas =
      Quotas.builder()
          .policy(
              QuotaPolicy.builder("tried")
                  .limit("daily", "1 per calendar day")
                  .mode(Mode.SHADOW)
                  .build())
          .policy(
              QuotaPolicy.builder("chat")
                  .limit("daily", "9 per calendar day")
                  .limit(LimitPolicy.of("hourly", "1 per hour").withMode(Mode.SHADOW))
                  .build())
          .policy(QuotaPolicy.builder("image").limit("daily", "3 per calendar day").build())
          .clock(() -> Instant.parse("2026-11-23T14:59:30Z").toEpochMilli())
          .listener(events::add)
          .build();

  @AfterEach
  void close() {
    quotas.close();
  }

  private static SampleRequest charging(String... quotas) {
    return SampleRequest.get(quotas).with("Accept", "text/html");
  }

  private static String body(Answer answer) {
    return new String(answer.content().bytes(), StandardCharsets.UTF_8);
  }

  private long shadowRefusals() {
    return events.stream().filter(QuotaEvent.ShadowRefused.class::isInstance).count();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aRequestThatChargesOnlyAShadowHasNoHeaders(boolean legacy) {
    QuotaHttp http =
        QuotaHttp.builder(quotas)
            .headers(legacy ? HeaderDialect.legacyX() : HeaderDialect.draft11())
            .build();
    for (int i = 0; i < 3; i++) {
      Proceed proceed = (Proceed) http.begin(charging("tried"));
      assertThat(proceed.headers().names()).isEmpty();
      assertThat(QuotaHeaders.exposed(proceed.headers())).isEmpty();
      proceed.exchange().end(RequestEnd.DELIVERED);
    }
    assertThat(shadowRefusals()).isEqualTo(2);
  }

  @Test
  void otherQuotasKeepTheirHeaders() {
    QuotaHttp http = QuotaHttp.builder(quotas).build();
    Proceed alone = (Proceed) http.begin(charging("image"));
    Proceed both = (Proceed) http.begin(charging("tried", "image"));
    assertThat(alone.headers().get("Quota-Level")).isEqualTo("image=ok");
    assertThat(both.headers().get("Quota-Level")).isEqualTo("image=ok");
    assertThat(both.headers().get("RateLimit")).isEqualTo("\"image.daily\";r=1;t=32430");
    assertThat(both.headers().get("RateLimit-Policy"))
        .isEqualTo(alone.headers().get("RateLimit-Policy"));
    Proceed mixed = (Proceed) http.begin(charging("chat"));
    assertThat(mixed.headers().get("RateLimit-Policy")).doesNotContain("hourly");
  }

  @Test
  void theStateAndARefusalDoNotNameIt() {
    QuotaHttp http = QuotaHttp.builder(quotas).build();
    for (int i = 0; i < 3; i++) {
      http.begin(charging("tried", "chat", "image"));
    }
    String state = body(http.state("/state", charging("image")));
    assertThat(state).contains("\"image\"", "\"chat\"").doesNotContain("tried", "hourly");
    Answer refused = ((Refuse) http.begin(charging("tried", "chat", "image"))).answer();
    assertThat(body(refused))
        .contains("No requests left today")
        .doesNotContain("tried", "Tried", "hourly");
    refused
        .headers()
        .names()
        .forEach(
            name ->
                assertThat(refused.headers().get(name))
                    .doesNotContain("tried")
                    .doesNotContain("hourly"));
  }

  @Test
  void theStateEndpointDoesNotKnowIt() {
    QuotaHttp http = QuotaHttp.builder(quotas).build();
    for (String path : List.of("/state", "/check")) {
      Answer answer = http.state(path, charging().asking(Map.of("quota", "tried", "cost", "1")));
      assertThat(answer.status()).isEqualTo(404);
      assertThat(body(answer)).contains("chat, image");
    }
  }
}
