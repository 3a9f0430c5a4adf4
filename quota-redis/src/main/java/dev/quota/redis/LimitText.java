package dev.quota.redis;

import static dev.quota.redis.ScriptParts.part;

import dev.quota.redis.StoredLimit.Kind;

/** One limit in a script: its kind, its number, and the position of its id in the signature. */
record LimitText(Kind kind, int number, int idAt) {

  boolean isRolling() {
    return kind == Kind.ROLLING;
  }

  String found() {
    // Its last word is "else", which forms "elseif" with the next part.
    return part(isRolling() ? "found-rolling" : "found-calendar", "at", idAt()).stripTrailing();
  }

  String bringToNow() {
    if (kind == Kind.SESSION) {
      return part("roll-over-session");
    }
    return isRolling()
        ? part("drain")
        : part("roll-over", "furthest", kind.furthestEnd().toMillis());
  }

  /**
   * Returns the lines that compute when a window ends that begins now, if the argument does not.
   */
  String next() {
    return kind == Kind.SESSION ? part("next-session") : "";
  }

  /** Returns the lines that leave a settlement to the other script if the policy has changed. */
  String unchanged() {
    return switch (kind) {
      case ROLLING -> part("same-capacity");
      case SESSION -> part("same-session");
      default -> "";
    };
  }

  /** Returns the end of the window, also if it has not begun. A session's is negative then. */
  String end() {
    return kind == Kind.SESSION
        ? ", @ends > 0 and @ends or -@next"
        : ", @ends > 0 and @ends or @next";
  }

  String record() {
    return part(
        isRolling() ? "record-rolling" : "record-calendar",
        "first",
        idAt(),
        "last",
        idAt() + EntryLayout.ID_BYTES - 1);
  }
}
