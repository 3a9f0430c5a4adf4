package dev.quota.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quota.AsyncReservation;
import dev.quota.Decision;
import dev.quota.Quotas;
import dev.quota.Reservation;
import dev.quota.Subject;
import dev.quota.UnknownQuotaException;
import dev.quota.http.answer.Answer;
import dev.quota.http.answer.HeaderFields;
import dev.quota.http.request.RequestEnd;
import dev.quota.http.request.RequestFacts;
import dev.quota.http.request.StateFacts;
import dev.quota.policy.OnStoreFailure;
import dev.quota.policy.QuotaPolicy;
import dev.quota.spi.FailingStore;
import dev.quota.spi.LaterStore;
import dev.quota.spi.PoolStore;
import dev.quota.spi.QuotaStore;
import dev.quota.store.ManualClock;
import dev.quota.store.QuotaStoreException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What an adapter sees that must not wait: the same as one that waits, and no thread waits. */
@Timeout(60)
final class AsyncHttpTest {

  private static final String SECRET = "0123456789abcdef0123456789abcdef";

  private final ManualClock clock = ManualClock.at("2026-11-23T14:59:30Z");

  private static SampleRequest asking(Map<String, String> parameters) {
    return SampleRequest.get("chat").asking(parameters);
  }

  private Quotas quotas(QuotaStore store, OnStoreFailure away) {
    return Quotas.builder()
        .store(store)
        .clock(clock)
        .policy(quota("chat", "5 per calendar day", away))
        .policy(
            QuotaPolicy.builder("run")
                .limit("steps", "2 calls per conversation")
                .limit("daily", "99 per calendar day")
                .onStoreFailure(away)
                .build())
        .policy(quota("talks", "2 calls per conversation", away))
        .policy(quota("agents", "1 at once", away))
        .build();
  }

  private static QuotaPolicy quota(String name, String limit, OnStoreFailure away) {
    return QuotaPolicy.builder(name).limit("limit", limit).onStoreFailure(away).build();
  }

  private static QuotaHttp http(Quotas quotas) {
    return QuotaHttp.builder(quotas)
        .conversationSecret(SECRET.getBytes(StandardCharsets.US_ASCII))
        .newConversations("3 per day")
        .build();
  }

  /** An adapter that waits, or one that does not; what it heard, as text. */
  private final class Adapter {

    private final boolean async;
    private final FailingStore counts = new FailingStore(clock);
    private final Quotas quotas;
    private final QuotaHttp http;
    private final List<String> heard = new ArrayList<>();

    Adapter(boolean async, OnStoreFailure away) {
      this.async = async;
      quotas = quotas(async ? new PoolStore(counts) : counts, away);
      http = http(quotas);
    }

    Begun begin(RequestFacts facts) {
      Begun begun = async ? join(http.beginAsync(facts)) : http.begin(facts);
      hear(
          begun instanceof Proceed proceed
              ? "proceed" + fields(proceed.headers())
              : text(((Refuse) begun).answer()));
      return begun;
    }

    Exchange proceed(RequestFacts facts) {
      return ((Proceed) begin(facts)).exchange();
    }

    void end(Exchange exchange, RequestEnd how) {
      if (async) {
        var unused = join(exchange.endAsync(how).thenApply(over -> true));
      } else {
        exchange.end(how);
      }
      hear("end " + how + used());
    }

    void pass(RequestFacts facts) {
      if (begin(facts) instanceof Proceed proceed) {
        end(proceed.exchange(), RequestEnd.DELIVERED);
      }
    }

    void refund(Exchange exchange) {
      hear("refund " + (async ? join(exchange.refundAsync()) : exchange.refund()) + used());
    }

    void reserve(Exchange exchange, String quota, long least, long most) {
      Decision decision =
          async
              ? join(exchange.reservations().reserveAsync(quota, least, most)).decision()
              : exchange.reservations().reserve(quota, least, most).decision();
      hear(decision.getClass().getSimpleName() + " " + exchange.states().quotas().size() + used());
    }

    void notices(Exchange exchange) {
      ReservationNotices notices = exchange.notices();
      if (async) {
        AsyncReservation tokens = join(exchange.reservations().reserveAsync("chat", 1));
        hear(join(notices.graceAsync(tokens)).frame() + join(notices.cutAsync(tokens)).frame());
        hear(join(notices.openAiErrorAsync(tokens)).frame());
        hear(join(notices.anthropicErrorAsync(tokens)).frame());
      } else {
        Reservation tokens = exchange.reservations().reserve("chat", 1);
        hear(notices.grace(tokens).frame() + notices.cut(tokens).frame());
        hear(notices.openAiError(tokens).frame());
        hear(notices.anthropicError(tokens).frame());
      }
    }

