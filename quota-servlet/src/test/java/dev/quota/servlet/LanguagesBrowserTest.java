package dev.quota.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quota.servlet.browser.Browser;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

class LanguagesBrowserTest extends ComponentTest {

  LanguagesBrowserTest(Browser browser) {
    super(browser);
  }

  private static final String ELEMENTS =
      "<quota-meter name=chat></quota-meter><quota-notice name=chat></quota-notice>";

  /** Where the middle of a part is, in hundredths of its element's width from the left. */
  private long place(String element, String part) {
    return (Long)
        browser.script(
            """
            const host = document.querySelector(arguments[0]);
            const outer = host.getBoundingClientRect();
            const inner = host.shadowRoot.querySelector(`[part~=${arguments[1]}]`)
              .getBoundingClientRect();
            return Math.round(100 * (inner.left + inner.width / 2 - outer.left) / outer.width);
            """,
            element,
            part);
  }

  @Test
  void rightToLeftIsMirrored() {
    use("chat", 42);
    browser.language(Locale.forLanguageTag("ar")).reducedMotion();
    open(ELEMENTS);
    module("await quota.refresh()");
    assertThat(browser.find("quota-notice", "[part~=notice]").getDomAttribute("dir"))
        .isEqualTo("rtl");
    assertThat(browser.find("quota-notice", "[part~=notice]").getDomAttribute("lang"))
        .isEqualTo("ar");
    assertThat(place("quota-notice", "dismiss")).as("the button is on the left").isLessThan(10);
    assertThat(place("quota-meter", "bar")).as("the bar grows from the right").isGreaterThan(85);
    assertThat(browser.find("quota-notice", "[part~=dismiss]").getAccessibleName())
        .isEqualTo("إغلاق Chat messages");
    assertThat(browser.accessible("meter").get(0).value()).isEqualTo("8");
  }

  @Test
  void thePageMayChooseAnotherLanguageAnyTime() {
    use("chat", 42);
    browser.reducedMotion();
    open(ELEMENTS);
    module("await quota.refresh()");
    assertThat(browser.text("quota-meter", "[part~=text]")).contains("left today");
    assertThat(place("quota-meter", "bar")).isLessThan(15);
    for (String locale : List.of("ar", "de", "ja")) {
      module("quota.configure({locale: given[0]})", locale);
      String text =
          app.get("/quota/state?quota=chat&locale=" + locale, "X-User", ALICE)
              .quota("chat")
              .get("message")
              .get("title")
              .asText();
      browser.eventually(
          () -> assertThat(browser.text("quota-notice", "[part~=title]")).isEqualTo(text));
      assertThat(browser.find("quota-notice", "[part~=notice]").getDomAttribute("lang"))
          .isEqualTo(locale);
    }
    assertThat(place("quota-meter", "bar")).isLessThan(15);
    assertThat(browser.find("quota-notice", "[part~=dismiss]").getAccessibleName())
        .isEqualTo("閉じる Chat messages");
  }

  @Test
  void theServerChoosesByTheLanguageOfTheBrowser() {
    browser.language(Locale.GERMANY);
    open("<quota-meter name=chat></quota-meter>");
    module("await quota.refresh()");
    assertThat(browser.text("quota-meter", "[part~=text]")).contains("heute");
  }
}
