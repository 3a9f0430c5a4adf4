package dev.quota.servlet;

import dev.quota.Decision;
import dev.quota.LimitState;
import dev.quota.QuotaSnapshot;
import dev.quota.QuotaState;
import dev.quota.Subject;
import dev.quota.http.ErrorFormat;
import dev.quota.http.RefusedRequest;
import dev.quota.http.internal.header.RetryAdvice;
import dev.quota.http.internal.refusal.RefusalKind;
import dev.quota.message.QuotaMessages;
import dev.quota.message.Refusal;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;

/** Answers requests that do not reach their endpoint: status, headers, and a rendered body. */
final class RefusalWriter {

  private static final System.Logger LOG = System.getLogger(RefusalWriter.class.getName());

  private final QuotaMessages messages;
  private final Languages languages;
  private final QuotaHeaders headers;
  private final RefusalRenderer renderer;
  private final ProblemJson problems;
  private final RetryAdvice advice;
  private final Function<HttpServletRequest, ErrorFormat> formats;
  private final AtomicBoolean warnedAboutOrigins = new AtomicBoolean();

  RefusalWriter(
      QuotaMessages messages,
      Languages languages,
      QuotaHeaders headers,
      RefusalRenderer renderer,
      ProblemJson problems,
      RetryAdvice advice,
      Function<HttpServletRequest, ErrorFormat> formats) {
    this.messages = messages;
    this.languages = languages;
    this.headers = headers;
    this.renderer = renderer;
    this.problems = problems;
    this.advice = advice;
    this.formats = formats;
  }

  /**
   * Answers with a refusal.
   *
   * @throws QuotaRefusedException if it cannot be written here: in an include, in the page of an
   *     error, which it would hide, or after the answer has begun
   */
  void refuse(Decision refused, HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    requireWritable(
        Optional.of(refused), request, response, (to, with) -> answer(refused, to, with));
    answer(refused, request, response);
  }

  private static void requireWritable(
      Optional<Decision> refused,
      HttpServletRequest request,
      HttpServletResponse response,
      QuotaRefusedException.Answer answer)
      throws QuotaRefusedException {
    DispatcherType type = request.getDispatcherType();
    if (type == DispatcherType.INCLUDE || type == DispatcherType.ERROR || response.isCommitted()) {
      throw new QuotaRefusedException(refused, answer);
    }
  }

  private void answer(Decision refused, HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    QuotaSnapshot states = refused.states();
    RefusedRequest refusal = describe(refused, languages.of(states.subject(), request));
    headers.write(states, response);
    if (RetryAdvice.isForPeople(refusal.retryAfterSeconds())) {
      // Some provider SDKs retry by themselves; this header is how they are told not to.
      response.setHeader(QuotaHeaders.SHOULD_RETRY, "false");
    }
    write(refusal, request, response);
  }

  /** Returns everything a response says about a refusal. */
  RefusedRequest describe(Decision refused, Locale locale) {
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
        ErrorFormat.PROBLEM);
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

  /** Refuses because nothing can be decided, not even without the store. */
  void unavailable(Subject subject, HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    plain(
        RefusalKind.UNAVAILABLE,
        languages.of(subject, request),
        OptionalLong.of(jitteredSeconds()),
        request,
        response);
  }

  private static long jitteredSeconds() {
    return ThreadLocalRandom.current().nextLong(2, 6);
  }

  /** Refuses a request for what its {@code Idempotency-Key} says, or does not say. */
  void keyed(
      RefusalKind kind, Subject subject, HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    boolean passes = kind == RefusalKind.IN_PROGRESS;
    plain(
        kind,
        languages.of(subject, request),
        passes ? OptionalLong.of(jitteredSeconds()) : OptionalLong.empty(),
        request,
        response);
  }

  /** Refuses because the application and its policies do not go together. */
  void misconfigured(HttpServletRequest request, HttpServletResponse response) throws IOException {
    plain(RefusalKind.UNAVAILABLE, languages.of(request), OptionalLong.empty(), request, response);
  }

  /** Refuses to run ahead of a click what costs something. */
  void prefetch(HttpServletRequest request, HttpServletResponse response) throws IOException {
    plain(RefusalKind.PREFETCH, languages.of(request), OptionalLong.empty(), request, response);
  }

  /** Refuses a request whose headers say how to charge it, and are malformed. */
  void badRequest(String key, HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    requireWritable(
        Optional.empty(), request, response, (to, with) -> answerBadRequest(key, to, with));
    answerBadRequest(key, request, response);
  }

  private void answerBadRequest(
      String key, HttpServletRequest request, HttpServletResponse response) throws IOException {
    Locale locale = languages.of(request);
    SharedCache.forbid(response);
    response.setStatus(HttpServletResponse.SC_BAD_REQUEST);
    response.setHeader("Content-Language", messages.resolve(locale).toLanguageTag());
    response.setHeader("X-Content-Type-Options", "nosniff");
    response.addHeader("Vary", "Accept, Accept-Language");
    String title = messages.text(key + ".title", locale, Map.of());
    String detail = messages.text(key, locale, Map.of());
    ContentNegotiation wishes = ContentNegotiation.of(request);
    if (wishes.preferSentence()) {
      Sentence.write(detail, response);
    } else {
      problems.writeBadRequest(formats.apply(request), title, detail, wishes, response);
    }
  }

  private void plain(
      RefusalKind kind,
      Locale locale,
      OptionalLong wait,
      HttpServletRequest request,
      HttpServletResponse response)
      throws IOException {
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
            ErrorFormat.PROBLEM);
    requireWritable(Optional.empty(), request, response, (to, with) -> write(refusal, to, with));
    write(refusal, request, response);
  }

  private void write(
      RefusedRequest refusal, HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    warnIfUnreadable(request, response);
    response.setStatus(refusal.status());
    SharedCache.forbid(response);
    response.setHeader("Content-Language", refusal.language().toLanguageTag());
    response.setHeader("X-Content-Type-Options", "nosniff");
    response.addHeader("Vary", "Accept, Accept-Language");
    advice
        .header(refusal.retryAfterSeconds())
        .ifPresent(seconds -> response.setHeader(QuotaHeaders.RETRY_AFTER, Long.toString(seconds)));
    renderer.render(refusal.withErrors(formats.apply(request)), request, response);
  }

  private void warnIfUnreadable(HttpServletRequest request, HttpServletResponse response) {
    String origin = request.getHeader("Origin");
    if (origin != null
        && !origin.endsWith("://" + Authority.of(request))
        && !QuotaHeaders.allowsOtherOrigins(response)
        && warnedAboutOrigins.compareAndSet(false, true)) {
      LOG.log(
          System.Logger.Level.WARNING,
          "A request from another origin was refused, and without Access-Control-Allow-Origin its"
              + " page can only see a failed fetch. Install the application's CORS filter before"
              + " the quota filter.");
    }
  }
}