    String conversation(Exchange exchange) {
      Optional<String> header =
          async ? join(exchange.conversationHeaderAsync()) : exchange.conversationHeader();
      hear("conversation " + header.isPresent());
      return header.orElseThrow();
    }

    void state(String path, StateFacts facts) {
      hear(text(async ? join(http.stateAsync(path, facts)) : http.state(path, facts)));
    }

    void stateJson(StateFacts facts) {
      hear(async ? join(http.stateJsonAsync(facts)) : http.stateJson(facts));
    }

    private String used() {
      return " " + counts.commands().size();
    }

    private void hear(String text) {
      // The spread of advice when to try again is random.
      heard.add(text.replaceAll("(Retry-After: |retryAfterSeconds\":)[0-9]+", "$1"));
    }

    private static String text(Answer answer) {
      String body = new String(answer.content().bytes(), StandardCharsets.UTF_8);
      return answer.status()
          + fields(answer.headers())
          + body.replaceAll("urn:uuid:[0-9a-f-]*", "");
    }

    /** Returns the fields; the id of a conversation is random. */
    private static String fields(HeaderFields headers) {
      StringBuilder text = new StringBuilder();
      headers.forEach(
          (name, value) ->
              text.append(name.equals("Quota-Conversation") ? name : " " + name + ": " + value));
      return text.toString();
    }
  }

  private static <T> T join(CompletionStage<T> stage) {
    try {
      return stage.toCompletableFuture().join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof RuntimeException cause ? cause : e;
    }
  }

  private static void everything(Adapter it) {
    it.begin(SampleRequest.get("chat").with("Sec-Purpose", "prefetch"));
    it.begin(SampleRequest.get("chat").with("Quota-Conversation", "\"forged\""));
    it.begin(SampleRequest.post("chat").with("Idempotency-Key", "a", "b"));
    it.begin(SampleRequest.post("chat").with("Key-Required", "yes"));
    it.pass(SampleRequest.post("chat"));
    it.end(it.proceed(SampleRequest.get("chat")), RequestEnd.FAILED);
    keys(it);
    conversations(it);
    Exchange permit = it.proceed(SampleRequest.get("agents"));
    it.begin(SampleRequest.get("agents"));
    it.end(permit, RequestEnd.DELIVERED);
    it.pass(SampleRequest.get("agents"));
    reservations(it);
    while (it.begin(SampleRequest.get("chat")) instanceof Proceed proceed) {
      it.end(proceed.exchange(), RequestEnd.CUT_SHORT);
    }
    states(it);
    assertThatThrownBy(() -> it.begin(SampleRequest.get("unknown")))
        .isInstanceOf(UnknownQuotaException.class);
  }

  private static void keys(Adapter it) {
    Exchange first = it.proceed(SampleRequest.keyed("k1"));
    assertThat(first.key().orElseThrow().identify("hello")).isEmpty();
    it.begin(SampleRequest.keyed("k1"));
    it.end(first, RequestEnd.DELIVERED);
    Exchange again = it.proceed(SampleRequest.keyed("k1"));
    assertThat(again.isRepetition()).isTrue();
    it.end(again, RequestEnd.DELIVERED);
    Exchange other = it.proceed(SampleRequest.keyed("k1"));
    assertThat(other.key().orElseThrow().identify("something else"))
        .map(Answer::status)
        .hasValue(422);
    Exchange failed = it.proceed(SampleRequest.keyed("k2"));
    assertThat(failed.key().orElseThrow().identify("hello")).isEmpty();
    it.end(failed, RequestEnd.FAILED);
    Exchange anew = it.proceed(SampleRequest.keyed("k2"));
    assertThat(anew.isRepetition()).isFalse();
    it.end(anew, RequestEnd.FAILED);
  }

  private static void conversations(Adapter it) {
    Exchange first = it.proceed(SampleRequest.get("run"));
    String header = it.conversation(first);
    it.refund(first);
    it.refund(first);
    SampleRequest next = SampleRequest.get("run").with("Quota-Conversation", header);
    it.pass(next);
    it.pass(next);
    it.pass(next);
    for (int i = 0; i < 3; i++) {
      Exchange more = it.proceed(SampleRequest.get("run"));
      it.reserve(more, "run", 1, 1);
      it.end(more, RequestEnd.FAILED);
    }
  }

  private static void reservations(Adapter it) {
    Exchange exchange = it.proceed(SampleRequest.get("chat"));
    it.reserve(exchange, "chat", 1, 2);
    it.reserve(exchange, "chat", 99, 99);
    it.notices(exchange);
    it.end(exchange, RequestEnd.FAILED);
    assertThatThrownBy(() -> it.reserve(exchange, "chat", 1, 1))
        .isInstanceOf(IllegalStateException.class);
  }

