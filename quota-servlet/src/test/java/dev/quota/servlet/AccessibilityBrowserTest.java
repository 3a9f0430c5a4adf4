package dev.quota.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quota.servlet.browser.Browser;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;

/** Every level in every look, judged by axe-core. */
class AccessibilityBrowserTest extends ComponentTest {

  AccessibilityBrowserTest(Browser browser) {
    super(browser);
  }

  private void everyLevel() {
    use("chat", 42);
    spend("ping", 5);
    spend("report", 2);
    spend("draft", 2);
    spend("note", 3);
  }

  private void openEverything() {
    StringBuilder elements = new StringBuilder();
    for (String quota : app.quotas.policies().names()) {
      elements.append("<section aria-label=\"" + quota + "\"><h2>" + quota + "</h2>");
      elements.append("<quota-meter name=" + quota + "></quota-meter>");
      elements.append("<quota-notice name=" + quota + "></quota-notice></section>");
    }
    elements.append("<quota-check name=report cost=3></quota-check>");
    open(elements.toString());
    // axe takes a page without a colour for white, in the dark too.
    browser.script(
        "const sheet = new CSSStyleSheet();"
            + "sheet.replaceSync('body { background: Canvas; color: CanvasText }');"
            + "document.adoptedStyleSheets = [sheet]");
    module("await quota.refresh()");
  }

  private Object levels() {
    return browser.script(
        """
        return [...new Set([...document.querySelectorAll('quota-meter')]
          .map(({quota}) => quota.level))].sort().join(' ');
        """);
  }

  private void look(String locale, String scheme) {
    browser.language(Locale.forLanguageTag(locale));
    if (scheme.equals("dark")) {
      browser.dark();
    } else {
      browser.light();
    }
  }

  @ParameterizedTest
  @CsvSource({"en, light", "en, dark", "ar, light", "ar, dark"})
  void everyLevelIsAccessible(String locale, String scheme) {
    everyLevel();
    look(locale, scheme);
    openEverything();
    browser.eventually(() -> assertThat(browser.text("quota-check", "[part~=text]")).isNotEmpty());
    browser.eventually(
        () -> assertThat(levels()).isEqualTo("degraded exhausted ok unlimited warning"));
    browser.screenshot("levels-" + locale + "-" + scheme);
    assertThat(browser.accessibilityFindings()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"en, light", "en, dark", "ar, light", "ar, dark"})
  void whatIsNotKnownIsAccessible(String locale, String scheme) {
    app.store.goAway();
    look(locale, scheme);
    openEverything();
    browser.eventually(() -> assertThat(levels()).asString().contains("unknown"));
    browser.screenshot("unknown-" + locale + "-" + scheme);
    assertThat(browser.accessibilityFindings()).isEmpty();
  }

  @Test
  void aPersonsOwnColoursAreAccessible() {
    everyLevel();
    browser.forcedColors();
    openEverything();
    browser.screenshot("levels-forced-colours");
    assertThat(browser.accessibilityFindings()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"light", "dark"})
  void barsCanBeToldFromThePage(String scheme) {
    everyLevel();
    look("en", scheme);
    browser.reducedMotion();
    openEverything();
    assertThat(
            browser.script(
                """
                const page = document.createElement('canvas').getContext('2d');
                const light = (colour) => {
                  page.fillStyle = 'black';
                  page.fillStyle = colour;
                  page.fillRect(0, 0, 1, 1);
                  const [r, g, b] = [...page.getImageData(0, 0, 1, 1).data].map((byte) =>
                    byte / 255 <= 0.04045 ? byte / 255 / 12.92 : ((byte / 255 + 0.055) / 1.055) ** 2.4);
                  return 0.2126 * r + 0.7152 * g + 0.0722 * b + 0.05;
                };
                const paper = light(matchMedia('(prefers-color-scheme: dark)').matches ? '#121212' : 'white');
                return [...document.querySelectorAll('quota-meter')]
                  .map((meter) => meter.shadowRoot.querySelector('[part~=bar]'))
                  .filter((bar) => bar.getClientRects().length)
                  .map((bar) => [bar.getAttribute('part'), light(getComputedStyle(bar).backgroundColor)])
                  .map(([part, bar]) => [part, Math.max(bar, paper) / Math.min(bar, paper)])
                  .filter(([part, ratio]) => ratio < 3)
                  .map(([part, ratio]) => `${part} has ${ratio}`);
                """))
        .isEqualTo(List.of());
  }

  @Test
  void theFocusCanBeSeen() {
    everyLevel();
    openEverything();
    browser.script("document.querySelector('h1').scrollIntoView()");
    for (String control : new String[] {"See plans", "Dismiss Chat messages"}) {
      browser.press(Keys.TAB);
      WebElement focused = browser.focused();
      assertThat(focused.getAccessibleName()).isEqualTo(control);
      assertThat(focused.getCssValue("outline-style")).isEqualTo("solid");
      assertThat(focused.getCssValue("outline-width")).isEqualTo("2px");
      assertThat(focused.getSize().height).as("height of " + control).isGreaterThanOrEqualTo(20);
    }
  }

  @Test
  void thereIsRoomOnANarrowScreen() {
    everyLevel();
    browser.size(320, 640);
    for (String locale : new String[] {"en", "de", "ar", "ja"}) {
      browser.language(Locale.forLanguageTag(locale));
      openEverything();
      browser.screenshot("levels-narrow-" + locale);
      assertThat(
              browser.script(
                  """
                  const {scrollWidth, clientWidth} = document.documentElement;
                  return scrollWidth - clientWidth;
                  """))
          .as(locale)
          .isEqualTo(0L);
    }
  }
}
