package dev.quota.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quota.Quotas;
import dev.quota.http.answer.HeaderFields;
import dev.quota.http.request.RequestView;
import dev.quota.policy.QuotaPolicy;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which headers of a charge an answer has, for adapters that know all other headers at once. */
class ShownHeadersTest {

  private final Quotas quotas =
      Quotas.builder()
          .policy(QuotaPolicy.builder("chat").limit("daily", "50 per calendar day").build())
          .build();
  private final QuotaHttp http = QuotaHttp.builder(quotas).refundOn("5xx", "415").build();

  @AfterEach
  void close() {
    quotas.close();
  }

  private record Request(String method) implements RequestView {
    @Override
    public List<String> headers(String name) {
      return List.of();
    }

    @Override
    public String authority() {
      return "shop.example";
    }

    @Override
    public String target() {
      return "/chat";
    }

    @Override
    public boolean allowsOtherOrigins() {
      return false;
    }
  }

  private List<String> shown(String method, int status, Map<String, List<String>> others) {
    HeaderFields ours = new HeaderFields();
    ours.put("RateLimit", "\"chat\";r=1");
    ours.put("Quota-Level", "chat=ok");
    return http.shown(ours, status, new Request(method), others).names();
  }

  @ParameterizedTest
  @ValueSource(ints = {200, 201, 204, 400, 404, 429})
  void answersHaveThem(int status) {
    assertThat(shown("GET", status, Map.of())).containsExactly("RateLimit", "Quota-Level");
  }

  @ParameterizedTest
  @ValueSource(ints = {302, 304, 415, 500, 503})
  void redirectsFailuresAndRefundsHaveNone(int status) {
    assertThat(shown("GET", status, Map.of())).isEmpty();
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
    assertThat(shown(method, 200, Map.of(name, List.of(value))).isEmpty()).isNotEqualTo(shown);
  }

  @Test
  void theEndpointHasTheLastWord() {
    assertThat(shown("GET", 200, Map.of("ratelimit", List.of("mine"))))
        .containsExactly("Quota-Level");
  }
}