  private static void states(Adapter it) {
    it.state("/state", asking(Map.of()));
    it.state("/state", asking(Map.of("quota", "chat")));
    it.state("/state", asking(Map.of("quota", "none")));
    it.state("/state", asking(Map.of("locale", "!")));
    it.state("/check", asking(Map.of("quota", "chat", "cost", "2")));
    it.state("/check", asking(Map.of("quota", "chat", "cost", "x")));
    it.state("/check", asking(Map.of()));
    it.state("/else", asking(Map.of()));
    it.stateJson(asking(Map.of()));
  }

  @Test
  void bothAdaptersAnswerAlike() {
    Adapter blocking = new Adapter(false, OnStoreFailure.DENY);
    Adapter async = new Adapter(true, OnStoreFailure.DENY);
    everything(blocking);
    everything(async);
    assertThat(async.heard).isEqualTo(blocking.heard);
    blocking.quotas.close();
    async.quotas.close();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aRefundGivesBackWhatOnlyTheConversationCounts(boolean async) {
    Adapter it = new Adapter(async, OnStoreFailure.DENY);
    Exchange first = it.proceed(SampleRequest.get("talks"));
    SampleRequest next =
        SampleRequest.get("talks").with("Quota-Conversation", it.conversation(first));
    it.refund(first);
    it.refund(first);
    assertThat(it.heard.get(2)).startsWith("refund true");
    assertThat(it.heard.get(3)).startsWith("refund false");
    it.end(it.proceed(next), RequestEnd.FAILED);
    twoCallsAreLeft(it, next);
    it.quotas.close();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aRefundLeavesNothingForAConversationToCountLater(boolean async) {
    Adapter it = new Adapter(async, OnStoreFailure.DENY);
    Exchange failed = it.proceed(SampleRequest.get("talks"));
    it.end(failed, RequestEnd.FAILED);
    Exchange refunded = it.proceed(SampleRequest.get("talks"));
    it.refund(refunded);
    for (Exchange over : List.of(failed, refunded)) {
      String header = it.conversation(over);
      SampleRequest next = SampleRequest.get("talks").with("Quota-Conversation", header);
      twoCallsAreLeft(it, next);
    }
    it.quotas.close();
  }

  private static void twoCallsAreLeft(Adapter it, SampleRequest next) {
    it.end(it.proceed(next), RequestEnd.DELIVERED);
    it.end(it.proceed(next), RequestEnd.DELIVERED);
    assertThat(((Refuse) it.begin(next)).answer().status()).isEqualTo(429);
  }

  private static void outage(Adapter it) {
    Exchange charged = it.proceed(SampleRequest.get("chat"));
    it.counts.goAway();
    it.pass(SampleRequest.get("chat"));
    it.pass(SampleRequest.get("run"));
    it.pass(SampleRequest.keyed("k1"));
    it.state("/state", asking(Map.of()));
    assertThatThrownBy(() -> it.end(charged, RequestEnd.FAILED))
        .isInstanceOf(QuotaStoreException.class);
    it.counts.comeBack();
    it.quotas.close();
    it.pass(SampleRequest.get("chat"));
    it.state("/state", asking(Map.of()));
  }

  @ParameterizedTest
  @EnumSource(OnStoreFailure.class)
  void bothAdaptersAnswerAlikeWithoutTheStore(OnStoreFailure away) {
    Adapter blocking = new Adapter(false, away);
    Adapter async = new Adapter(true, away);
    outage(blocking);
    outage(async);
    assertThat(async.heard).isEqualTo(blocking.heard);
  }

  /** A store whose blocking way fails the test answers after each call has returned. */
  private static <T> T late(LaterStore store, CompletionStage<T> stage) {
    CompletableFuture<T> result = stage.toCompletableFuture();
    assertThat(store.waiting()).isEqualTo(1);
    assertThat(result).isNotDone();
    store.answerAll();
    assertThat(result).isDone();
    return result.join();
  }

  @Test
  void nobodyWaitsForAStoreThatAnswersLate() {
    LaterStore store = new LaterStore(clock);
    Quotas quotas = quotas(store, OnStoreFailure.DENY);
    QuotaHttp http = http(quotas);

    Exchange first = ((Proceed) late(store, http.beginAsync(SampleRequest.get("run")))).exchange();
    String header = late(store, first.conversationHeaderAsync()).orElseThrow();
    assertThat(late(store, first.refundAsync())).isTrue();
    SampleRequest next = SampleRequest.get("run").with("Quota-Conversation", header);
    Exchange second = ((Proceed) late(store, http.beginAsync(next))).exchange();
    AsyncReservation chat = late(store, second.reservations().reserveAsync("chat", 2));
    AsyncReservation more = late(store, second.reservations().reserveAsync("chat", 1, 2));
    assertThat(chat.close()).isCompleted();
    late(store, second.endAsync(RequestEnd.FAILED).thenApply(over -> true));
    assertThat(chat.isOver() && more.isOver()).isTrue();
    Exchange third = ((Proceed) late(store, http.beginAsync(SampleRequest.keyed("k")))).exchange();
    assertThat(
            ((Refuse) http.beginAsync(SampleRequest.keyed("k")).toCompletableFuture().join())
                .answer()
                .status())
        .isEqualTo(409);
    assertThat(third.endAsync(RequestEnd.DELIVERED)).isCompleted();
    Exchange permit =
        ((Proceed) late(store, http.beginAsync(SampleRequest.get("agents")))).exchange();
    late(store, permit.endAsync(RequestEnd.DELIVERED).thenApply(over -> true));
    assertThat(late(store, http.stateAsync("/state", asking(Map.of()))).status()).isEqualTo(200);
    assertThat(late(store, http.stateJsonAsync(asking(Map.of())))).contains("chat");
    quotas.close();
  }

  @Test
  void aReservationThatComesAfterTheEndComesBack() {
    LaterStore store = new LaterStore(clock);
    Quotas quotas = quotas(store, OnStoreFailure.DENY);
    Exchange exchange =
        ((Proceed) late(store, http(quotas).beginAsync(SampleRequest.get("chat")))).exchange();
    CompletableFuture<AsyncReservation> late =
        exchange.reservations().reserveAsync("chat", 2).toCompletableFuture();
    assertThat(exchange.endAsync(RequestEnd.DELIVERED)).isCompleted();
    store.answerAll();
    assertThat(late).isCompletedExceptionally();
    CompletableFuture<Long> used =
        quotas
            .async()
            .states(Subject.user("alice"))
            .thenApply(it -> it.quota("chat").orElseThrow().primary().used().orElseThrow())
            .toCompletableFuture();
    store.answerAll();
    assertThat(used).isCompletedWithValue(1L);
    quotas.close();
  }

  @ParameterizedTest
  @EnumSource(RequestEnd.class)
  void anEndWithoutWaitingEndsWhatAThreadReserved(RequestEnd how) {
    LaterStore store = new LaterStore(clock);
    store.mayBlock(true);
    Quotas quotas = quotas(store, OnStoreFailure.DENY);
    Exchange exchange = ((Proceed) http(quotas).begin(SampleRequest.get("chat"))).exchange();
    Reservation open = exchange.reservations().reserve("chat", 2);
    Reservation used = exchange.reservations().reserve("chat", 2);
    assertThat(used.used(1)).isTrue();
    assertThat(quotas.openReservations()).isEqualTo(2);
    store.mayBlock(false);
    late(store, exchange.endAsync(how).thenApply(it -> true));
    assertThat(open.isOver() && used.isOver()).isTrue();
    assertThat(quotas.openReservations()).isZero();
    store.mayBlock(true);
    assertThat(used(quotas))
        .isEqualTo(how == RequestEnd.FAILED ? 0 : how == RequestEnd.CUT_SHORT ? 4 : 5);
    quotas.close();
  }

  private static long used(Quotas quotas) {
    return quotas
        .states(Subject.user("alice"))
        .quota("chat")
        .orElseThrow()
        .primary()
        .used()
        .orElseThrow();
  }

  @Test
  void aRefundThatFailsReleasesThePermitAllTheSame() {
    LaterStore store = new LaterStore(clock);
    Quotas quotas = quotas(store, OnStoreFailure.DENY);
    QuotaHttp http = http(quotas);
    Exchange exchange =
        ((Proceed) late(store, http.beginAsync(SampleRequest.get("agents")))).exchange();
    CompletableFuture<Void> over = exchange.endAsync(RequestEnd.FAILED).toCompletableFuture();
    store.failOne(new QuotaStoreException("no", QuotaStoreException.Applied.NO, null));
    store.answerAll();
    assertThat(over).isCompletedExceptionally();
    assertThat(quotas.openPermits()).isZero();
    assertThat(late(store, http.beginAsync(SampleRequest.get("agents"))))
        .isInstanceOf(Proceed.class);
    quotas.close();
  }

  @Test
  void anEndThatWaitsEndsWhatAStageReserved() {
    Adapter async = new Adapter(true, OnStoreFailure.DENY);
    Exchange exchange = async.proceed(SampleRequest.get("chat"));
    AsyncReservation one = join(exchange.reservations().reserveAsync("chat", 1));
    Reservation other = exchange.reservations().reserve("chat", 1);
    exchange.end(RequestEnd.FAILED);
    assertThat(one.isOver() && other.isOver()).isTrue();
    async.quotas.close();
  }
}
