package dev.quota.servlet.browser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.Keys;

/** The browser tells tests the truth: what it misses, tests of pages would miss. */
@InBrowser
class BrowserTest {

  private final Browser browser;
  private HttpServer server;
  private String page = "<!doctype html><html lang=en><title>Page</title><h1>Page</h1>";
  private String policy = "";

  BrowserTest(Browser browser) {
    this.browser = browser;
  }

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          byte[] body = page.getBytes(StandardCharsets.UTF_8);
          exchange.getResponseHeaders().set("Content-Type", "text/html;charset=UTF-8");
          if (!policy.isEmpty()) {
            exchange.getResponseHeaders().set("Content-Security-Policy", policy);
          }
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private void open(String html) {
    page = "<!doctype html><html lang=en><title>Page</title><main><h1>Page</h1>" + html + "</main>";
    browser.open("http://127.0.0.1:" + server.getAddress().getPort() + "/");
  }

  @Test
  void seesErrorsOfScripts() {
    open("<script>setTimeout(() => { throw new Error('planted') })</script>");
    browser.eventually(() -> assertThat(browser.errors()).hasSize(1));
    assertThat(browser.errors().get(0)).contains("planted");
    browser.expectErrors("planted");
    assertThat(browser.errors()).isEmpty();
  }

  @Test
  void seesViolationsOfThePolicy() {
    policy = "default-src 'none'";
    open("<p style='color: red'>red</p><script>alert(1)</script>");
    browser.eventually(() -> assertThat(browser.errors()).hasSize(2));
    assertThat(browser.errors()).allMatch(error -> error.contains("Content Security Policy"));
    browser.expectErrors("Content Security Policy");
  }

  @Test
  void countsRequests() {
    open("<script>fetch('/a?b'); fetch('/a?c', {method: 'POST', headers: {'X-A': '1'}})</script>");
    browser.eventually(() -> assertThat(browser.requests("/a?")).hasSize(2));
    PageRequest second = browser.requests("/a?c").get(0);
    assertThat(second.method()).isEqualTo("POST");
    assertThat(second.headers()).containsEntry("x-a", "1");
  }

  @Test
  void eachTestBeginsWithoutAPast() {
    open("<script>localStorage.a = document.cookie = 'a=b'</script>");
    browser.begin();
    open("");
    assertThat(browser.script("return document.cookie")).isEqualTo("");
    assertThat(browser.requests("/")).isNotEmpty();
    assertThat(browser.driver().getWindowHandles()).hasSize(1);
  }

  @Test
  void tellsPagesOfTheirSurroundings() {
    browser
        .dark()
        .reducedMotion()
        .language(Locale.forLanguageTag("ar-EG"))
        .zone(ZoneId.of("Asia/Tokyo"));
    browser.clockAhead(Duration.ofHours(2)).size(320, 640);
    open("");
    assertThat(
            browser.script(
                """
                const media = (query) => matchMedia(`(${query})`).matches;
                return [media('prefers-color-scheme: dark'), media('prefers-reduced-motion: reduce'),
                  media('forced-colors: active'), navigator.language,
                  Intl.DateTimeFormat().resolvedOptions().timeZone, innerWidth,
                  Math.round((Date.now() - performance.timeOrigin - performance.now()) / 6e4),
                  new Date(0).getTime(), new Date() instanceof Date];
                """))
        .isEqualTo(List.of(true, true, false, "ar-EG", "Asia/Tokyo", 320L, 120L, 0L, true));
    browser.forcedColors().light();
    assertThat(browser.script("return matchMedia('(forced-colors: active)').matches"))
        .isEqualTo(true);
    assertThat(browser.requests("/").get(0).headers()).containsKey("user-agent");
  }

  @Test
  void movesTheClockByHand() {
    PageClock clock = browser.stopClock().startAt(Instant.EPOCH);
    open(
        """
        <script>
          window.seen = [];
          const note = (what) => seen.push(what + Date.now());
          setTimeout(() => setTimeout(note, 1000, 'nested '), 1000);
          setInterval(note, 1500, 'every ');
          clearTimeout(setTimeout(note, 10, 'never '));
          setTimeout(() => fetch('/slow').then(() => note('answered ')), 3100);
        </script>
        """);
    clock.advance(Duration.ofMillis(1_499));
    assertThat(browser.script("return seen")).isEqualTo(List.of());
    clock.advance(Duration.ofMillis(3_001));
    assertThat(browser.script("return seen"))
        .isEqualTo(
            List.of("every 1500", "nested 2000", "every 3000", "answered 3100", "every 4500"));
    assertThat(browser.requests("/slow").get(0).headers()).containsEntry(PageClock.HEADER, "3100");
  }

  @Test
  void looksIntoShadowRoots() {
    open(
        """
        <div id=host><template shadowrootmode=open><button>Inside</button></template></div>
        """);
    assertThat(browser.text("#host", "button")).isEqualTo("Inside");
    assertThat(browser.has("#host", "a")).isFalse();
    assertThatThrownBy(() -> browser.find("#host", "a")).hasMessageContaining("no #host > a");
    browser.press(Keys.TAB);
    assertThat(browser.focused().getText()).isEqualTo("Inside");
  }

  @Test
  void knowsWhatAssistiveTechnologyIsTold() {
    open("<div role=meter aria-label=Chat aria-valuenow=3 aria-valuemax=5>");
    AccessibleNode meter = browser.accessible("meter").get(0);
    assertThat(meter.name()).isEqualTo("Chat");
    assertThat(meter.value()).isEqualTo("3");
    assertThat(meter.properties()).containsEntry("valuemax", 5L);
  }

  @Test
  void axeFindsWhatIsWrong() {
    open("<p>fine</p>");
    assertThat(browser.accessibilityFindings()).isEmpty();
    open("<p style='color: #ccc; background: #fff'>faint</p><img src=x>");
    assertThat(browser.accessibilityFindings().toString())
        .contains("color-contrast")
        .contains("image-alt")
        .contains("faint");
  }

  @Test
  void takesPictures() {
    open("");
    assertThat(browser.screenshot("BrowserTest.takes pictures")).isNotEmptyFile();
  }
}
