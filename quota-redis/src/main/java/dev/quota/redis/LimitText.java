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
    return isRolling()
        ? part("drain")
        : part("roll-over", "furthest", kind.furthestEnd().toMillis());
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
