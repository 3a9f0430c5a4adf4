package dev.quota.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quota.Charge;
import dev.quota.Decision;
import dev.quota.Quotas;
import dev.quota.Subject;
import dev.quota.http.answer.HeaderFields;
import dev.quota.http.request.RequestEnd;
import dev.quota.policy.QuotaPolicy;
import dev.quota.store.ManualClock;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a request is charged while it runs ends with it. */
final class LaterChargesTest {

  private static final Subject ALICE = Subject.user("alice");

  private final Quotas quotas =
      Quotas.builder()
          .policy(QuotaPolicy.builder("tokens").limit("daily", "10 per calendar day").build())
          .policy(QuotaPolicy.builder("single").limit("running", "1 at once").build())
          .clock(ManualClock.at("2026-11-23T14:59:30Z"))
          .build();

  /** It costs nothing when it begins. */
  private static final SampleRequest REQUEST = SampleRequest.post("tokens").costing(0);

  private final QuotaHttp http = QuotaHttp.builder(quotas).build();

  @AfterEach
  void close() {
    quotas.close();
  }

  private Exchange begin() {
    return ((Proceed) http.begin(REQUEST)).exchange();
  }

  private long used(Subject subject) {
    return quotas.states(subject).quota("tokens").orElseThrow().primary().used().orElseThrow();
  }

  private static List<Charge> tokens(long cost) {
    return List.of(new Charge("tokens", cost));
  }

  @Test
  void headersShowIt() {
    Exchange exchange = begin();
    HeaderFields newest = new HeaderFields();
    exchange.listen(
        new ExchangeListener() {
          @Override
          public void changed(HeaderFields headers) {
            headers.forEach(newest::put);
          }
        });
    assertThat(exchange.charge(exchange.subject(), tokens(4)).isAllowed()).isTrue();
    assertThat(newest.get("RateLimit")).contains("r=6");
    exchange.end(RequestEnd.DELIVERED);
    assertThat(used(ALICE)).isEqualTo(4);
  }

  @Test
  void aFailureRefundsIt() {
    Exchange exchange = begin();
    Decision first = exchange.charge(exchange.subject(), tokens(4));
    Decision second = exchange.charge(exchange.subject(), tokens(3));
    assertThat(List.of(first.isAllowed(), second.isAllowed())).containsExactly(true, true);
    exchange.end(RequestEnd.FAILED);
    assertThat(used(ALICE)).isZero();
  }

  @Test
  void theApplicationRefundsIt() {
    Exchange exchange = begin();
    Decision unused = exchange.charge(exchange.subject(), tokens(4));
    assertThat(exchange.refund()).isTrue();
    assertThat(exchange.refund()).isFalse();
    exchange.end(RequestEnd.DELIVERED);
    assertThat(used(ALICE)).isZero();
  }

  @Test
  void aRefusalChargesNothing() {
    Decision before = quotas.charge(ALICE, "tokens", 5);
    assertThat(before.isAllowed()).isTrue();
    Exchange exchange = begin();
    Decision refused = exchange.charge(exchange.subject(), tokens(6));
    assertThat(exchange.refusal(refused).status()).isEqualTo(429);
    assertThat(http.refusal(refused, REQUEST).status()).isEqualTo(429);
    exchange.end(RequestEnd.DELIVERED);
    assertThat(used(ALICE)).isEqualTo(5);
    assertThatThrownBy(() -> http.refusal(before, REQUEST))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void permitsAreHeldUntilTheEnd() {
    Exchange exchange = begin();
    List<Charge> single = List.of(new Charge("single", 1));
    assertThat(exchange.chargeAsync(exchange.subject(), single).toCompletableFuture().join())
        .isInstanceOf(Decision.Allowed.class);
    assertThat(quotas.charge(ALICE, single).isAllowed()).isFalse();
    exchange.end(RequestEnd.DELIVERED);
    assertThat(quotas.openPermits()).isZero();
  }

  @Test
  void somebodyElseIsChargedAndTheRequestStaysTheCallers() {
    Exchange exchange = begin();
    Subject team = Subject.user("team");
    assertThat(exchange.charge(team, tokens(4)).isAllowed()).isTrue();
    assertThat(used(team)).isEqualTo(4);
    assertThat(used(ALICE)).isZero();
    assertThat(exchange.states().subject()).isEqualTo(ALICE);
  }

  @Test
  void nothingIsChargedWhenTheRequestIsOver() {
    Exchange exchange = begin();
    exchange.end(RequestEnd.DELIVERED);
    assertThatThrownBy(() -> exchange.charge(exchange.subject(), tokens(4)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith("this request is over");
    assertThat(used(ALICE)).isZero();
  }
}
