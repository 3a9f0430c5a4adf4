package dev.quota.message;

/** The kinds of messages. Each has its own title and detail. */
enum MessageCode {
  OK("ok", Severity.INFO, true),
  WARNING("warning", Severity.WARNING, true),
  UNLIMITED("unlimited", Severity.INFO, false),
  APPROXIMATE("approximate", Severity.INFO, false),
  UNAVAILABLE("unavailable", Severity.WARNING, false),
  DEGRADED("degraded", Severity.WARNING, true),
  GRACE("grace", Severity.WARNING, true),
  CUT("cut", Severity.ERROR, true),
  EXHAUSTED_CALENDAR("exhausted.calendar", Severity.ERROR, true),
  EXHAUSTED_CALENDAR_SHARED("exhausted.calendar.shared", Severity.ERROR, true),
  EXHAUSTED_ROLLING("exhausted.rolling", Severity.ERROR, true),
  EXHAUSTED_ROLLING_SHARED("exhausted.rolling.shared", Severity.ERROR, true),
  EXHAUSTED_CALENDAR_APPROXIMATE("exhausted.calendar.approximate", Severity.ERROR, true),
  EXHAUSTED_ROLLING_APPROXIMATE("exhausted.rolling.approximate", Severity.ERROR, true),
  EXHAUSTED_CONCURRENT("exhausted.concurrent", Severity.ERROR, false),
  EXHAUSTED_CONCURRENT_SHARED("exhausted.concurrent.shared", Severity.ERROR, false),
  EXHAUSTED_CONVERSATION("exhausted.conversation", Severity.ERROR, false),
  EXHAUSTED_CONVERSATION_SHARED("exhausted.conversation.shared", Severity.ERROR, false),
  NOT_ENOUGH_CALENDAR("not_enough.calendar", Severity.ERROR, true),
  NOT_ENOUGH_ROLLING("not_enough.rolling", Severity.ERROR, true),
  NEVER_FITS("never_fits", Severity.ERROR, false),
  /** Not an error: a plan without a feature is normal until somebody uses the feature. */
  NOT_IN_PLAN("not_in_plan", Severity.INFO, false);

  private final String code;
  private final String idPart;
  private final Severity severity;
  private final boolean hasTime;
  private final String titleKey;
  private final String detailKey;

  MessageCode(String name, Severity severity, boolean hasTime) {
    this.code = "quota." + name;
    this.idPart = name.substring(0, name.indexOf('.') < 0 ? name.length() : name.indexOf('.'));
    this.severity = severity;
    this.hasTime = hasTime;
    this.titleKey = code + ".title";
    this.detailKey = code + ".detail";
  }

  String code() {
    return code;
  }

  /** Returns the last part of the id of a message that no threshold caused. */
  String idPart() {
    return idPart;
  }

  Severity severity() {
    return severity;
  }

  /** Returns whether its texts can have a time. */
  boolean hasTime() {
    return hasTime;
  }

  /** Returns whether the plan's actions are shown. */
  boolean offersActions() {
    return this == OK || isShort();
  }

  /** Returns whether a limit is known to be used up or nearly used up. */
  boolean isShort() {
    return switch (this) {
      case OK, UNLIMITED -> false;
      default -> knowsUse();
    };
  }

  /** Returns whether its texts can say how much is used or left, because that is known exactly. */
  boolean knowsUse() {
    return switch (this) {
      case APPROXIMATE,
          UNAVAILABLE,
          EXHAUSTED_CALENDAR_APPROXIMATE,
          EXHAUSTED_ROLLING_APPROXIMATE ->
          false;
      default -> true;
    };
  }

  /** Returns the key of the title of a refusal with this code. */
  String refusalKey() {
    return switch (this) {
      case NEVER_FITS -> "refusal.too_large";
      case NOT_IN_PLAN -> "refusal.not_in_plan";
      case UNAVAILABLE -> "refusal.unavailable";
      default -> "refusal.limit_reached";
    };
  }

  String titleKey() {
    return titleKey;
  }

  String detailKey() {
    return detailKey;
  }
}
