package dev.quota.http.internal.refusal;

import dev.quota.Decision;
import dev.quota.LimitState;
import dev.quota.QuotaSnapshot;
import dev.quota.QuotaState;
import dev.quota.RefusalId;
import dev.quota.Subject;
import dev.quota.http.answer.Answer;
import dev.quota.http.answer.Content;
import dev.quota.http.answer.ErrorFormat;
import dev.quota.http.answer.HeaderFields;
import dev.quota.http.answer.RefusedRequest;
import dev.quota.http.internal.header.QuotaHeaders;
import dev.quota.http.internal.header.RetryAdvice;
import dev.quota.http.internal.json.ProblemJson;
import dev.quota.http.internal.negotiation.ContentNegotiation;
import dev.quota.http.internal.negotiation.Languages;
import dev.quota.http.internal.page.BlockPage;
import dev.quota.http.internal.page.Visit;
import dev.quota.http.request.RequestView;
import dev.quota.message.QuotaMessages;
import dev.quota.message.Refusal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Makes the answers to refused requests: status, headers, and a body that is rendered when it is
 * needed. Thread-safe.
 */
public final class Refusals {

  private static final System.Logger LOG = System.getLogger(Refusals.class.getName());

  private static final int BAD_REQUEST = 400;

  private final QuotaMessages messages;
  private final Languages languages;
  private final QuotaHeaders headers;
  private final ProblemJson problems;
  private final BlockPage page;
  private final RetryAdvice advice;
  private final AtomicBoolean warnedAboutOrigins = new AtomicBoolean();

  public Refusals(
      QuotaMessages messages,
      Languages languages,
      QuotaHeaders headers,
      ProblemJson problems,
      BlockPage page,
      RetryAdvice advice) {
    this.messages = messages;
    this.languages = languages;
    this.headers = headers;
    this.problems = problems;
    this.page = page;
    this.advice = advice;
  }

  /** Returns the answer to a request that quotas refuse. */
  public Answer refused(Decision refused, RequestView request) {
    QuotaSnapshot states = refused.states();
    RefusedRequest refusal = describe(refused, languages.of(states.subject(), request));
    HeaderFields fields = headers.of(states);
    Answer.Builder answer =
        Answer.of(refusal.status())
            .decision(Optional.of(refused))
            .headers(fields, QuotaHeaders.exposed(fields));
    if (RetryAdvice.isForPeople(refusal.retryAfterSeconds())) {
      // Some provider SDKs retry automatically. This header stops that.
      answer.header(QuotaHeaders.SHOULD_RETRY, "false");
    }
    return complete(answer, refusal, request);
  }

  /** Returns everything a response says about a refusal. */
  public RefusedRequest describe(Decision refused, Locale locale) {
    Refusal words = messages.refusal(refused, locale);
    RefusalKind kind = RefusalKind.of(refused);
    OptionalLong wait = advice.seconds(refused);
    return new RefusedRequest(
        kind.status(),
        kind.type(),
        words.message().code(),
        words.title(),
        words.detail(),
        locale,
        words.message().locale(),
        words.message().rightToLeft(),
        wait,
        violatedPolicies(refused.states()),
        words.message().actions(),
        Optional.of(words.message()),
        Optional.of(refused.states()),
        ErrorFormat.PROBLEM,
        refused.refusalId().orElseGet(RefusalId::new));
  }

  private static List<String> violatedPolicies(QuotaSnapshot states) {
    List<String> violated = new ArrayList<>();
    for (QuotaState state : states.quotas()) {
      for (LimitState limit : state.blockedBy()) {
        violated.add(limit.qualifiedName());
      }
    }
    return violated;
  }

  /** Refuses because the engine is closed. */
  public Answer unavailable(Subject subject, RequestView request) {
    return plain(
        RefusalKind.UNAVAILABLE,
        languages.of(subject, request),
        OptionalLong.of(jitteredSeconds()),
        request);
  }

  private static long jitteredSeconds() {
    return ThreadLocalRandom.current().nextLong(2, 6);
  }

