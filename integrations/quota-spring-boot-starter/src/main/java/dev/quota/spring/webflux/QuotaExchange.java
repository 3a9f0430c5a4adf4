package dev.quota.spring.webflux;

import dev.quota.AsyncReservation;
import dev.quota.Charge;
import dev.quota.Decision;
import dev.quota.QuotaSnapshot;
import dev.quota.Quotas;
import dev.quota.ReserveRequest;
import dev.quota.Subject;
import dev.quota.http.Endpoint;
import dev.quota.http.Exchange;
import dev.quota.http.ExchangeKey;
import dev.quota.http.answer.Answer;
import dev.quota.http.request.RequestView;
import dev.quota.policy.Policies;
import dev.quota.spring.method.ReactorCalls;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/**
 * The charge of a request, for its handler. With it a handler can refund, reserve and refuse.
 * Nothing happens before a returned publisher is subscribed to. Thread-safe.
 */
public final class QuotaExchange {

  static final String ATTRIBUTE = QuotaExchange.class.getName();

  private final Exchange exchange;
  private final ServerWebExchange request;

  QuotaExchange(Exchange exchange, ServerWebExchange request) {
    this.exchange = exchange;
    this.request = request;
  }

  /**
   * Returns the exchange of a charged request.
   *
   * @param request a request behind the filter
   * @return the exchange
   * @throws IllegalStateException if the request was not charged
   */
  public static QuotaExchange of(ServerWebExchange request) {
    return find(request)
        .orElseThrow(
            () ->
                new IllegalStateException(
                    "this request was not charged; does its handler have a @Quota?"));
  }

  /**
   * Returns the exchange of a request, if it was charged.
   *
   * @param request any request
   * @return the exchange, or empty
   */
  public static Optional<QuotaExchange> find(ServerWebExchange request) {
    return request.getAttribute(ATTRIBUTE) instanceof QuotaExchange exchange
        ? Optional.of(exchange)
        : Optional.empty();
  }

  /**
   * Returns the exchange of the request of the Reactor context.
   *
   * @return the exchange; empty outside of a charged request
   */
  public static Mono<QuotaExchange> current() {
    return Mono.deferContextual(
        context -> Mono.justOrEmpty(context.<QuotaExchange>getOrEmpty(QuotaExchange.class)));
  }

  /**
   * Returns who was charged.
   *
   * @return the subject
   */
  public Subject subject() {
    return exchange.subject();
  }

  /**
   * Returns the states of the quotas that the request has charged or reserved, after the last
   * change.
   *
   * @return the states
   */
  public QuotaSnapshot states() {
    return exchange.states();
  }

  /**
   * Returns whether the handler must run in its reduced form.
   *
   * @return true if degraded
   */
  public boolean isDegraded() {
    return exchange.isDegraded();
  }

  /**
   * Returns whether the charge had been made before, by a request with the same key.
   *
   * @return true if nothing was charged this time
   */
  public boolean isRepetition() {
    return exchange.isRepetition();
  }

  /**
   * Returns the id under which a handler stores its answer, so that it can return the answer when
   * the request is repeated.
   *
   * @return 43 characters of URL-safe Base64; empty without an {@code Idempotency-Key}, or if the
   *     handler is not {@link dev.quota.Quota#idempotent}
   */
  public Optional<String> idempotencyId() {
    return exchange.key().map(ExchangeKey::id);
  }

  /**
   * Refunds the charge. Only the first call has an effect.
   *
   * @return true if this call refunded something; fails with a {@link
   *     dev.quota.store.QuotaStoreException} if the store cannot answer
   */
  public Mono<Boolean> refund() {
    return start(exchange::refundAsync);
  }

