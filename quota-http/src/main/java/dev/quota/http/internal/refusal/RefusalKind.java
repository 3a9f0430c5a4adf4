package dev.quota.http.internal.refusal;

import dev.quota.Decision;
import java.util.Locale;

/** The kinds of refusal, each with its HTTP status and problem type: a public contract. */
public enum RefusalKind {
  EXCEEDED(429, "https://iana.org/assignments/http-problem-types#quota-exceeded"),
  CONVERSATION(429, "https://iana.org/assignments/http-problem-types#quota-exceeded"),
  ABNORMAL(429, "https://iana.org/assignments/http-problem-types#abnormal-usage-detected"),
  NEVER_FITS(422, "https://quota.dev/problems/never-fits"),
  NOT_IN_PLAN(403, "https://quota.dev/problems/not-in-plan"),
  UNAVAILABLE(503, "https://iana.org/assignments/http-problem-types#temporary-reduced-capacity"),
  PREFETCH(503, "https://quota.dev/problems/prefetch"),
  KEY_REUSED(422, "https://quota.dev/problems/key-reused"),
  KEY_MISSING(400, "https://quota.dev/problems/key-missing"),
  IN_PROGRESS(409, "https://quota.dev/problems/in-progress");

  private final int status;
  private final String type;

  RefusalKind(int status, String type) {
    this.status = status;
    this.type = type;
  }

  public static RefusalKind of(Decision refused) {
    if (refused instanceof Decision.NeverFits never) {
      return switch (never.reason()) {
        case TOO_LARGE -> NEVER_FITS;
        case NOT_IN_PLAN -> NOT_IN_PLAN;
        case CONVERSATION_SPENT -> CONVERSATION;
        case CONVERSATION_TOO_LONG -> ABNORMAL;
      };
    }
    return refused instanceof Decision.Unavailable ? UNAVAILABLE : EXCEEDED;
  }

  /** Returns the message code of a refusal without a decision. */
  public String plainCode() {
    return "quota." + name().toLowerCase(Locale.ROOT);
  }

  /** Returns the key of the text of a refusal without a decision. */
  public String plainText() {
    return "problem." + name().toLowerCase(Locale.ROOT);
  }

  public int status() {
    return status;
  }

  public String type() {
    return type;
  }
}
