package dev.quota.tool.diff;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * One thing that differs between two sets of policies.
 *
 * @param what such as {@code chat.daily} or {@code default-plan}
 * @param plan on which plan; empty for all
 * @param before what it was; empty if it was not there
 * @param after what it is; empty if it is not there any more
 */
public record Difference(
    String what, Optional<String> plan, Optional<String> before, Optional<String> after) {

  static Difference of(String what, String before, String after) {
    return new Difference(what, Optional.empty(), Optional.of(before), Optional.of(after));
  }

  /** Returns it in words: {@code chat.daily on free: 50 → 40}. */
  @Override
  public String toString() {
    String name = plan.map(it -> what + " on " + it).orElse(what);
    if (before.isEmpty()) {
      return name + ": new" + after.filter(it -> !it.isEmpty()).map(it -> ", " + it).orElse("");
    }
    return after
        .map(now -> name + ": " + before.get() + " → " + now)
        .orElseGet(
            () -> name + ": removed" + (before.get().isEmpty() ? "" : ", was " + before.get()));
  }

  /** {@return the same as data} */
  public Map<String, Object> toJson() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("what", what);
    plan.ifPresent(it -> json.put("plan", it));
    before.ifPresent(it -> json.put("before", it));
    after.ifPresent(it -> json.put("after", it));
    json.put("text", toString());
    return json;
  }
}
