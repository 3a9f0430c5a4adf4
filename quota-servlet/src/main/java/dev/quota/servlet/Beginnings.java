package dev.quota.servlet;

import dev.quota.Decision;
import dev.quota.LimitPolicy;
import dev.quota.LimitWindow;
import dev.quota.QuotaPolicy;
import dev.quota.Quotas;
import dev.quota.Scope;
import dev.quota.Subject;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * How many conversations one subject may begin, counted in this process. Every conversation that is
 * counted keeps keys in the store until its week ends, so that beginnings without end would fill
 * it. Safe for use by several threads.
 */
final class Beginnings {

  /** A person or an agent stays far below; what is above sends no header back. */
  static final String DEFAULT_LIMIT = "60 per minute";

  private static final String NAME = "conversations";
  private static final Map<Locale, String> LABELS =
      Map.of(
          Locale.GERMAN,
          "Neue Unterhaltungen",
          Locale.FRENCH,
          "Nouvelles conversations",
          Locale.forLanguageTag("es"),
          "Conversaciones nuevas",
          Locale.forLanguageTag("pl"),
          "Nowe rozmowy",
          Locale.forLanguageTag("ar"),
          "محادثات جديدة",
          Locale.JAPANESE,
          "新しい会話",
          Locale.CHINESE,
          "新对话");

  private final Quotas quotas;

  Beginnings(LimitPolicy limit) {
    quotas =
        Quotas.builder()
            .policy(
                QuotaPolicy.builder(NAME)
                    .label("New conversations")
                    .labels(LABELS)
                    .limit(limit)
                    .build())
            .build();
  }

  /**
   * Reads how many one subject may begin.
   *
   * @throws IllegalArgumentException if it is not a number over a time
   */
  static LimitPolicy limit(String phrase) {
    LimitPolicy limit = LimitPolicy.of("begun", phrase);
    boolean overTime =
        !(limit.window() instanceof LimitWindow.Concurrent)
            && !(limit.window() instanceof LimitWindow.Conversation);
    if (!overTime || limit.scope().filter(scope -> scope != Scope.USER).isPresent()) {
      throw new IllegalArgumentException(
          "limit must be a number over a time for each subject, such as "
              + DEFAULT_LIMIT
              + ", was \""
              + phrase
              + "\"");
    }
    return limit;
  }

  /** Counts another one; returns the refusal if there were too many. */
  Optional<Decision> begin(Subject subject) {
    Decision decision = quotas.charge(subject, NAME, 1);
    return decision.isAllowed() ? Optional.empty() : Optional.of(decision);
  }
}
