package dev.quota.http;

import dev.quota.Decision;
import dev.quota.Quotas;
import dev.quota.http.answer.Answer;
import dev.quota.http.internal.call.Eventual;
import dev.quota.http.internal.key.KeyedRequests;
import dev.quota.http.request.RequestEnd;
import dev.quota.http.request.RequestFacts;
import dev.quota.http.request.RequestView;
import dev.quota.http.request.StateFacts;
import dev.quota.store.QuotaStoreException;
import java.util.concurrent.CompletionStage;

/**
 * Decides whether requests to charged endpoints run, and what is answered. An adapter passes the
 * facts of a request, applies the result, and reports how the request ended.
 *
 * <pre>{@code
 * Begun begun = http.begin(facts);
 * if (begun instanceof Proceed proceed) {
 *   runEndpoint(proceed.headers());
 *   proceed.exchange().end(RequestEnd.DELIVERED);
 * } else if (begun instanceof Refuse refuse) {
 *   write(refuse.answer());
 * }
 * }</pre>
 *
 * <p>Methods whose names end in {@code Async} do the same for frameworks whose threads must not
 * wait.
 *
 * <p>Instances are immutable and thread-safe.
 */
public final class QuotaHttp {

  private static final System.Logger LOG = System.getLogger(QuotaHttp.class.getName());

  private final Quotas quotas;
  private final ExchangeParts parts;
  private final KeyedRequests keys;
  private final StateEndpoint state;
  private final WarmUp warmUp;

  QuotaHttp(ExchangeParts parts, KeyedRequests keys, StateEndpoint state, WarmUp warmUp) {
    this.quotas = parts.quotas();
    this.parts = parts;
    this.keys = keys;
    this.state = state;
    this.warmUp = warmUp;
  }

  /**
   * Starts to configure an instance.
   *
   * @param quotas the engine, which is not closed by it
   * @return a builder, to be used by one thread
   */
  public static QuotaHttpBuilder builder(Quotas quotas) {
    return new QuotaHttpBuilder(quotas);
  }

  /**
   * Prepares for the first request. Call it when all quotas are defined. It logs what several nodes
   * need, and runs examples of a state, a charge and a refusal. It changes no counts.
   */
  public void start() {
    parts.conversations().started(quotas.policies());
    int bytes = warmUp.run();
    LOG.log(System.Logger.Level.DEBUG, "Ready; the warm-up wrote {0} bytes.", bytes);
  }

  /**
   * Begins a request that reaches one endpoint.
   *
   * @param facts the request
   * @return the exchange, or the refusal
   */
  public Begun begin(RequestFacts facts) {
    return begin(facts, new RequestCharges());
  }

  /**
   * Begins a request at one of several endpoints that it reaches.
   *
   * @param facts the request at this endpoint, without charges of other endpoints
   * @param charges the charges of the request so far
   * @return the exchange, or the refusal
   * @throws dev.quota.UnknownQuotaException if a quota is unknown
   */
  public Begun begin(RequestFacts facts, RequestCharges charges) {
    return new Beginning(parts, parts.blocking(), facts, charges).begin(keys).get();
  }

  /**
   * Returns how a request ended, by the status of its answer.
   *
   * @param status the status
   * @return {@link RequestEnd#FAILED} for statuses of {@link QuotaHttpBuilder#refundOn}, else
   *     {@link RequestEnd#DELIVERED}
   */
  public RequestEnd endOf(int status) {
    return parts.refundOn().contains(status) ? RequestEnd.FAILED : RequestEnd.DELIVERED;
  }

  /**
   * Begins a request that reaches one endpoint, as {@link #begin(RequestFacts)}, for frameworks
   * whose threads must not wait.
   *
   * @param facts the request; called on the calling thread and on the thread that receives the
   *     store's reply
   * @return completes with the exchange, or the refusal
   */
  public CompletionStage<Begun> beginAsync(RequestFacts facts) {
    return beginAsync(facts, new RequestCharges());
  }

