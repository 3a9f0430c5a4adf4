package dev.quota;

import dev.quota.internal.text.Digests;
import dev.quota.internal.text.Quoted;
import dev.quota.policy.Scope;
import dev.quota.policy.Window;
import dev.quota.spi.Operation;
import dev.quota.spi.StoreCommand;
import dev.quota.spi.StoreReply;
import dev.quota.store.StoreCapability;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;

/** Grants extra units and resets counts, as steps. Thread-safe. */
final class Grants {

  /** How long an operation id is remembered. A repetition after that grants again. */
  private static final Duration REMEMBERED = Window.MAX_PERIOD;

  private final Capabilities capabilities;
  private final RequestFactory requests;
  private final Decider decider;
  private final Events events;

  Grants(Capabilities capabilities, RequestFactory requests, Decider decider, Events events) {
    this.capabilities = capabilities;
    this.requests = requests;
    this.decider = decider;
    this.events = events;
  }

  /** Grants; says the state afterwards. */
  Step<QuotaState> grant(GrantRequest asked) {
    capabilities.require(StoreCapability.GRANTS, "grant");
    Request request = requests.usual(asked.subject(), asked.quota());
    ResolvedQuota quota = request.line(0).quota();
    ResolvedLimit limit =
        asked.limit().isPresent() ? named(quota, asked.limit().get()) : longest(quota);
    StoreCommand.Grant command =
        new StoreCommand.Grant(
            request.key(quota.entries[limit.entry]),
            limit.spec,
            asked.units(),
            asked.expiresAt(),
            // The id may be personal, so the store only sees a digest.
            Operation.charge("grant-" + Digests.digest(asked.operationId()), REMEMBERED));
    return Step.ask(decider.store(), command)
        .then(reply -> granted(request, limit, reply))
        .map(state -> told(asked, state));
  }

  private Step<QuotaState> granted(Request request, ResolvedLimit limit, StoreReply reply) {
    if (reply.outcome() == StoreReply.Outcome.REFUSED) {
      throw new IllegalStateException(
          "limit "
              + limit.qualifiedName
              + " has no room for another grant: at most "
              + StoreCommand.Grant.MAX_BALANCES
              + " of different expiry; wait until one has expired, or let this one expire together"
              + " with one of them");
    }
    return state(request);
  }

  private QuotaState told(GrantRequest asked, QuotaState state) {
    events.granted(asked.subject(), state, asked.units(), asked.reason());
    return state;
  }

  private Step<QuotaState> state(Request request) {
    return decider.states(request).map(states -> states.quotas().get(0));
  }

  private static ResolvedLimit named(ResolvedQuota quota, String name) {
    return Arrays.stream(quota.all)
        .filter(limit -> limit.spec.name().equals(name) && isGrantable(limit))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "limit must be a calendar or session limit of quota "
                        + quota.policy.name()
                        + " that is counted on this plan, or a limit on the conversation that the"
                        + " subject names, was "
                        + Quoted.text(name)));
  }

  /** Returns whether stores count it in windows that end; those of a conversation, too. */
  private static boolean isGrantable(ResolvedLimit limit) {
    return limit.entry != ResolvedLimit.NOT_STORED && limit.isFixed();
  }

  /**
   * Returns the longest limit that is not unlimited on this plan, or the longest if all are
   * unlimited.
   */
  private static ResolvedLimit longest(ResolvedQuota quota) {
    return Arrays.stream(quota.all)
        .filter(limit -> isGrantable(limit) && !limit.ofConversation)
        .max(
            Comparator.comparing((ResolvedLimit limit) -> !limit.shadow)
                .thenComparing(limit -> !limit.isUnlimited())
                .thenComparing(Grants::length))
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "quota "
                        + quota.policy.name()
                        + " has no calendar or session limit that is counted on this plan, and only those can"
                        + " be granted extra units"));
  }

  private static Duration length(ResolvedLimit limit) {
    if (limit.spec.window() instanceof Window.Session session) {
      return session.period();
    }
    return switch (((Window.Calendar) limit.spec.window()).unit()) {
      case DAY -> Duration.ofDays(1);
      case WEEK -> Duration.ofDays(7);
      case MONTH -> Duration.ofDays(30);
      case CYCLE -> Duration.ofDays(31);
    };
  }

  /** Forgets what was used on one scope; says the state afterwards. */
  Step<QuotaState> reset(Subject subject, String quota, Scope scope, String reason) {
    capabilities.require(StoreCapability.RESETS, "reset");
    GrantRequest.requireText(reason, "reason");
    Request request = requests.usual(subject, quota);
    Step<StoreReply> resets = null;
    for (QuotaEntry entry : request.line(0).quota().entries) {
      if (entry.scope() == scope) {
        StoreCommand.Reset command = new StoreCommand.Reset(request.key(entry));
        Step<StoreReply> next = Step.ask(decider.store(), command);
        resets = resets == null ? next : resets.then(unused -> next);
      }
    }
    if (resets == null) {
      throw notCounted(request, scope);
    }
    return resets
        .then(unused -> state(request))
        .map(
            state -> {
              events.reset(subject, state, reason);
              return state;
            });
  }

  private static IllegalArgumentException notCounted(Request request, Scope scope) {
    ResolvedQuota quota = request.line(0).quota();
    return new IllegalArgumentException(
        "quota "
            + quota.policy.name()
            + " counts nothing on the scope "
            + scope.text()
            + "; it counts on "
            + Arrays.stream(quota.entries).map(it -> it.scope().text()).distinct().toList());
  }
}
