package dev.quota.http;

import dev.quota.QuotaSnapshot;
import dev.quota.Quotas;
import dev.quota.Subject;
import dev.quota.http.answer.Answer;
import dev.quota.http.answer.Content;
import dev.quota.http.internal.call.Calls;
import dev.quota.http.internal.call.Eventual;
import dev.quota.http.internal.file.ComponentFiles;
import dev.quota.http.internal.json.ProblemJson;
import dev.quota.http.internal.json.QuotaJson;
import dev.quota.http.internal.json.StateJson;
import dev.quota.http.internal.negotiation.Languages;
import dev.quota.http.request.StateFacts;
import dev.quota.message.QuotaMessages;
import dev.quota.policy.Capacity;
import dev.quota.policy.QuotaPolicy;
import dev.quota.store.QuotaStoreException;
import java.nio.charset.StandardCharsets;
import java.util.IllformedLocaleException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/**
 * Reports the caller's own states: {@code GET /state}, and {@code GET /check} for one quota and a
 * cost. Charges nothing. It also serves the web component that shows them. Thread-safe.
 */
final class StateEndpoint {

  private static final System.Logger LOG = System.getLogger(StateEndpoint.class.getName());
  private static final int LONGEST_ECHO = 60;
  private static final int LONGEST_TAG = 100;

  private final Quotas quotas;
  private final QuotaMessages messages;
  private final Languages languages;
  private final StateJson json;
  private final ProblemJson problems;

  /** Reads the files at their first use. */
  private static final class Component {
    static final ComponentFiles FILES = new ComponentFiles();
  }

  StateEndpoint(
      Quotas quotas,
      QuotaMessages messages,
      Languages languages,
      StateJson json,
      ProblemJson problems) {
    this.quotas = quotas;
    this.messages = messages;
    this.languages = languages;
    this.json = json;
    this.problems = problems;
  }

  String componentPath() {
    return Component.FILES.versionedPath();
  }

  /** Returns the document of {@code /state}, for a script element. */
  Eventual<String> inlined(StateFacts request, Calls<?> calls) {
    return Eventual.attempt(() -> calls.states(subject(request)))
        .map(states -> inlined(states, request));
  }

  private String inlined(QuotaSnapshot states, StateFacts request) {
    Locale locale = languages.of(states.subject(), request);
    byte[] document = QuotaJson.bytes(out -> json.write(out, states, locale));
    // JSON has this character only in strings, where it can be escaped.
    return new String(document, StandardCharsets.UTF_8).replace("<", "\\u003c");
  }

  Eventual<Answer> answer(String path, StateFacts request, Calls<?> calls) {
    return Eventual.attempt(() -> answered(path, request, calls))
        .orElse(
            QuotaStoreException.class,
            e -> {
              LOG.log(System.Logger.Level.WARNING, "A state could not be read.", e);
              return Eventual.done(problem(503, "problem.unavailable", Map.of(), request));
            });
  }

  private Eventual<Answer> answered(String path, StateFacts request, Calls<?> calls) {
    Optional<Answer> file = Component.FILES.answer(path, request);
    if (file.isPresent()) {
      return Eventual.done(file.get());
    }
    String tag = request.parameter("locale").orElse("");
    if (!tag.isEmpty() && tag(tag).isEmpty()) {
      return Eventual.done(
          problem(400, "problem.bad_locale", Map.of("locale", shown(tag)), request));
    }
    return switch (path) {
      case "/state" -> state(request, calls);
      case "/check" -> check(request, calls);
      default -> Eventual.done(problem(404, "problem.not_found", Map.of(), request));
    };
  }

  private Eventual<Answer> state(StateFacts request, Calls<?> calls) {
    Optional<String> quota = request.parameter("quota");
    if (quota.isEmpty()) {
      return document(calls.states(subject(request)), request);
    }
    return isKnown(quota.get(), request)
        ? document(calls.states(subject(request), List.of(quota.get())), request)
        : Eventual.done(unknownQuota(quota.get(), request));
  }

