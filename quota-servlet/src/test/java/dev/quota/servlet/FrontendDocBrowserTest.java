package dev.quota.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quota.Subject;
import dev.quota.policy.Policies;
import dev.quota.policy.QuotaPolicy;
import dev.quota.policy.Unit;
import dev.quota.servlet.browser.Browser;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What {@code docs/frontend.md} shows does what it says, as it stands there. */
class FrontendDocBrowserTest extends ComponentTest {

  private static final Path DOC = Path.of("..", "docs", "frontend.md");

  FrontendDocBrowserTest(Browser browser) {
    super(browser);
  }

  @Override
  TestApp.Builder application() {
    return TestApp.with(
            Policies.builder()
                .quota(
                    QuotaPolicy.builder("chat")
                        .unit(Unit.count("message", "messages"))
                        .limit("daily", "5 per calendar day")
                        .build())
                .quota(
                    QuotaPolicy.builder("tokens").limit("daily", "1000 per calendar day").build())
                .build())
        .servlet("/api/chat", new TestServlets.Chat())
        .customise(filter -> filter.subjects(FrontendDocBrowserTest::subject))
        .filter("/quota/*", new OtherOrigin());
  }

  /** Knows Alice by her token too. */
  private static Subject subject(HttpServletRequest request) {
    return "Bearer secret".equals(request.getHeader("Authorization"))
        ? Subject.user(ALICE)
        : TestApp.subject(request);
  }

  @BeforeEach
  void allowInlineScripts() {
    pages.policy("");
  }

