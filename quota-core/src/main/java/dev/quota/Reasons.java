package dev.quota;

import dev.quota.QuotaEvent.Reason;
import dev.quota.policy.WhenExhausted;
import dev.quota.store.Accuracy;
import dev.quota.store.Availability;

/** Finds the reason of a decision for one of its quotas. */
final class Reasons {

  private Reasons() {}

  /** Returns why a quota refused. */
  static Reason ofRefusal(Decision decision, QuotaState state) {
    return decision instanceof Decision.NeverFits never
            && (never.reason() == Decision.NeverFits.Reason.NOT_IN_PLAN
                || decision.states().binding() == state)
        ? of(never.reason())
        : ofShortage(state);
  }

  private static Reason of(Decision.NeverFits.Reason reason) {
    return switch (reason) {
      case TOO_LARGE -> Reason.TOO_LARGE;
      case NOT_IN_PLAN -> Reason.NOT_IN_PLAN;
      case CONVERSATION_SPENT -> Reason.CONVERSATION_SPENT;
      case CONVERSATION_TOO_LONG -> Reason.CONVERSATION_TOO_LONG;
    };
  }

  /** Returns why another quota was charged instead of one. */
  static Reason ofReplaced(Request request, QuotaState state) {
    return isClosed(request, state) ? Reason.NOT_IN_PLAN : ofShortage(state);
  }

  private static boolean isClosed(Request request, QuotaState state) {
    ResolvedQuota quota = request.resolved().quotas().get(state.name());
    return quota != null && quota.closed;
  }

  /** Returns why a quota would have refused if its limits in shadow mode were enforced. */
  static Reason ofShadow(ResolvedQuota quota, QuotaState state) {
    return quota.isShadowClosed() ? Reason.NOT_IN_PLAN : ofShortage(state);
  }

  /** Returns why a quota allowed something. */
  static Reason ofAllowed(Decided decided, int line) {
    RequestLine asked = decided.request().line(line);
    QuotaState state = decided.states().quotas().get(line);
    if (asked.quota().closed) {
      return Reason.NOT_IN_PLAN;
    }
    if (decided.taken(line) == 0 && !state.isShadow()) {
      return ofShortage(state);
    }
    if (isExceeded(state)) {
      return Reason.LIMIT_REACHED;
    }
    return isUnlimited(state) ? Reason.UNLIMITED : Reason.WITHIN_LIMITS;
  }

  private static boolean isUnlimited(QuotaState state) {
    for (LimitState limit : state.limits()) {
      if (!limit.resolved().isUnlimited()) {
        return false;
      }
    }
    return true;
  }

  /** Returns whether more was taken than there was, because the policy only observes. */
  private static boolean isExceeded(QuotaState state) {
    if (state.policy().whenExhausted() != WhenExhausted.OBSERVE) {
      return false;
    }
    for (LimitState limit : state.limits()) {
      if (limit.overage().orElse(0) > 0) {
        return true;
      }
    }
    return false;
  }

  private static Reason ofShortage(QuotaState state) {
    if (state.accuracy() == Accuracy.UNKNOWN) {
      return Reason.STORE_UNAVAILABLE;
    }
    LimitState limit = state.binding();
    if (limit.availability() instanceof Availability.Never) {
      return Reason.TOO_LARGE;
    }
    if (!limit.isOfConversation()) {
      return Reason.LIMIT_REACHED;
    }
    return limit.countsCalls() ? Reason.CONVERSATION_TOO_LONG : Reason.CONVERSATION_SPENT;
  }
}
