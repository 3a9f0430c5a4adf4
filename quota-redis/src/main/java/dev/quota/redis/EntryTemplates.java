package dev.quota.redis;

import dev.quota.redis.StoredLimit.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Fills the templates of one entry of a script, once or for each of its limits. Immutable. */
final class EntryTemplates {

  private final ScriptParts parts;
  private final int quota;
  private final int number;
  private final List<LimitText> limits = new ArrayList<>();

  /**
   * Creates the templates of one entry.
   *
   * @param number its number, from 1
   * @param letters the kinds of its limits
   * @param firstLimit the number of its first limit
   */
  EntryTemplates(ScriptParts parts, int quota, int number, String letters, int firstLimit) {
    this.parts = parts;
    this.quota = quota;
    this.number = number;
    int firstId = 1 + EntryLayout.headBytes(letters.length());
    for (int i = 0; i < letters.length(); i++) {
      int idAt = firstId + EntryLayout.ID_BYTES * i;
      limits.add(new LimitText(Kind.of(letters.charAt(i)), firstLimit + i, idAt));
    }
  }

  List<LimitText> limits() {
    return limits;
  }

  int signatureBytes() {
    return EntryLayout.headBytes(limits.size()) + EntryLayout.ID_BYTES * limits.size();
  }

  String named(String template) {
    return parts.named(template, quota, number, 0);
  }

  String named(LimitText limit, String template) {
    return parts.named(template, quota, number, limit.number());
  }

  /** Returns the texts of all limits, one after the other. */
  String each(Function<LimitText, String> template) {
    return limits.stream()
        .map(limit -> named(limit, template.apply(limit)))
        .collect(Collectors.joining());
  }

  String each(String rolling, String calendar) {
    return each(limit -> limit.isRolling() ? rolling : calendar);
  }
}
