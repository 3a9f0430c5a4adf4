package dev.quota.demo;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Serves a page in the reader's language and colours. So the page is right before its scripts run.
 */
@SuppressWarnings("serial") // servlets of this demo are never serialised
final class TranslatedPageServlet extends HttpServlet {

  /**
   * Set at the first visit. A later visitor without a name stays without one, and does not become
   * alice.
   */
  private static final String VISITED_COOKIE = "demo-visited";

  private static final String THEME_COOKIE = "demo-theme";
  private static final Set<String> THEMES = Set.of("light", "dark");
  private static final String COOKIE_FORM = "%s=%s; Path=/; SameSite=Lax; Max-Age=31536000";

  private final String page;
  private final transient Map<String, String> byLanguage = new ConcurrentHashMap<>();

  TranslatedPageServlet(String resource) throws IOException {
    page = new String(PageServlet.read(resource), StandardCharsets.UTF_8);
  }

  @Override
  protected void doGet(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    String language = PageLanguage.of(request);
    String text = byLanguage.computeIfAbsent(language, it -> Translation.of(page, it));
    byte[] content = themed(text, request).getBytes(StandardCharsets.UTF_8);
    greet(request, response);
    response.setHeader("Content-Language", language);
    response.setHeader("Vary", "Accept-Language, Cookie");
    PageServlet.write(response, "text/html;charset=utf-8", content);
  }

  private static String themed(String text, HttpServletRequest request) {
    return Cookies.find(request, THEME_COOKIE)
        .filter(THEMES::contains)
        .map(theme -> text.replaceFirst("<html ", "<html data-theme=\"" + theme + "\" "))
        .orElse(text);
  }

  /** The first visit begins as a user with a plan. Later visits keep the user that was chosen. */
  private static void greet(HttpServletRequest request, HttpServletResponse response) {
    if (Cookies.find(request, VISITED_COOKIE).isPresent()) {
      return;
    }
    response.addHeader("Set-Cookie", COOKIE_FORM.formatted(VISITED_COOKIE, "1"));
    if (Cookies.find(request, DemoPeople.COOKIE).isEmpty()) {
      response.addHeader("Set-Cookie", COOKIE_FORM.formatted(DemoPeople.COOKIE, "alice"));
    }
  }
}
