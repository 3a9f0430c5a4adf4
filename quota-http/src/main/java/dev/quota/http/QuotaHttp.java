package dev.quota.http;

import dev.quota.Charge;
import dev.quota.Decision;
import dev.quota.Quotas;
import dev.quota.Subject;
import dev.quota.http.internal.conversation.Conversations;
import dev.quota.http.internal.conversation.Opening;
import dev.quota.http.internal.conversation.Openings;
import dev.quota.http.internal.key.KeyedRequest;
import dev.quota.http.internal.key.KeyedRequests;
import dev.quota.http.internal.refusal.Refusals;
import dev.quota.policy.Scope;
import dev.quota.store.QuotaStoreException;
import java.util.List;
import java.util.Optional;

/**
 * What a request to a charged endpoint means: whether it runs, and what is answered. An adapter
 * tells the facts of a request, applies what comes out, and says how the request ended.
 *
 * <pre>{@code
 * switch (http.begin(facts)) {
 *   case Proceed proceed -> { … run the endpoint … proceed.exchange().end(RequestEnd.DELIVERED); }
 *   case Answer answer -> { … write it … }
 * }
 * }</pre>
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
    if (isPrefetch(facts)) {
      return refusals().prefetch(facts);
    }
    Subject subject = charges.subject().orElseGet(facts::subject);
    if (!isInConversation(subject, charges, facts)) {
      return refusals().badRequest("problem.bad_conversation", facts);
    }
    KeyedRequest keyed = keys.enter(subject, facts);
    if (keyed.isMalformed()) {
      return refusals().badRequest("problem.bad_key", facts);
    }
    return keyed.refusal().isPresent()
        ? refusals().keyed(keyed.refusal().get(), subject, facts)
        : decide(subject, keyed, facts, charges);
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

  private Refusals refusals() {
    return parts.refusals();
  }

  /** Returns whether a browser loads ahead what nobody asked for yet. */
  private static boolean isPrefetch(RequestFacts facts) {
    return facts.isRead()
        && facts.header("Sec-Purpose").filter(it -> it.contains("prefetch")).isPresent();
  }

  /**
   * Finds the conversation that the request names, or begins one where conversations have limits.
   *
   * @return false if the header is malformed or forged
   */
  private boolean isInConversation(Subject subject, RequestCharges charges, RequestFacts facts) {
    if (subject.groups().containsKey(Scope.CONVERSATION) || charges.opening().isPresent()) {
      return true;
    }
    Conversations conversations = parts.conversations();
    if (isNamed(facts)) {
      Optional<Opening> named = conversations.read(facts.headers(Conversations.FIELD), subject);
      named.ifPresent(charges::open);
      return named.isPresent();
    }
    if (conversations.isLimited(quotas.policies())) {
      charges.open(new Opening(conversations.begin(), false));
    }
    return true;
  }

  private static boolean isNamed(RequestFacts facts) {
    return facts.header(Conversations.FIELD).isPresent();
  }

  private Begun decide(
      Subject subject, KeyedRequest keyed, RequestFacts facts, RequestCharges charges) {
    Openings openings = parts.openings();
    boolean begun = false;
    try {
      List<Charge> costs = facts.charges(quotas.policies());
      Optional<Opening> opening = charges.opening();
      Optional<Opening> waiting = waiting(opening, costs, keyed, facts);
      if (opening.isPresent() && waiting.isEmpty()) {
        Optional<Decision> tooMany = openings.begin(opening.get(), subject);
        if (tooMany.isPresent()) {
          return refuse(tooMany.get(), charges, facts);
        }
      }
      Subject who =
          opening.isPresent() && waiting.isEmpty() ? opening.get().with(subject) : subject;
      Decision decision =
          keyed.once().isPresent()
              ? quotas.charge(who, costs, keyed.once().get())
              : quotas.charge(who, costs);
      if (decision instanceof Decision.Allowed allowed) {
        begun = true;
        waiting.ifPresent(it -> openings.took(it, allowed, costs));
        return proceed(allowed, keyed, costs, facts, charges);
      }
      return refuse(decision, charges, facts);
    } catch (QuotaStoreException e) {
      // An engine that is closed while its application still serves: the policies cannot decide.
      LOG.log(System.Logger.Level.WARNING, "A charge could not be decided; it was refused.", e);
      return refusals().unavailable(subject, facts);
    } finally {
      if (!begun) {
        keyed.release();
      }
    }
  }

  /** Returns the conversation of a request that is decided without it. */
  private Optional<Opening> waiting(
      Optional<Opening> opening, List<Charge> costs, KeyedRequest keyed, RequestFacts facts) {
    boolean waits =
        opening.isPresent()
            && !opening.get().isBegun()
            && !isNamed(facts)
            && parts.openings().mayWait(opening.get(), costs, keyed.once().isPresent());
    return waits ? opening : Optional.empty();
  }

  private Proceed proceed(
      Decision.Allowed allowed,
      KeyedRequest keyed,
      List<Charge> costs,
      RequestFacts facts,
      RequestCharges charges) {
    charges.add(costs, allowed, keyed.once().isPresent());
    HeaderFields headers = parts.headers().of(charges.merge(allowed.states()));
    conversationOf(allowed, charges).ifPresent(it -> headers.put(Conversations.FIELD, it));
    return new Proceed(new Exchange(parts, allowed, keyed, facts, charges), headers);
  }

  private Answer refuse(Decision decision, RequestCharges charges, RequestFacts facts) {
    Answer answer = refusals().refused(decision, facts);
    conversationOf(decision, charges)
        .ifPresent(it -> answer.headers().put(Conversations.FIELD, it));
    return answer;
  }

  /** Returns the header that names the conversation of a decision. */
  private Optional<String> conversationOf(Decision decision, RequestCharges charges) {
    Subject subject = decision.states().subject();
    if (charges.opening().isPresent()) {
      return parts.conversations().header(charges.opening().get(), subject);
    }
    String id = subject.groups().get(Scope.CONVERSATION);
    return id == null ? Optional.empty() : parts.conversations().header(id, subject);
  }

  /**
   * Returns the answer to a request that nobody can charge, because the application and its
   * policies do not go together.
   *
   * @param request the request
   * @return a 503
   */
  public Answer misconfigured(RequestView request) {
    return refusals().misconfigured(request);
  }

  /**
   * Answers a GET or HEAD of the state endpoints or of the component.
   *
   * @param path the address below the base, such as {@code /state}
   * @param request the request
   * @return the answer, a 404 included
   */
  public Answer state(String path, StateFacts request) {
    return state.answer(path, request);
  }

  /**
   * Returns the caller's state as JSON that may stand inside a script element of a page.
   *
   * @param request names the subject and its language
   * @return a JSON document without the character {@code <}
   * @throws QuotaStoreException if the engine is closed
   */
  public String stateJson(StateFacts request) {
    return state.inlined(request);
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
