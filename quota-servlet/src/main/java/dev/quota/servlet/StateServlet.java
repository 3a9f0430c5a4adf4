package dev.quota.servlet;

import dev.quota.QuotaSnapshot;
import dev.quota.Quotas;
import dev.quota.Subject;
import dev.quota.http.internal.json.QuotaJson;
import dev.quota.http.internal.json.StateJson;
import dev.quota.message.QuotaMessages;
import dev.quota.spi.Capacity;
import dev.quota.spi.QuotaStoreException;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.IllformedLocaleException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Reports the caller's own states: {@code GET /state}, and {@code GET /check} for one quota and a
 * cost. Costs nothing and creates nothing. Hands out the web component that shows them, too.
 */
final class StateServlet extends HttpServlet {

  private static final long serialVersionUID = 1L;
  private static final System.Logger LOG = System.getLogger(StateServlet.class.getName());
  private static final int LONGEST_ECHO = 60;
  private static final int LONGEST_TAG = 100;

  private final transient Preparation preparation;
  private final transient Quotas quotas;
  private final transient SubjectResolver subjects;
  private final transient QuotaMessages messages;
  private final transient Languages languages;
  private final transient StateJson json;
  private final transient ProblemJson problems;
  private final transient ComponentFiles component;

  StateServlet(
      Preparation preparation,
      Quotas quotas,
      SubjectResolver subjects,
      QuotaMessages messages,
      Languages languages,
      StateJson json,
      ProblemJson problems,
      ComponentFiles component) {
    this.preparation = preparation;
    this.quotas = quotas;
    this.subjects = subjects;
    this.messages = messages;
    this.languages = languages;
    this.json = json;
    this.problems = problems;
    this.component = component;
  }

  /**
   * Finds mistakes where the container would initialise the filter with the first request only.
   *
   * @throws IllegalStateException if there are mistakes; Undertow starts in spite of a checked one
   */
  @Override
  public void init() {
    try {
      preparation.run(getServletContext());
    } catch (ServletException e) {
      throw new IllegalStateException(e.getMessage(), e);
    }
  }

  /** Returns what {@code /state} answers, as text that may stand inside a script element. */
  String inlined(HttpServletRequest request) {
    QuotaSnapshot states = quotas.states(subject(request));
    Locale locale = languages.of(states.subject(), request);
    byte[] document = QuotaJson.bytes(out -> json.write(out, states, locale));
    // JSON has this character in strings alone, where it may be written so.
    return new String(document, StandardCharsets.UTF_8).replace("<", "\\u003c");
  }

  @Override
  protected void doGet(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    String path = request.getPathInfo();
    if (path != null && component.send(path, request, response)) {
      return;
    }
    SharedCache.forbid(response);
    response.setHeader("Cache-Control", "private, no-store");
    response.setHeader("X-Content-Type-Options", "nosniff");
    String tag = request.getParameter("locale");
    try {
      if (tag != null && !tag.isEmpty() && tag(tag).isEmpty()) {
        problem(400, "problem.bad_locale", Map.of("locale", shown(tag)), request, response);
      } else if ("/state".equals(path)) {
        state(request, response);
      } else if ("/check".equals(path)) {
        check(request, response);
      } else {
        problem(404, "problem.not_found", Map.of(), request, response);
      }
    } catch (QuotaStoreException e) {
      LOG.log(System.Logger.Level.WARNING, "A state could not be read.", e);
      problem(503, "problem.unavailable", Map.of(), request, response);
    }
  }

  private void state(HttpServletRequest request, HttpServletResponse response) throws IOException {
    String quota = request.getParameter("quota");
    if (quota == null) {
      send(quotas.states(subject(request)), request, response);
    } else if (isKnown(quota)) {
      send(quotas.states(subject(request), List.of(quota)), request, response);
    } else {
      unknownQuota(quota, request, response);
    }
  }

  private void check(HttpServletRequest request, HttpServletResponse response) throws IOException {
    String quota = request.getParameter("quota");
    OptionalLong cost = cost(request.getParameter("cost"));
    if (quota == null) {
      problem(400, "problem.missing_quota", Map.of("known", knownQuotas()), request, response);
    } else if (!isKnown(quota)) {
      unknownQuota(quota, request, response);
    } else if (cost.isEmpty()) {
      problem(400, "problem.bad_cost", Map.of("max", Capacity.MAX_UNITS), request, response);
    } else {
      send(quotas.check(subject(request), quota, cost.getAsLong()), request, response);
    }
  }

  private static OptionalLong cost(@Nullable String text) {
    if (text == null || !text.matches("\\d{1,16}")) {
      return OptionalLong.empty();
    }
    long cost = Long.parseLong(text);
    return cost > Capacity.MAX_UNITS ? OptionalLong.empty() : OptionalLong.of(cost);
  }

  private boolean isKnown(String quota) {
    return quotas.policies().names().contains(quota);
  }

  private String knownQuotas() {
    return String.join(", ", quotas.policies().names());
  }

  private Subject subject(HttpServletRequest request) {
    return Objects.requireNonNull(subjects.resolve(request), "subject");
  }

  private void send(QuotaSnapshot states, HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    Locale locale = locale(states.subject(), request);
    byte[] body = QuotaJson.bytes(out -> json.write(out, states, locale));
    response.setContentType("application/json");
    speak(locale, response);
    response.setContentLength(body.length);
    response.getOutputStream().write(body);
  }

  private void speak(Locale locale, HttpServletResponse response) {
    response.setHeader("Content-Language", messages.resolve(locale).toLanguageTag());
  }

  /** Returns the locale of an answer; what the request asks for does not count if malformed. */
  private Locale locale(Subject subject, HttpServletRequest request) {
    Optional<Locale> asked =
        Optional.ofNullable(request.getParameter("locale")).flatMap(StateServlet::tag);
    return languages.of(asked, Optional.of(subject), request);
  }

  private static Optional<Locale> tag(String text) {
    if (text.length() > LONGEST_TAG) {
      return Optional.empty();
    }
    try {
      return Optional.of(new Locale.Builder().setLanguageTag(text).build());
    } catch (IllformedLocaleException e) {
      // The caller says so, where it matters.
      return Optional.empty();
    }
  }

  private void unknownQuota(String quota, HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    problem(
        404,
        "problem.unknown_quota",
        Map.of("quota", shown(quota), "known", knownQuotas()),
        request,
        response);
  }

  private static String shown(String text) {
    if (text.length() <= LONGEST_ECHO) {
      return text;
    }
    // Half of a character would be no text.
    boolean splits = Character.isHighSurrogate(text.charAt(LONGEST_ECHO - 1));
    return text.substring(0, splits ? LONGEST_ECHO - 1 : LONGEST_ECHO) + "…";
  }

  private void problem(
      int status,
      String key,
      Map<String, ?> arguments,
      HttpServletRequest request,
      HttpServletResponse response)
      throws IOException {
    Locale locale = locale(subject(request), request);
    speak(locale, response);
    problems.write(
        status,
        messages.text(key + ".title", locale, Map.of()),
        messages.text(key, locale, arguments),
        response);
  }
}
