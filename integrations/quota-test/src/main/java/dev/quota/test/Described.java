package dev.quota.test;

import dev.quota.Decision;
import dev.quota.LimitState;
import dev.quota.QuotaSnapshot;
import dev.quota.QuotaState;
import dev.quota.message.QuotaMessages;
import dev.quota.policy.Plan;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.StringJoiner;

/** The whole state in lines of text, for messages of tests that fail. It shows no user's id. */
final class Described {

  private Described() {}

  static String decision(Decision decision) {
    return "Decision: " + kind(decision) + "\n" + snapshot(decision.states());
  }

  /** Returns what was decided, in a few words. */
  static String kind(Decision decision) {
    if (decision instanceof Decision.Allowed allowed) {
      String repeated = allowed.isRepetition() ? ", a repetition" : "";
      return (allowed.isDegraded() ? "allowed, degraded" : "allowed") + repeated;
    } else if (decision instanceof Decision.Denied denied) {
      return "denied, retry after " + denied.retryAfter();
    } else if (decision instanceof Decision.NeverFits never) {
      return "never fits, " + never.reason();
    } else if (decision instanceof Decision.Unavailable unavailable) {
      return "unavailable, retry after " + unavailable.retryAfter();
    }
    return decision.getClass().getSimpleName();
  }

  static String snapshot(QuotaSnapshot snapshot) {
    StringJoiner lines = new StringJoiner("\n");
    lines.add(
        "State of "
            + snapshot.subject()
            + " on plan "
            + snapshot.plan().map(Plan::name).orElse("(none)")
            + " at "
            + snapshot.now()
            + ", zone "
            + snapshot.zone()
            + ":");
    snapshot.quotas().forEach(state -> lines.add(state(state)));
    return lines.toString();
  }

  static String state(QuotaState state) {
    StringJoiner lines = new StringJoiner("\n");
    lines.add(
        "  "
            + state.name()
            + ": level "
            + state.level()
            + ", code "
            + QuotaMessages.code(state)
            + ", accuracy "
            + state.accuracy()
            + ", cost "
            + state.cost()
            + (state.allowed() ? " fits" : " does not fit")
            + state.retryAfter().map(wait -> ", retry after " + wait).orElse(""));
    state.limits().forEach(limit -> lines.add(limit(state, limit)));
    return lines.toString();
  }

  private static String limit(QuotaState state, LimitState limit) {
    return "    "
        + limit.name()
        + (limit.name().equals(state.primary().name()) ? " (primary)" : "")
        + ": "
        + number(limit.used(), "?")
        + " used and "
        + number(limit.reserved(), "?")
        + " reserved of "
        + number(limit.limit(), "unlimited")
        + ", "
        + number(limit.remaining(), "?")
        + " remaining, per "
        + limit.scope().text()
        + moment(", resets at ", limit.resetAt())
        + moment(", full at ", limit.fullAt())
        + (limit.isShort() ? ", SHORT" : "");
  }

  private static String number(OptionalLong number, String none) {
    return number.isPresent() ? Long.toString(number.getAsLong()) : none;
  }

  private static String moment(String words, Optional<?> moment) {
    return moment.map(at -> words + at).orElse("");
  }
}
