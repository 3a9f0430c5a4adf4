package dev.quota.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quota.Charge;
import dev.quota.Quotas;
import dev.quota.Subject;
import dev.quota.http.answer.SentHeaders;
import dev.quota.policy.QuotaPolicy;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which headers of a charge an answer has, for adapters that know all other headers at once. */
class ChargeHeadersTest {

  private static final String EXPOSED = "Access-Control-Expose-Headers";

  private final Quotas quotas =
      Quotas.builder()
          .policy(QuotaPolicy.builder("chat").limit("daily", "50 per calendar day").build())
          .build();
  private final QuotaHttp http = QuotaHttp.builder(quotas).refundOn("5xx", "415").build();
  private final SentHeaders sent = new SentHeaders();

  @AfterEach
  void close() {
    quotas.close();
  }

  private Proceed begin() {
    return (Proceed) http.begin(SampleRequest.get("chat"));
  }

  private SentHeaders written(String method, int status) {
    SampleRequest request =
        method.equals("POST") ? SampleRequest.post("chat") : SampleRequest.get("chat");
    http.headersOf((Proceed) http.begin(request), request).writeTo(sent, status);
    return sent;
  }

  @ParameterizedTest
  @ValueSource(ints = {200, 201, 204, 400, 404, 429})
  void answersHaveThem(int status) {
    assertThat(written("GET", status).names())
        .containsExactlyInAnyOrder("RateLimit", "RateLimit-Policy", "Quota-Level");
  }

  @ParameterizedTest
  @ValueSource(ints = {302, 304, 415, 500, 503})
  void redirectsFailuresAndRefundsHaveNone(int status) {
    assertThat(written("GET", status).names()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "GET, Cache-Control, public, false",
    "GET, cache-control, max-age=0, false",
    "GET, CDN-CACHE-CONTROL, max-age=60, false",
    "GET, ETag, x, false",
    "POST, ETag, x, true",
    "GET, Cache-Control, private, true",
  })
  void whatSharedCachesMayStoreHasNone(String method, String name, String value, boolean shown) {
    sent.add(name, value);
    assertThat(written(method, 200).names().contains("RateLimit")).isEqualTo(shown);
  }

  @Test
  void theEndpointHasTheLastWord() {
    sent.add("ratelimit", "mine");
    assertThat(written("GET", 200).names())
        .containsExactlyInAnyOrder("ratelimit", "RateLimit-Policy", "Quota-Level");
  }

  @Test
  void theyAreOfTheNewestState() {
    Proceed proceed = begin();
    ChargeHeaders headers = http.headersOf(proceed, SampleRequest.get("chat"));
    proceed.exchange().charge(Subject.user("alice"), List.of(new Charge("chat", 9)));
    headers.writeTo(sent, 200);
    assertThat(sent.values("RateLimit").get(0)).startsWith("\"chat.daily\";r=40");
  }

  @Test
  void thereAreNoneAfterARefund() {
    Proceed proceed = begin();
    ChargeHeaders headers = http.headersOf(proceed, SampleRequest.get("chat"));
    assertThat(proceed.exchange().refund()).isTrue();
    headers.writeTo(sent.with("Access-Control-Allow-Origin", "*"), 200);
    assertThat(sent.names()).containsExactly("Access-Control-Allow-Origin");
  }

  @Test
  void onlyAPageOfAnotherOriginThatMayReadTheAnswerLearnsTheirNames() {
    assertThat(written("GET", 200).names()).doesNotContain(EXPOSED);
    sent.add("access-control-allow-origin", "https://shop.example");
    assertThat(written("GET", 200).values(EXPOSED)).contains("RateLimit", "Quota-Level");
  }
}
