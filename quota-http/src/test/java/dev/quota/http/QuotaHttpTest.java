package dev.quota.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quota.Quotas;
import dev.quota.Reservation;
import dev.quota.Subject;
import dev.quota.http.answer.Answer;
import dev.quota.http.answer.SentHeaders;
import dev.quota.http.request.RequestEnd;
import dev.quota.policy.QuotaPolicy;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What an adapter sees, without a server. */
final class QuotaHttpTest {

  private static final Instant NOW = Instant.parse("2026-11-23T14:59:30Z");

  private final Quotas quotas =
      Quotas.builder()
          .policy(QuotaPolicy.builder("chat").limit("daily", "2 per calendar day").build())
          .policy(QuotaPolicy.builder("run").limit("steps", "2 calls per conversation").build())
          .clock(NOW::toEpochMilli)
          .build();
  private final QuotaHttp http = QuotaHttp.builder(quotas).build();

  @AfterEach
  void close() {
    quotas.close();
  }

  private long used() {
    return quotas
        .states(Subject.user("alice"))
        .quota("chat")
        .orElseThrow()
        .primary()
        .used()
        .orElseThrow();
  }

  @Test
  void anEndpointRunsWithHeadersUntilItsQuotaRefuses() {
    Begun first = http.begin(SampleRequest.get("chat"));
    assertThat(first).isInstanceOf(Proceed.class);
    Proceed proceed = (Proceed) first;
    assertThat(proceed.headers().get("RateLimit")).isEqualTo("\"chat.daily\";r=1;t=32430");
    proceed.exchange().end(RequestEnd.DELIVERED);
    assertThat(http.begin(SampleRequest.get("chat"))).isInstanceOf(Proceed.class);

    Begun third = http.begin(SampleRequest.get("chat"));

    assertThat(third).isInstanceOf(Refuse.class);
    Answer refused = ((Refuse) third).answer();
    assertThat(refused.status()).isEqualTo(429);
    SentHeaders sent = new SentHeaders();
    refused.writeHeaders(sent);
    assertThat(sent.values("Cache-Control")).containsExactly("no-store");
    assertThat(refused.headers().get("x-should-retry")).isEqualTo("false");
    assertThat(refused.content().type()).isEqualTo("application/problem+json");
    assertThat(new String(refused.content().bytes(), StandardCharsets.UTF_8))
        .contains("\"code\":\"quota.exhausted.calendar\"");
  }

  @Test
  void aFailureGivesTheChargeAndTheReservationBack() {
    Exchange exchange = ((Proceed) http.begin(SampleRequest.get("chat"))).exchange();
    Reservation reserved = exchange.reservations().reserve("chat", 1);
    assertThat(reserved.isAllowed()).isTrue();
    assertThat(exchange.states().binding().primary().remaining()).hasValue(0);
    exchange.end(RequestEnd.FAILED);
    assertThat(used()).isZero();
  }

  @Test
  void whatIsCutShortIsCharged() {
    Exchange exchange = ((Proceed) http.begin(SampleRequest.get("chat"))).exchange();
    exchange.end(RequestEnd.CUT_SHORT);
    assertThat(used()).isEqualTo(1);
  }

  @Test
  void aKeyIsChargedOnceAndNotUsedForSomethingElse() {
    Exchange first = ((Proceed) http.begin(SampleRequest.keyed("k1"))).exchange();
    assertThat(first.key()).isPresent();
    assertThat(first.key().orElseThrow().identify("hello")).isEmpty();
    Answer running = ((Refuse) http.begin(SampleRequest.keyed("k1"))).answer();
    assertThat(running.status()).isEqualTo(409);
    first.end(RequestEnd.DELIVERED);

    Exchange again = ((Proceed) http.begin(SampleRequest.keyed("k1"))).exchange();
    assertThat(again.isRepetition()).isTrue();
    assertThat(again.key().orElseThrow().identify("hello")).isEmpty();
    again.end(RequestEnd.DELIVERED);
    Exchange other = ((Proceed) http.begin(SampleRequest.keyed("k1"))).exchange();
    assertThat(other.key().orElseThrow().identify("something else"))
        .map(Answer::status)
        .hasValue(422);
    assertThat(used()).isEqualTo(1);
  }

  @Test
  void aConversationGoesOnWithItsHeader() {
    String header =
        ((Proceed) http.begin(SampleRequest.get("run"))).headers().get("Quota-Conversation");
    assertThat(header).isNotNull();
    SampleRequest next = SampleRequest.get("run").with("Quota-Conversation", header);
    assertThat(http.begin(next)).isInstanceOf(Proceed.class);
    assertThat(((Refuse) http.begin(next)).answer().status()).isEqualTo(429);
    SampleRequest forged = SampleRequest.get("run").with("Quota-Conversation", "\"x\"");
    assertThat(((Refuse) http.begin(forged)).answer().status()).isEqualTo(400);
  }

  @Test
  void aPageIsForWhoNavigates() {
    SampleRequest browser = SampleRequest.get("chat").with("Accept", "text/html");
    assertThat(http.begin(browser)).isInstanceOf(Proceed.class);
    assertThat(http.begin(browser)).isInstanceOf(Proceed.class);
    Answer page = ((Refuse) http.begin(browser)).answer();
    assertThat(page.form()).isEqualTo(Answer.Form.PAGE);
    assertThat(page.content().type()).startsWith("text/html");
    assertThat(page.content().headers().get("Content-Security-Policy")).contains("'nonce-");
  }

  @Test
  void statesAndFilesAreAnswered() {
    Answer state = http.state("/state", SampleRequest.get("chat"));
    assertThat(state.status()).isEqualTo(200);
    assertThat(state.content().type()).isEqualTo("application/json");
    assertThat(http.state("/quota.js", SampleRequest.get("chat")).headers().get("ETag"))
        .isNotNull();
    assertThat(
            http.state(http.componentPath(), SampleRequest.get("chat"))
                .headers()
                .get("Cache-Control"))
        .contains("immutable");
    assertThat(http.state("/else", SampleRequest.get("chat")).status()).isEqualTo(404);
  }

  @Test
  void aNoticeIsAnEventAndItsData() {
    Exchange exchange = ((Proceed) http.begin(SampleRequest.get("chat"))).exchange();
    Notice notice = exchange.notices().cut(exchange.reservations().reserve("chat", 1));
    assertThat(notice.event()).isEqualTo("quota");
    assertThat(notice.data()).startsWith("{\"reason\":\"cut\"").doesNotContain("\n");
    assertThat(notice.frame()).isEqualTo("event: quota\ndata: " + notice.data() + "\n\n");
  }
}