  /** Returns the example of a language under a heading. */
  private static String example(String heading, String language) {
    Pattern fence = Pattern.compile("(?ms)^```" + language + "\\R(.*?)^```$");
    try {
      String text = Files.readString(DOC);
      int start = text.indexOf("\n## " + heading + "\n");
      assertThat(start).as("the heading " + heading).isNotNegative();
      int end = text.indexOf("\n## ", start + 1);
      List<MatchResult> found =
          fence.matcher(text.substring(start, end < 0 ? text.length() : end)).results().toList();
      assertThat(found).as("%s under %s", language, heading).hasSize(1);
      return found.get(0).group(1);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void openDocument(String body) {
    browser.open(document(body));
  }

  private String document(String body) {
    return pages.put(
        "doc", "<!doctype html><html lang=en><meta charset=utf-8><title>Doc</title>" + body);
  }

  private static String inline(String script) {
    return "<script type=module>" + script + "</script>";
  }

  private String meter(String attribute) {
    return browser.find("quota-meter", "[part~=track]").getDomAttribute(attribute);
  }

  @Test
  void plainHtml() {
    spend("chat", 5);
    openDocument(example("Plain HTML", "html"));
    browser.eventually(() -> assertThat(meter("aria-valuenow")).isEqualTo("0"));
    assertThat(browser.text("quota-notice", "[part~=title]")).isNotEmpty();
    browser.eventually(
        () -> assertThat(browser.text("quota-check", "[part~=text]")).contains("1,200"));
  }

  @Test
  void afterEachRequest() {
    openDocument(
        "<quota-meter name=chat></quota-meter><script>var prompt = 'Hello'</script>"
            + inline(example("After each request", "js") + "window.answer = response.status;"));
    browser.eventually(() -> assertThat(browser.script("return window.answer")).isEqualTo(200L));
    browser.eventually(() -> assertThat(meter("aria-valuenow")).isEqualTo("4"));
    spend("chat", 4);
    browser.reload();
    browser.eventually(() -> assertThat(browser.script("return window.answer")).isEqualTo(429L));
    browser.eventually(() -> assertThat(meter("aria-valuenow")).isEqualTo("0"));
  }

  @Test
  void beforeSending() {
    openDocument(
        "<script type=module src=/quota/quota.js></script>" + example("Before sending", "html"));
    String type =
        "const text = document.querySelector('textarea'); text.value = 'x'.repeat(arguments[0]);"
            + "text.dispatchEvent(new Event('input'))";
    browser.script(type, 4_800);
    browser.eventually(() -> assertThat(browser.find("#send").isEnabled()).isFalse());
    assertThat(browser.text("quota-check", "[part~=text]")).contains("1,200");
    browser.script(type, 4_000);
    browser.eventually(() -> assertThat(browser.find("#send").isEnabled()).isTrue());
    assertThat(browser.text("quota-check", "[part~=text]")).isEmpty();
  }

  @Test
  void events() {
    browser.beforeEachPage("window.said = []; console.log = (text) => said.push(text)");
    openDocument(
        "<quota-meter name=chat></quota-meter><script type=module src=/quota/quota.js></script>"
            + inline(example("Events", "js")));
    browser.eventually(() -> assertThat(meter("aria-valuenow")).isEqualTo("5"));
    spend("chat", 5);
    module("await quota.refresh()");
    assertThat(browser.script("return said")).isEqualTo(List.of("No messages left today"));
  }

  @Test
  void renderedOnTheServer() {
    spend("chat", 2);
    String state = app.get("/quota/state", "X-User", ALICE).body().replace("<", "\\u003c");
    pages.answers(question -> Optional.of(new ComponentApp.Reply(500, "text/html", "<p>Oh no")));
    String example = example("Rendered on the server", "html");
    assertThat(example).contains(">…<");
    openDocument("<quota-meter name=chat></quota-meter>" + example.replace("…", state));
    browser.eventually(() -> assertThat(meter("aria-valuenow")).isEqualTo("3"));
  }

  @Test
  void looks() {
    spend("chat", 5);
    browser.reducedMotion();
    openDocument(
        "<style>"
            + example("Looks", "css")
            + "</style><quota-meter name=tokens></quota-meter><quota-notice></quota-notice>"
            + "<div><quota-meter name=chat></quota-meter></div>"
            + "<script type=module src=/quota/quota.js></script>");
    browser.eventually(() -> browser.find("div quota-meter", "[part~=bar][part~=exhausted]"));
    assertThat(browser.find("quota-meter", "[part~=bar]").getCssValue("background-color"))
        .as("seagreen")
        .isEqualTo("rgba(46, 139, 87, 1)");
    assertThat(browser.find("quota-meter", "[part~=track]").getCssValue("height"))
        .isEqualTo("12px");
    assertThat(browser.find("div quota-meter", "[part~=bar]").getCssValue("background-color"))
        .as("crimson")
        .isEqualTo("rgba(220, 20, 60, 1)");
    assertThat(browser.find("quota-notice", "[part~=notice]").getCssValue("border-radius"))
        .isEqualTo("16px");
  }

  @Test
  void tokensAndOtherOrigins() {
    spend("chat", 2);
    String script =
        example("Tokens and other origins", "js")
            .replace("https://api.example.com", pages.address(""));
    String elsewhere =
        document(
                "<quota-meter name=chat></quota-meter><script>const token = () => 'secret'</script>"
                    + inline(script))
            .replace("127.0.0.1", "localhost");
    browser.headers(Map.of());
    browser.open(elsewhere);
    browser.eventually(() -> assertThat(meter("aria-valuenow")).isEqualTo("3"));
    assertThat(browser.requests("/quota/state"))
        .anySatisfy(
            request -> {
              assertThat(request.url()).startsWith(pages.address("/quota/"));
              assertThat(request.headers()).containsEntry("authorization", "Bearer secret");
            });
  }

  /** Sends the headers of the document to a page that came from {@code localhost}. */
  private static final class OtherOrigin extends HttpFilter {

    private static final long serialVersionUID = 1L;

    @Override
    protected void doFilter(
        HttpServletRequest request, HttpServletResponse response, FilterChain chain)
        throws IOException, ServletException {
      String origin = request.getHeader("Origin");
      if (origin != null && origin.startsWith("http://localhost")) {
        for (String header : example("Tokens and other origins", "http").lines().toList()) {
          String[] parts = header.split(": ", 2);
          response.addHeader(parts[0], parts[1].replace("https://app.example.com", origin));
        }
        if (request.getMethod().equals("OPTIONS")) {
          return;
        }
      }
      chain.doFilter(request, response);
    }
  }
}