  /** Refuses a request because of its {@code Idempotency-Key}, or because it has none. */
  public Answer keyed(RefusalKind kind, Subject subject, RequestView request) {
    boolean passes = kind == RefusalKind.IN_PROGRESS;
    return plain(
        kind,
        languages.of(subject, request),
        passes ? OptionalLong.of(jitteredSeconds()) : OptionalLong.empty(),
        request);
  }

  /** Refuses because the policies do not fit the application. */
  public Answer misconfigured(RequestView request) {
    return plain(RefusalKind.UNAVAILABLE, languages.of(request), OptionalLong.empty(), request);
  }

  /** Refuses a prefetch of an endpoint that costs something. */
  public Answer prefetch(RequestView request) {
    return plain(RefusalKind.PREFETCH, languages.of(request), OptionalLong.empty(), request);
  }

  /** Refuses a request with malformed headers about its charge. */
  public Answer badRequest(String key, RequestView request) {
    Locale locale = languages.of(request);
    String title = messages.text(key + ".title", locale, Map.of());
    String detail = messages.text(key, locale, Map.of());
    ContentNegotiation wishes = ContentNegotiation.of(request);
    Answer.Builder answer = common(Answer.of(BAD_REQUEST), messages.resolve(locale));
    if (wishes.preferSentence()) {
      answer.body(Answer.Form.SENTENCE, () -> Sentence.content(detail));
    } else {
      answer.body(
          Answer.Form.JSON, () -> problems.badRequest(request.errors(), title, detail, wishes));
    }
    return answer.build();
  }

  private Answer plain(RefusalKind kind, Locale locale, OptionalLong wait, RequestView request) {
    String key = kind.plainText();
    RefusedRequest refusal =
        new RefusedRequest(
            kind.status(),
            kind.type(),
            kind.plainCode(),
            messages.text(key + ".title", locale, Map.of()),
            messages.text(key, locale, Map.of()),
            locale,
            messages.resolve(locale),
            messages.isRightToLeft(locale),
            wait,
            List.of(),
            List.of(),
            Optional.empty(),
            Optional.empty(),
            ErrorFormat.PROBLEM,
            new RefusalId());
    return complete(Answer.of(kind.status()), refusal, request);
  }

  private Answer complete(Answer.Builder answer, RefusedRequest described, RequestView request) {
    warnIfUnreadable(request);
    RefusedRequest refusal = described.withErrors(request.errors());
    common(answer, refusal.language()).refusal(refusal);
    advice
        .header(refusal.retryAfterSeconds())
        .ifPresent(seconds -> answer.header(QuotaHeaders.RETRY_AFTER, Long.toString(seconds)));
    ContentNegotiation wishes = ContentNegotiation.of(request);
    Answer.Form form = form(wishes);
    return answer.body(form, () -> content(form, refusal, wishes, request)).build();
  }

  private static Answer.Builder common(Answer.Builder answer, Locale language) {
    return answer
        .uncached()
        .header("Cache-Control", "no-store")
        .header("Content-Language", language.toLanguageTag())
        .header("X-Content-Type-Options", "nosniff")
        .header("Vary", "Accept, Accept-Language");
  }

  /** Returns a page for a person in a browser, a sentence if plain text is preferred, else JSON. */
  private static Answer.Form form(ContentNegotiation wishes) {
    if (wishes.preferPage()) {
      return Answer.Form.PAGE;
    }
    return wishes.preferSentence() ? Answer.Form.SENTENCE : Answer.Form.JSON;
  }

  private Content content(
      Answer.Form form, RefusedRequest refusal, ContentNegotiation wishes, RequestView request) {
    return switch (form) {
      case PAGE -> page.content(refusal, Visit.of(request));
      case SENTENCE -> Sentence.content(refusal.detail());
      default -> problems.content(refusal, wishes);
    };
  }

  private void warnIfUnreadable(RequestView request) {
    Optional<String> origin = request.header("Origin");
    if (origin.isPresent()
        && !origin.get().endsWith("://" + request.authority())
        && !request.allowsOtherOrigins()
        && warnedAboutOrigins.compareAndSet(false, true)) {
      LOG.log(
          System.Logger.Level.WARNING,
          "A request from another origin was refused, and without Access-Control-Allow-Origin its"
              + " page can only see a failed fetch. Install the application's CORS filter before"
              + " the quota filter.");
    }
  }
}
