package dev.quota.http;

import dev.quota.Charge;
import dev.quota.Decision;
import dev.quota.Subject;
import dev.quota.http.answer.Answer;
import dev.quota.http.answer.HeaderFields;
import dev.quota.http.internal.call.Calls;
import dev.quota.http.internal.call.Eventual;
import dev.quota.http.internal.conversation.Conversations;
import dev.quota.http.internal.conversation.Opening;
import dev.quota.http.internal.key.KeyedRequest;
import dev.quota.http.internal.key.KeyedRequests;
import dev.quota.http.internal.refusal.Refusals;
import dev.quota.http.request.RequestFacts;
import dev.quota.policy.Scope;
import dev.quota.store.QuotaStoreException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Begins one request at one endpoint, for callers that wait and for those that do not. Not
 * thread-safe.
 */
final class Beginning {

  private static final System.Logger LOG = System.getLogger(QuotaHttp.class.getName());

  private final ExchangeParts parts;
  private final Calls<?> calls;
  private final RequestFacts facts;
  private final RequestCharges charges;

  Beginning(ExchangeParts parts, Calls<?> calls, RequestFacts facts, RequestCharges charges) {
    this.parts = parts;
    this.calls = calls;
    this.facts = facts;
    this.charges = charges;
  }

  /** Begins the request. Exceptions of the facts are thrown. */
  Eventual<Begun> begin(KeyedRequests keys) {
    if (isPrefetch()) {
      return refuse(refusals().prefetch(facts));
    }
    Optional<Subject> charged = charges.subject();
    Subject subject = charged.isPresent() ? charged.get() : facts.subject();
    if (!isInConversation(subject)) {
      return refuse(refusals().badRequest("problem.bad_conversation", facts));
    }
    KeyedRequest keyed = keys.enter(subject, facts);
    if (keyed.isMalformed()) {
      return refuse(refusals().badRequest("problem.bad_key", facts));
    }
    return keyed.refusal().isPresent()
        ? refuse(refusals().keyed(keyed.refusal().get(), subject, facts))
        : entered(subject, keyed);
  }

  private Eventual<Begun> entered(Subject subject, KeyedRequest keyed) {
    Eventual<Begun> begun = decideOrRefuse(subject, keyed);
    return keyed.once().isPresent()
        ? begun.whenOver((it, failure) -> releaseRefused(keyed, it))
        : begun;
  }

  private Eventual<Begun> decideOrRefuse(Subject subject, KeyedRequest keyed) {
    Eventual<Begun> begun;
    try {
      begun = decide(subject, keyed);
    } catch (Throwable e) {
      // Blocking calls throw the failures of the store.
      begun = Eventual.failed(e);
    }
    // Most results are complete already and need no more objects.
    return begun.isDone()
        ? begun
        : begun.orElse(QuotaStoreException.class, e -> undecided(subject, e));
  }

  private static void releaseRefused(KeyedRequest keyed, @Nullable Begun begun) {
    if (!(begun instanceof Proceed)) {
      keyed.release();
    }
  }

  private Refusals refusals() {
    return parts.refusals();
  }

  /** Returns whether a browser prefetches the page, although nobody has opened it yet. */
  private boolean isPrefetch() {
    return facts.isRead()
        && facts.header("Sec-Purpose").filter(it -> it.contains("prefetch")).isPresent();
  }

  /**
   * Finds the conversation of the request, or begins one if limits count on conversations.
   *
   * @return false if the header is malformed or forged
   */
  private boolean isInConversation(Subject subject) {
    if (subject.groups().containsKey(Scope.CONVERSATION) || charges.opening().isPresent()) {
      return true;
    }
    Conversations conversations = parts.conversations();
    if (isNamed()) {
      Optional<Opening> named = conversations.read(facts.headers(Conversations.FIELD), subject);
      named.ifPresent(charges::open);
      return named.isPresent();
    }
    if (conversations.isLimited(parts.quotas().policies())) {
      charges.open(new Opening(conversations.begin(), false));
    }
    return true;
  }

  private boolean isNamed() {
    return facts.header(Conversations.FIELD).isPresent();
  }

  private Eventual<Begun> decide(Subject subject, KeyedRequest keyed) {
    List<Charge> costs = facts.charges(parts.quotas().policies(subject));
    Optional<Opening> opening = charges.opening();
    if (opening.isEmpty()) {
      return charge(subject, costs, keyed, Optional.empty());
    }
    if (mayWait(opening.get(), costs, keyed)) {
      return charge(subject, costs, keyed, opening);
    }
    return parts
        .openings()
        .begin(calls, opening.get(), subject)
        .then(
            tooMany ->
                tooMany.isPresent()
                    ? Eventual.done(refuse(tooMany.get()))
                    : charge(opening.get().with(subject), costs, keyed, Optional.empty()));
  }

  /** Returns whether the request can be decided without its conversation. */
  private boolean mayWait(Opening opening, List<Charge> costs, KeyedRequest keyed) {
    return !opening.isBegun()
        && !isNamed()
        && parts.openings().mayWait(opening, costs, keyed.once().isPresent());
  }

  /**
   * Charges a subject.
   *
   * @param waiting the conversation that is not counted yet
   */
  private Eventual<Begun> charge(
      Subject who, List<Charge> costs, KeyedRequest keyed, Optional<Opening> waiting) {
    Eventual<Decision> decided = calls.charge(who, costs, keyed.once());
    return decided.isDone()
        ? Eventual.done(begun(decided.get(), costs, keyed, waiting))
        : decided.map(decision -> begun(decision, costs, keyed, waiting));
  }

  private Begun begun(
      Decision decision, List<Charge> costs, KeyedRequest keyed, Optional<Opening> waiting) {
    if (decision instanceof Decision.Allowed allowed) {
      if (waiting.isPresent()) {
        parts.openings().took(waiting.get(), allowed, costs);
      }
      return proceed(allowed, keyed, costs);
    }
    return refuse(decision);
  }

  private Eventual<Begun> undecided(Subject subject, QuotaStoreException failure) {
    // The engine was closed while the application still serves requests.
    LOG.log(System.Logger.Level.WARNING, "A charge could not be decided; it was refused.", failure);
    return refuse(refusals().unavailable(subject, facts));
  }

  private Proceed proceed(Decision.Allowed allowed, KeyedRequest keyed, List<Charge> costs) {
    charges.add(costs, allowed, keyed.once().isPresent());
    HeaderFields headers = parts.headers().of(charges.merge(allowed.states()));
    Optional<String> conversation = conversationOf(allowed);
    if (conversation.isPresent()) {
      headers.put(Conversations.FIELD, conversation.get());
    }
    return new Proceed(new Exchange(parts, allowed, keyed, facts, charges), headers);
  }

  private static Eventual<Begun> refuse(Answer answer) {
    return Eventual.done(new Refuse(answer));
  }

  private Refuse refuse(Decision decision) {
    Answer answer = refusals().refused(decision, facts);
    conversationOf(decision).ifPresent(it -> answer.headers().put(Conversations.FIELD, it));
    return new Refuse(answer);
  }

  /** Returns the header with the conversation of a decision. */
  private Optional<String> conversationOf(Decision decision) {
    Subject subject = decision.states().subject();
    Optional<Opening> opening = charges.opening();
    if (opening.isPresent()) {
      return parts.conversations().header(opening.get(), subject);
    }
    String id = subject.groups().get(Scope.CONVERSATION);
    return id == null ? Optional.empty() : parts.conversations().header(id, subject);
  }
}