  /**
   * Reserves an estimate of what the work will use: {@link Quotas#reserve(Subject, String, long)}.
   * Closing the reservation does nothing; it ends with the request.
   *
   * @param quota the quota's name
   * @param estimate units, zero or more
   * @return the reservation, even if it is refused; fails with an {@link IllegalArgumentException}
   *     if the quota is unknown or the estimate out of range, with an {@link IllegalStateException}
   *     if the request is over
   */
  public Mono<AsyncReservation> reserve(String quota, long estimate) {
    return start(() -> exchange.reservations().reserveAsync(quota, estimate));
  }

  /**
   * Reserves as much as there is, up to an estimate: {@link Quotas#reserve(ReserveRequest)}.
   *
   * @param quota the quota's name
   * @param atLeast the least amount with which the work is worth starting, in units
   * @param estimate the most to take, in units
   * @return the reservation, as {@link #reserve(String, long)} says
   */
  public Mono<AsyncReservation> reserve(String quota, long atLeast, long estimate) {
    return start(() -> exchange.reservations().reserveAsync(quota, atLeast, estimate));
  }

  /** Charges a cost that became known after the request began. */
  Mono<Decision> charge(Subject subject, List<Charge> charges) {
    return start(() -> exchange.chargeAsync(subject, charges));
  }

  /** Returns the request as cost functions see it. */
  RequestView request() {
    return exchange.request();
  }

  /** Reserves what an annotation costs. */
  Mono<AsyncReservation> reserve(Endpoint.Cost cost, Policies policies) {
    return start(
        () -> {
          Charge estimate = cost.charge(exchange.request(), policies);
          return exchange.reservations().reserveAsync(estimate.quota(), estimate.cost());
        });
  }

  /**
   * Answers the request with the refusal of a reservation. The handler must return this.
   *
   * @param refused a reservation that was refused
   * @return completes when the answer is written; fails with an {@link IllegalArgumentException} if
   *     it was granted, with an {@link IllegalStateException} if the answer has begun already
   */
  public Mono<Void> refuse(AsyncReservation refused) {
    return refuse(refused.decision());
  }

  /**
   * Answers the request with a refusal. The handler must return this.
   *
   * @param refused a decision of the engine that refuses
   * @return completes when the answer is written, as {@link #refuse(AsyncReservation)} says
   */
  public Mono<Void> refuse(Decision refused) {
    return write(() -> exchange.refusal(refused));
  }

  /**
   * Answers a repetition for which the handler has no stored answer, with status 409 and {@code
   * Retry-After}, because another node may still do the work. The handler must return this.
   *
   * @return completes when the answer is written; fails with an {@link IllegalStateException} if
   *     the request is no repetition, or the answer has begun already
   */
  public Mono<Void> refuseAsRunning() {
    return write(exchange::refusalAsRunning);
  }

  private Mono<Void> write(Supplier<Answer> refusal) {
    return Mono.defer(
        () -> {
          Answer answer = refusal.get();
          if (request.getResponse().isCommitted()) {
            throw new IllegalStateException(
                "the answer has begun already, so it cannot become a refusal; reserve before"
                    + " writing");
          }
          return AnswerWriter.write(answer, request.getResponse());
        });
  }

  /**
   * Returns the maker of server-sent events about reservations.
   *
   * @return notices in the language of the request
   */
  public Notices notices() {
    return new Notices(exchange.notices());
  }

  /**
   * Returns the id of the request's conversation.
   *
   * @return the id; empty if no header has one and no policy limits conversations
   */
  public Optional<String> conversation() {
    return exchange.conversation();
  }

  /**
   * Returns the {@code Quota-Conversation} header for requests to other services.
   *
   * @return the value, signed; empty if there is no conversation
   */
  public Mono<String> conversationHeader() {
    return start(exchange::conversationHeaderAsync).flatMap(Mono::justOrEmpty);
  }

  private static <T> Mono<T> start(Supplier<CompletionStage<T>> work) {
    return Mono.deferContextual(
        context -> ReactorCalls.resumed(ReactorCalls.call(context, work).toCompletableFuture()));
  }
}
