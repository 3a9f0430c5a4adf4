package dev.quota;

import dev.quota.internal.text.Quoted;
import dev.quota.policy.LimitKind;
import dev.quota.policy.LimitPhrase;
import dev.quota.policy.LimitPolicy;
import dev.quota.policy.QuotaPolicy;
import dev.quota.policy.QuotaPolicyBuilder;
import dev.quota.policy.Threshold;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Reads the policy that a {@link Quota} annotation defines in place. Stateless. */
public final class InPlacePolicy {

  private InPlacePolicy() {}

  /**
   * Reads a definition in place.
   *
   * @param annotation an annotation
   * @return the policy, or empty if the annotation defines none
   * @throws IllegalArgumentException if the definition is malformed
   */
  public static Optional<QuotaPolicy> of(Quota annotation) {
    if (annotation.limits().length == 0) {
      if (annotation.warnAt().length > 0) {
        throw new IllegalArgumentException(where(annotation.value()) + " has warnAt but no limits");
      }
      return Optional.empty();
    }
    QuotaPolicyBuilder builder = QuotaPolicy.builder(annotation.value());
    List<LimitPolicy> limits = new ArrayList<>();
    for (String text : annotation.limits()) {
      limits.add(limit(annotation.value(), text));
    }
    List<Threshold> warnAt = warnAt(annotation, limits);
    limits.forEach(builder::limit);
    return Optional.of(builder.warnAt(warnAt).build());
  }

  private static String where(String quota) {
    return "@Quota(" + Quoted.text(quota) + ")";
  }

  private static List<Threshold> warnAt(Quota annotation, List<LimitPolicy> limits) {
    try {
      List<Threshold> warnAt = Arrays.stream(annotation.warnAt()).map(Threshold::parse).toList();
      // If all limits are paces, the warnings are meant for them.
      if (!warnAt.isEmpty()
          && limits.stream().allMatch(limit -> limit.window().kind() == LimitKind.PACE)) {
        limits.replaceAll(limit -> limit.withWarnAt(warnAt));
      }
      return warnAt;
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          where(annotation.value()) + " warnAt: " + e.getMessage(), e);
    }
  }

  private static LimitPolicy limit(String quota, String text) {
    try {
      int colon = colonOfName(text);
      if (colon >= 0) {
        String name = text.substring(0, colon).strip();
        return LimitPhrase.parse(text.substring(colon + 1)).named(name);
      }
      LimitPhrase phrase = LimitPhrase.parse(text);
      return phrase.named(phrase.defaultName());
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(where(quota) + " limits: " + e.getMessage(), e);
    }
  }

  /**
   * Returns the index of the colon after the name of a limit, or -1 if it has no name. A name is
   * one word, because an offset such as +02:00 also has a colon. A regular expression would take
   * quadratic time on long white space.
   */
  private static int colonOfName(String text) {
    int start = 0;
    while (start < text.length() && Character.isWhitespace(text.charAt(start))) {
      start++;
    }
    int end = start;
    while (end < text.length() && !Character.isWhitespace(text.charAt(end))) {
      end++;
    }
    int next = end;
    while (next < text.length() && Character.isWhitespace(text.charAt(next))) {
      next++;
    }
    if (next < text.length() && text.charAt(next) == ':') {
      return next;
    }
    int last = text.substring(start, end).lastIndexOf(':');
    return last < 0 ? -1 : start + last;
  }
}