  /**
   * Begins a request at one of several endpoints that it reaches, as {@link #begin(RequestFacts,
   * RequestCharges)}, for frameworks whose threads must not wait. Stages complete as {@link
   * dev.quota.AsyncQuotas} says: with a store in another process, on the thread that receives its
   * reply. Do not block there.
   *
   * <p>If the request is cancelled in the meantime, the adapter must still wait for the stage and
   * end its exchange, because the charge is made.
   *
   * @param facts the request; called on the calling thread and on the thread that receives the
   *     store's reply
   * @param charges the charges of the request so far
   * @return completes with the exchange or the refusal; with exceptions of the facts; with an
   *     {@link dev.quota.UnknownQuotaException} if a quota is unknown
   */
  public CompletionStage<Begun> beginAsync(RequestFacts facts, RequestCharges charges) {
    return Eventual.attempt(() -> new Beginning(parts, parts.async(), facts, charges).begin(keys))
        .toStage();
  }

  /**
   * Returns the headers about a charge, to be written when the endpoint has set all others. They
   * follow the exchange from now on. Call it before the endpoint runs. It sets the listener of the
   * exchange.
   *
   * @param proceed what {@link #begin} returned
   * @param request the request
   * @return the headers
   */
  public ChargeHeaders headersOf(Proceed proceed, RequestView request) {
    return ChargeHeaders.following(this, proceed, request);
  }

  /**
   * Returns the answer to a request in which the application itself made a charge that was refused,
   * for instance with a {@link dev.quota.QuotaRefusedException}.
   *
   * @param refused a decision of the engine that refuses
   * @param request the request
   * @return the answer, in the same form as for every refusal
   * @throws IllegalArgumentException if the decision is no refusal
   */
  public Answer refusal(Decision refused, RequestView request) {
    if (refused.isAllowed()) {
      throw new IllegalArgumentException("refused must be a refusal, was " + refused);
    }
    return parts.refusals().refused(refused, request);
  }

  /**
   * Returns the answer to a request that cannot be charged, because the policies do not fit the
   * application.
   *
   * @param request the request
   * @return an answer with status 503
   */
  public Answer misconfigured(RequestView request) {
    return parts.refusals().misconfigured(request);
  }

  /**
   * Answers a GET or HEAD request to the state endpoints or for the web component.
   *
   * @param path the path below the base path, such as {@code /state}
   * @param request the request
   * @return the answer; status 404 for an unknown path
   */
  public Answer state(String path, StateFacts request) {
    return state.answer(path, request, parts.blocking()).get();
  }

  /**
   * Answers a GET or HEAD request to the state endpoints or for the web component, as {@link
   * #state}, for frameworks whose threads must not wait.
   *
   * @param path the path below the base path, such as {@code /state}
   * @param request the request
   * @return completes with the answer (status 404 for an unknown path), or with exceptions of the
   *     request
   */
  public CompletionStage<Answer> stateAsync(String path, StateFacts request) {
    return state.answer(path, request, parts.async()).toStage();
  }

  /**
   * Returns the caller's state as JSON for a script element of a page.
   *
   * @param request the subject and its language
   * @return a JSON document without the character {@code <}
   * @throws QuotaStoreException if the engine is closed
   */
  public String stateJson(StateFacts request) {
    return state.inlined(request, parts.blocking()).get();
  }

  /**
   * Returns the caller's state for a script element of a page, as {@link #stateJson}, for
   * frameworks whose threads must not wait.
   *
   * @param request the subject and its language
   * @return completes with a JSON document without the character {@code <}; with a {@link
   *     QuotaStoreException} if the engine is closed
   */
  public CompletionStage<String> stateJsonAsync(StateFacts request) {
    return state.inlined(request, parts.async()).toStage();
  }

  /**
   * Returns the versioned path of the web component, which changes with its content.
   *
   * @return a path below the base path
   */
  public String componentPath() {
    return state.componentPath();
  }
}