  private Eventual<Answer> check(StateFacts request, Calls<?> calls) {
    Optional<String> quota = request.parameter("quota");
    OptionalLong cost = cost(request.parameter("cost").orElse(""));
    if (quota.isEmpty()) {
      return Eventual.done(
          problem(400, "problem.missing_quota", Map.of("known", knownQuotas(request)), request));
    }
    if (!isKnown(quota.get(), request)) {
      return Eventual.done(unknownQuota(quota.get(), request));
    }
    return cost.isEmpty()
        ? Eventual.done(
            problem(400, "problem.bad_cost", Map.of("max", Capacity.MAX_UNITS), request))
        : document(calls.check(subject(request), quota.get(), cost.getAsLong()), request);
  }

  private static OptionalLong cost(String text) {
    if (!text.matches("\\d{1,16}")) {
      return OptionalLong.empty();
    }
    long cost = Long.parseLong(text);
    return cost > Capacity.MAX_UNITS ? OptionalLong.empty() : OptionalLong.of(cost);
  }

  private boolean isKnown(String quota, StateFacts request) {
    QuotaPolicy policy = quotas.policies(subject(request)).quotas().get(quota);
    return policy != null && !policy.isShadow();
  }

  private String knownQuotas(StateFacts request) {
    // People see nothing of a quota in shadow mode, not even its name.
    return quotas.policies(subject(request)).quotas().values().stream()
        .filter(policy -> !policy.isShadow())
        .map(QuotaPolicy::name)
        .collect(Collectors.joining(", "));
  }

  private static Subject subject(StateFacts request) {
    return Objects.requireNonNull(request.subject(), "subject");
  }

  private Eventual<Answer> document(Eventual<QuotaSnapshot> states, StateFacts request) {
    return states.map(it -> document(it, request));
  }

  private Answer document(QuotaSnapshot states, StateFacts request) {
    Locale locale = locale(states.subject(), request);
    byte[] body = QuotaJson.bytes(out -> json.write(out, states, locale));
    return answer(200, locale)
        .body(Answer.Form.JSON, () -> new Content("application/json", body))
        .build();
  }

  private Answer.Builder answer(int status, Locale locale) {
    return Answer.of(status)
        .uncached()
        .header("Cache-Control", "private, no-store")
        .header("X-Content-Type-Options", "nosniff")
        .header("Content-Language", messages.resolve(locale).toLanguageTag());
  }

  /** Returns the locale of an answer. A malformed one in the request is ignored. */
  private Locale locale(Subject subject, StateFacts request) {
    Optional<Locale> asked = request.parameter("locale").flatMap(StateEndpoint::tag);
    return languages.of(asked, Optional.of(subject), request);
  }

  private static Optional<Locale> tag(String text) {
    if (text.length() > LONGEST_TAG) {
      return Optional.empty();
    }
    try {
      return Optional.of(new Locale.Builder().setLanguageTag(text).build());
    } catch (IllformedLocaleException e) {
      // The caller reports it if necessary.
      return Optional.empty();
    }
  }

  private Answer unknownQuota(String quota, StateFacts request) {
    return problem(
        404,
        "problem.unknown_quota",
        Map.of("quota", shown(quota), "known", knownQuotas(request)),
        request);
  }

  private static String shown(String text) {
    if (text.length() <= LONGEST_ECHO) {
      return text;
    }
    // Do not cut a surrogate pair.
    boolean splits = Character.isHighSurrogate(text.charAt(LONGEST_ECHO - 1));
    return text.substring(0, splits ? LONGEST_ECHO - 1 : LONGEST_ECHO) + "…";
  }

  private Answer problem(int status, String key, Map<String, ?> arguments, StateFacts request) {
    Locale locale = locale(subject(request), request);
    String title = messages.text(key + ".title", locale, Map.of());
    String detail = messages.text(key, locale, arguments);
    return answer(status, locale)
        .body(Answer.Form.JSON, () -> problems.content(status, title, detail))
        .build();
  }
}
