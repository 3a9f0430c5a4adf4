package dev.quota.http;

import dev.quota.Decision;
import dev.quota.Quotas;
import dev.quota.http.answer.Answer;
import dev.quota.http.answer.HeaderFields;
import dev.quota.http.internal.cache.SharedCache;
import dev.quota.http.internal.call.Eventual;
import dev.quota.http.internal.key.KeyedRequests;
import dev.quota.http.request.RequestEnd;
import dev.quota.http.request.RequestFacts;
import dev.quota.http.request.RequestView;
import dev.quota.http.request.StateFacts;
import dev.quota.store.QuotaStoreException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;

/**
 * What a request to a charged endpoint means: whether it runs, and what is answered. An adapter
 * tells the facts of a request, applies what comes out, and says how the request ended.
 *
 * <pre>{@code
 * switch (http.begin(facts)) {
 *   case Proceed proceed -> { … run the endpoint … proceed.exchange().end(RequestEnd.DELIVERED); }
 *   case Refuse refuse -> { … write refuse.answer() … }
 * }
 * }</pre>
 *
 * <p>Methods whose names end in {@code Async} do the same for stacks whose threads must not wait.
 *
 * <p>Instances are immutable and safe for use by several threads.
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
   * Starts one.
   *
   * @param quotas the engine that decides; it is not closed
   * @return a builder, to be used by one thread
   */
  public static QuotaHttpBuilder builder(Quotas quotas) {
    return new QuotaHttpBuilder(quotas);
  }

  /**
   * Gets ready for the first request, when the quotas are known: says what several nodes need, and
   * plays a state, a charge and a refusal through. No count is touched.
   */
  public void start() {
    parts.conversations().started(quotas.policies());
    int bytes = warmUp.run();
    LOG.log(System.Logger.Level.DEBUG, "Ready; the warm-up wrote {0} bytes.", bytes);
  }

  /**
   * Begins a request that reaches one endpoint.
   *
   * @param facts what it is
   * @return what comes of it
   */
  public Begun begin(RequestFacts facts) {
    return begin(facts, new RequestCharges());
  }

  /**
   * Begins a request at one of the endpoints that it reaches.
   *
   * @param facts what it is; without what was charged before
   * @param charges what was charged before in the same request
   * @return what comes of it
   * @throws dev.quota.UnknownQuotaException if no quota has the name
   */
  public Begun begin(RequestFacts facts, RequestCharges charges) {
    return new Beginning(parts, parts.blocking(), facts, charges).begin(keys).get();
  }

  /**
   * Returns how a request ended that was answered with a status, and nothing before.
   *
   * @param status the status
   * @return {@link RequestEnd#FAILED} for what {@link QuotaHttpBuilder#refundOn} names, else {@link
   *     RequestEnd#DELIVERED}
   */
  public RequestEnd endOf(int status) {
    return parts.refundOn().contains(status) ? RequestEnd.FAILED : RequestEnd.DELIVERED;
  }

  /**
   * Begins a request that reaches one endpoint, as {@link #begin(RequestFacts)}, for stacks whose
   * threads must not wait.
   *
   * @param facts what it is; asked on the calling thread, and on the thread that brings an answer
   * @return completes with what comes of it
   */
  public CompletionStage<Begun> beginAsync(RequestFacts facts) {
    return beginAsync(facts, new RequestCharges());
  }

  /**
   * Begins a request at one of the endpoints that it reaches, as {@link #begin(RequestFacts,
   * RequestCharges)}, for stacks whose threads must not wait. Stages complete as {@link
   * dev.quota.AsyncQuotas} says: with a store in another process, on the thread that brings its
   * answer. Nothing may block there.
   *
   * <p>Who cancels the request meanwhile must wait for the stage all the same, and end the exchange
   * that it completes with: the charge is made.
   *
   * @param facts what it is; asked on the calling thread, and on the thread that brings an answer
   * @param charges what was charged before in the same request
   * @return completes with what comes of it; with whatever the facts throw; with an {@link
   *     dev.quota.UnknownQuotaException} if no quota has the name
   */
  public CompletionStage<Begun> beginAsync(RequestFacts facts, RequestCharges charges) {
    return Eventual.attempt(() -> new Beginning(parts, parts.async(), facts, charges).begin(keys))
        .toStage();
  }

  /**
   * Returns which headers of a charge an answer has: none where its status refunds, or says that
   * nothing was delivered or redirects, and none where a shared cache may store it; else those that
   * the endpoint did not write itself.
   *
   * @param headers those of {@link Proceed#headers}, or what {@link ExchangeListener#changed} made
   *     of them
   * @param status the status of the answer
   * @param request the request
   * @param others the other headers of the answer; names in any case
   * @return the headers to write
   */
  public HeaderFields shown(
      HeaderFields headers, int status, RequestView request, Map<String, List<String>> others) {
    HeaderFields shown = new HeaderFields();
    if (status / 100 == 3 || status >= 500 || endOf(status) == RequestEnd.FAILED) {
      return shown;
    }
    Map<String, List<String>> byName = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    byName.putAll(others);
    if (!SharedCache.mayStore(
        byName.keySet(), it -> byName.getOrDefault(it, List.of()), request.isRead())) {
      headers.forEach(
          (name, value) -> {
            if (!byName.containsKey(name)) {
              shown.put(name, value);
            }
          });
    }
    return shown;
  }

  /**
   * Returns the answer to a request within which the application was refused a charge that it asked
   * for itself, such as by a {@link dev.quota.QuotaRefusedException}.
   *
   * @param refused a decision of the engine that refuses
   * @param request the request
   * @return the answer, in the words and with the status of every refusal
   * @throws IllegalArgumentException if it allows
   */
  public Answer refusal(Decision refused, RequestView request) {
    if (refused.isAllowed()) {
      throw new IllegalArgumentException("refused must be a refusal, was " + refused);
    }
    return parts.refusals().refused(refused, request);
  }

  /**
   * Returns the answer to a request that nobody can charge, because the application and its
   * policies do not go together.
   *
   * @param request the request
   * @return a 503
   */
  public Answer misconfigured(RequestView request) {
    return parts.refusals().misconfigured(request);
  }

  /**
   * Answers a GET or HEAD of the state endpoints or of the component.
   *
   * @param path the address below the base, such as {@code /state}
   * @param request the request
   * @return the answer, a 404 included
   */
  public Answer state(String path, StateFacts request) {
    return state.answer(path, request, parts.blocking()).get();
  }

  /**
   * Answers a GET or HEAD of the state endpoints or of the component, as {@link #state}, for stacks
   * whose threads must not wait.
   *
   * @param path the address below the base, such as {@code /state}
   * @param request the request
   * @return completes with the answer, a 404 included; with whatever the request throws
   */
  public CompletionStage<Answer> stateAsync(String path, StateFacts request) {
    return state.answer(path, request, parts.async()).toStage();
  }

  /**
   * Returns the caller's state as JSON that may stand inside a script element of a page.
   *
   * @param request names the subject and its language
   * @return a JSON document without the character {@code <}
   * @throws QuotaStoreException if the engine is closed
   */
  public String stateJson(StateFacts request) {
    return state.inlined(request, parts.blocking()).get();
  }

  /**
   * Returns the caller's state for a script element of a page, as {@link #stateJson}, for stacks
   * whose threads must not wait.
   *
   * @param request names the subject and its language
   * @return completes with a JSON document without the character {@code <}; with a {@link
   *     QuotaStoreException} if the engine is closed
   */
  public CompletionStage<String> stateJsonAsync(StateFacts request) {
    return state.inlined(request, parts.async()).toStage();
  }

  /**
   * Returns where the web component is under a name that changes with its content.
   *
   * @return a path below the base
   */
  public String componentPath() {
    return state.componentPath();
  }
}
