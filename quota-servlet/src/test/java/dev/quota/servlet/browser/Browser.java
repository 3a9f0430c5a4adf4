package dev.quota.servlet.browser;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import org.openqa.selenium.JavascriptException;
import org.openqa.selenium.WebDriverException;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.WindowType;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.interactions.Actions;

/**
 * One tab of a real browser, new for every test. What the page is to be told of its surroundings
 * (language, zone, colours, clock) is said before it is opened. For use by one thread.
 */
public final class Browser implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final long BETWEEN_LOOKS_NANOS = 20_000_000;
  private static final Path PICTURES = Path.of("target", "screenshots");

  /** Finds an element through open shadow roots: each selector looks inside the one before. */
  private static final String FIND =
      """
      let root = document, found = null;
      for (const selector of arguments[0]) {
        found = root && root.querySelector(selector);
        root = found && (found.shadowRoot ?? found);
      }
      return found;
      """;

  private static final String FOCUSED =
      """
      let focused = document.activeElement;
      while (focused && focused.shadowRoot && focused.shadowRoot.activeElement) {
        focused = focused.shadowRoot.activeElement;
      }
      return focused;
      """;

  private final ChromeDriver driver;
  private final PageLog log;
  private final Map<String, String> media = new LinkedHashMap<>();
  private final List<String> expected = new ArrayList<>();
  private boolean hidden;

  Browser(ChromeDriver driver) {
    this.driver = driver;
    this.log = new PageLog(driver);
  }

  /** Opens a tab without a past, and closes the others. */
  void begin() {
    if (hidden) {
      show();
    }
    List<String> old = List.copyOf(driver.getWindowHandles());
    String fresh = driver.switchTo().newWindow(WindowType.TAB).getWindowHandle();
    for (String tab : old) {
      driver.switchTo().window(tab).close();
    }
    driver.switchTo().window(fresh);
    cdp("Network.clearBrowserCookies", Map.of());
    cdp("Network.clearBrowserCache", Map.of());
    // Storage is kept by origin, and each test's server has a port of its own.
    media.clear();
    expected.clear();
    log.clear();
  }

  /** The driver itself, for what this class does not offer. */
  public ChromeDriver driver() {
    return driver;
  }

  // ---- before a page is opened

  /** Tells pages that a person prefers dark colours. */
  public Browser dark() {
    return media("prefers-color-scheme", "dark");
  }

  /** Tells pages that a person prefers light colours. */
  public Browser light() {
    return media("prefers-color-scheme", "light");
  }

  /** Tells pages that a person wants little to move. */
  public Browser reducedMotion() {
    return media("prefers-reduced-motion", "reduce");
  }

  /** Replaces the colours of pages by a few of the person's own. */
  public Browser forcedColors() {
    return media("forced-colors", "active");
  }

  private Browser media(String feature, String value) {
    media.put(feature, value);
    List<Map<String, String>> features = new ArrayList<>();
    media.forEach((name, set) -> features.add(Map.of("name", name, "value", set)));
    cdp("Emulation.setEmulatedMedia", Map.of("features", features));
    return this;
  }

  /** Sets the language of the browser: {@code navigator.language} and {@code Accept-Language}. */
  public Browser language(Locale locale) {
    String tag = locale.toLanguageTag();
    cdp("Emulation.setLocaleOverride", Map.of("locale", tag));
    cdp(
        "Emulation.setUserAgentOverride",
        Map.of(
            "userAgent",
            Objects.requireNonNull(driver.executeScript("return navigator.userAgent")),
            "acceptLanguage",
            tag));
    return this;
  }

  /** Sets the time zone of the browser. */
  public Browser zone(ZoneId zone) {
    cdp("Emulation.setTimezoneOverride", Map.of("timezoneId", zone.getId()));
    return this;
  }

  /** Sends headers with every request, by which a test's server may know whose it is. */
  public Browser headers(Map<String, String> headers) {
    cdp("Network.setExtraHTTPHeaders", Map.of("headers", headers));
    return this;
  }

  /** Sets the size of the page in CSS pixels, which may be narrower than a window can be. */
  public Browser size(int width, int height) {
    cdp(
        "Emulation.setDeviceMetricsOverride",
        Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", false));
    return this;
  }

  /** Puts the clock of pages ahead of the machine's, or behind it. */
  public Browser clockAhead(Duration ahead) {
    return beforeEachPage(
        """
        {
          const ahead = %d, Real = Date, now = () => Real.now() + ahead;
          globalThis.Date = new Proxy(Real, {
            construct: (type, given, target) =>
              Reflect.construct(type, given.length ? given : [now()], target),
            apply: () => new Real(now()).toString(),
            get: (type, name) => (name === 'now' ? now : Reflect.get(type, name)),
          });
        }
        """
            .formatted(ahead.toMillis()));
  }

  /** Stops the clock of pages, which is then moved by hand. */
  public PageClock stopClock() {
    return PageClock.install(this);
  }

  /** Runs a script in every page before its own. */
  public Browser beforeEachPage(String script) {
    cdp("Page.addScriptToEvaluateOnNewDocument", Map.of("source", script));
    return this;
  }

  // ---- a page

  /** Opens a page and waits until it is loaded. */
  public void open(String url) {
    driver.get(url);
  }

  /** Opens the same page again. */
  public void reload() {
    driver.navigate().refresh();
  }

  /** Puts the window away, so that nobody sees the page. */
  public void hide() {
    driver.manage().window().minimize();
    hidden = true;
  }

  /** Brings the window back. */
  public void show() {
    driver.manage().window().setSize(Chromium.WINDOW);
    hidden = false;
  }

  /** Takes the network away from pages, or gives it back. */
  public void offline(boolean offline) {
    cdp(
        "Network.emulateNetworkConditions",
        Map.of("offline", offline, "latency", 0, "downloadThroughput", -1, "uploadThroughput", -1));
  }

  /** Runs a script and returns what it returns; promises are awaited. */
  public Object script(String script, Object... arguments) {
    return driver.executeScript(script, arguments);
  }

  /**
   * Finds an element; each selector after the first looks inside the one before, and in its shadow
   * root if it has one.
   *
   * @throws AssertionError if there is none
   */
  public WebElement find(String... selectors) {
    Object found = driver.executeScript(FIND, List.of(selectors));
    if (found instanceof WebElement element) {
      return element;
    }
    throw new AssertionError("no " + String.join(" > ", selectors) + " in " + driver.getTitle());
  }

  /** Says whether there is such an element: see {@link #find}. */
  public boolean has(String... selectors) {
    return driver.executeScript(FIND, List.of(selectors)) != null;
  }

  /** Returns the text that a person sees in an element: see {@link #find}. */
  public String text(String... selectors) {
    return find(selectors).getText();
  }

  /** Returns the element that has the focus, looking into shadow roots. */
  public WebElement focused() {
    return (WebElement) Objects.requireNonNull(driver.executeScript(FOCUSED), "focused");
  }

  /** Presses keys on whatever has the focus. */
  public void press(CharSequence... keys) {
    new Actions(driver).sendKeys(keys).perform();
  }

  /** Looks again until an assertion holds, and fails as it does when patience is at its end. */
  public void eventually(Assertion assertion) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      try {
        assertion.check();
        return;
      } catch (AssertionError | WebDriverException e) {
        // Elements come and go while a page changes; the last word is what counts.
        if (System.nanoTime() > deadline || e instanceof JavascriptException) {
          throw e;
        }
        LockSupport.parkNanos(BETWEEN_LOOKS_NANOS);
      }
    }
  }

  /** Something that is asserted. */
  @FunctionalInterface
  public interface Assertion {
    /** Fails unless it holds. */
    void check();
  }

  // ---- what assistive technology, the network and the console know

  /** Returns the elements that assistive technology is told of with a role. */
  public List<AccessibleNode> accessible(String role) {
    return AccessibleNode.all(cdp("Accessibility.getFullAXTree", Map.of())).stream()
        .filter(node -> node.role().equals(role))
        .toList();
  }

  /** Returns what axe-core finds wrong with the page, nothing if all is well. */
  public List<String> accessibilityFindings() {
    return Axe.findings(driver);
  }

  /** Returns the requests of this test whose address contains a text. */
  public List<PageRequest> requests(String part) {
    return log.requests().stream().filter(request -> request.url().contains(part)).toList();
  }

  /** Lets errors pass that contain a text; all others fail the test. */
  public void expectErrors(String part) {
    expected.add(part);
  }

  /** Returns the errors of scripts and the violations of policies that were not expected. */
  public List<String> errors() {
    return log.errors().stream()
        .filter(error -> expected.stream().noneMatch(error::contains))
        .toList();
  }

  /** Takes a picture of the whole page and returns where it is. */
  public Path screenshot(String name) {
    Object picture =
        cdp("Page.captureScreenshot", Map.of("captureBeyondViewport", true)).get("data");
    Path file = PICTURES.resolve(name.replaceAll("[^\\w.-]+", "_").replaceAll("_$", "") + ".png");
    try {
      Files.createDirectories(PICTURES);
      return Files.write(file, Base64.getDecoder().decode(String.valueOf(picture)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Sends a command of the DevTools protocol to the tab. */
  public Map<String, Object> cdp(String command, Map<String, Object> parameters) {
    return driver.executeCdpCommand(command, parameters);
  }

  @Override
  public void close() {
    driver.quit();
  }
}
