package dev.quota.http.internal.conversation;

import dev.quota.Charge;
import dev.quota.Decision;
import dev.quota.Idempotency;
import dev.quota.Quotas;
import dev.quota.Subject;
import dev.quota.http.internal.call.Calls;
import dev.quota.http.internal.call.Eventual;
import dev.quota.policy.LimitPolicy;
import dev.quota.policy.LimitWindow;
import dev.quota.policy.QuotaPolicy;
import dev.quota.policy.Scope;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Limits how many conversations one subject may begin, counted in this process. Each counted
 * conversation has keys in the store until its week ends, so an unlimited number would fill the
 * store. Thread-safe.
 */
public final class Beginnings {

  /** With this limit, one subject has at most 70,000 conversations in a week. */
  public static final String DEFAULT_LIMIT = "10000 per 24 hours";

  /** How long a repeated beginning of a conversation is not counted again. */
  private static final Duration REMEMBERED = Duration.ofHours(1);

  private static final String NAME = "conversations";
  private static final List<Charge> ONE = List.of(new Charge(NAME, 1));
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

  public Beginnings(LimitPolicy limit) {
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
   * Reads the limit.
   *
   * @throws IllegalArgumentException if it is not a number of conversations in a window
   */
  public static LimitPolicy limit(String phrase) {
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

  /** Counts another conversation, once. Returns the refusal if there were too many. */
  public Optional<Decision> begin(Subject subject, String id) {
    Decision decision = quotas.charge(subject, ONE, new Idempotency(id, REMEMBERED));
    return decision.isAllowed() ? Optional.empty() : Optional.of(decision);
  }

  /** Counts another conversation as a reservation, which can be refused like any other. */
  public <R> Eventual<R> reserve(Calls<R> calls, Subject subject) {
    return calls.at(quotas).reserve(subject, NAME, 1);
  }
}
