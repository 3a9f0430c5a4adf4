package dev.quota.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quota.servlet.browser.AccessibleNode;
import dev.quota.servlet.browser.Browser;
import dev.quota.servlet.browser.PageClock;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.Keys;

/** Notices side by side do not contradict each other, and nobody loses their place in the page. */
class SeveralNoticesBrowserTest extends ComponentTest {

  private static final String BOTH =
      "<label>Message <input></label>"
          + "<div><quota-notice name=draft></quota-notice><quota-notice name=chat></quota-notice></div>";

  SeveralNoticesBrowserTest(Browser browser) {
    super(browser);
  }

  /** The texts that can be seen in notices, one for each notice that is shown. */
  private List<?> shown() {
    return (List<?>)
        browser.script(
            """
            return [...document.querySelectorAll('quota-notice')]
              .map((it) => it.shadowRoot.querySelector('[part~=notice]'))
              .filter((box) => box.getClientRects().length)
              .map((box) => box.innerText.replace(/\\s+/g, ' '));
            """);
  }

  private void eventuallyShown(int notices) {
    browser.eventually(() -> assertThat(shown()).hasSize(notices));
  }

  private void dismissByKeys() {
    browser.script(
        """
        [...document.querySelectorAll('quota-notice')]
          .map((it) => it.shadowRoot.querySelector('[part~=dismiss]'))
          .find((button) => button.getClientRects().length).focus();
        """);
    browser.press(Keys.ENTER);
  }

  private String focusedTag() {
    return String.valueOf(browser.script("return document.activeElement.localName"));
  }

  @Test
  void whatBlocksWinsOverWhatIsDegraded() {
    spend("draft", 2);
    open(BOTH);
    eventuallyShown(1);
    assertThat(shown().get(0).toString()).contains("a smaller model");
    use("chat", 50);
    module("await quota.refresh()");
    eventuallyShown(1);
    assertThat(shown().get(0).toString())
        .startsWith("No messages left today")
        .doesNotContain("smaller model");
    browser.find("quota-notice[name=chat]", "[part~=dismiss]").click();
    browser.eventually(() -> assertThat(shown()).as("it still blocks").isEmpty());
  }

  @Test
  void theRestIsALineInTheNoticeThatBlocks() {
    use("chat", 42);
    spend("report", 2);
    open(
        "<quota-notice name=chat></quota-notice><quota-notice name=report></quota-notice>"
            + "<quota-notice></quota-notice>");
    eventuallyShown(1);
    assertThat(shown().get(0).toString())
        .startsWith("No reports left today")
        .contains("Chat messages 8 of 50 messages left today")
        .doesNotContain("Reports No reports");
    browser.find("quota-notice[name=report]", "[part~=dismiss]").click();
    browser.eventually(
        () -> assertThat(shown().toString()).startsWith("[8 of 50 messages left today"));
    eventuallyShown(1);
  }

  @Test
  void noticesOfDifferentPartsOfThePageAreOfTheirOwn() {
    use("chat", 42);
    spend("report", 2);
    open(
        "<section><quota-notice name=chat></quota-notice></section>"
            + "<section><quota-notice name=report></quota-notice></section>");
    eventuallyShown(2);
    assertThat(browser.accessible("group").stream().map(AccessibleNode::name))
        .containsExactly("Chat messages", "Reports");
    assertThat(browser.accessible("button").stream().map(AccessibleNode::name))
        .containsExactly("Dismiss Chat messages", "Dismiss Reports");
    assertThat(browser.accessibilityFindings()).isEmpty();
  }

  @Test
  void aNoticeThatNobodySeesSpeaksForNoOther() {
    use("chat", 42);
    spend("report", 2);
    open("<quota-notice name=chat></quota-notice><quota-notice name=report hidden></quota-notice>");
    eventuallyShown(1);
    assertThat(shown().get(0).toString()).startsWith("8 of 50").doesNotContain("reports");
    browser.script("document.querySelector('[name=report]').hidden = false");
    browser.eventually(() -> assertThat(shown().toString()).startsWith("[No reports left today"));
    browser.script("document.querySelector('[name=report]').remove()");
    browser.eventually(() -> assertThat(shown().toString()).startsWith("[8 of 50"));
  }

  @Test
  void theFocusGoesToTheNextNotice() {
    use("chat", 42);
    spend("report", 2);
    open(
        "<section><quota-notice name=report></quota-notice></section><p><a href=/x>Between</a></p>"
            + "<section><quota-notice name=chat></quota-notice></section>");
    eventuallyShown(2);
    dismissByKeys();
    eventuallyShown(1);
    assertThat(browser.focused().getAccessibleName()).isEqualTo("Dismiss Chat messages");
  }

  @Test
  void theFocusGoesBackToWhereItCameFrom() {
    use("chat", 42);
    open("<label>Message <input></label><quota-notice name=chat></quota-notice>");
    eventuallyShown(1);
    browser.find("input").click();
    browser.press(Keys.TAB, Keys.TAB, Keys.ENTER);
    eventuallyShown(0);
    assertThat(focusedTag()).isEqualTo("input");
    browser.press("on I write");
    assertThat(browser.find("input").getDomProperty("value")).isEqualTo("on I write");
  }

  @Test
  void theFocusGoesToTheMeterWhereItCameFromNowhere() {
    use("chat", 42);
    open("<quota-notice name=chat></quota-notice><quota-meter name=chat></quota-meter>");
    eventuallyShown(1);
    browser.press(Keys.TAB, Keys.TAB, Keys.ENTER);
    eventuallyShown(0);
    assertThat(focusedTag()).isEqualTo("quota-meter");
    assertThat(browser.focused().getAccessibleName()).isEqualTo("Chat messages");
  }

  @Test
  void theFocusStaysInPlaceWhereThereIsNothingElse() {
    use("chat", 42);
    open("<quota-notice name=chat></quota-notice><p><a href=/x>After</a></p>");
    eventuallyShown(1);
    browser.press(Keys.TAB, Keys.TAB, Keys.ENTER);
    eventuallyShown(0);
    assertThat(focusedTag()).isEqualTo("quota-notice");
    browser.press(Keys.TAB);
    assertThat(browser.focused().getText()).isEqualTo("After");
  }

  /** A field that is disabled meanwhile takes no focus. */
  @Test
  void theFocusIsNotLostToWhatTakesNone() {
    use("chat", 42);
    open("<button id=send>Send</button><quota-notice name=chat></quota-notice>");
    eventuallyShown(1);
    browser.press(Keys.TAB, Keys.TAB, Keys.TAB);
    browser.script("document.querySelector('#send').disabled = true");
    browser.press(Keys.ENTER);
    eventuallyShown(0);
    assertThat(focusedTag()).isEqualTo("quota-notice");
  }

  @Test
  void aNoticeThatGoesByItselfLeavesTheFocusInThePage() {
    spend("ping", 5);
    PageClock clock = stopClock();
    open("<quota-notice name=ping></quota-notice><quota-meter name=ping></quota-meter>");
    clock.settle();
    browser.press(Keys.TAB);
    assertThat(browser.focused().getAccessibleName()).isEqualTo("Dismiss Pings");
    clock.advance(Duration.ofSeconds(15));
    assertThat(shown()).isEmpty();
    assertThat(focusedTag()).isEqualTo("quota-meter");
  }

  @Test
  void aCheckDoesNotRepeatTheNotice() {
    spend("report", 2);
    listen();
    open("<quota-check name=report cost=1></quota-check><quota-notice name=report></quota-notice>");
    eventuallyShown(1);
    browser.eventually(
        () ->
            assertThat(browser.script("return document.querySelector('quota-check').allowed"))
                .isEqualTo(false));
    browser.eventually(() -> assertThat(spoken()).hasSize(1));
    assertThat(browser.text("quota-check", "[part~=text]")).isEmpty();
    browser.find("quota-notice", "[part~=dismiss]").click();
    browser.eventually(
        () -> assertThat(browser.text("quota-check", "[part~=text]")).startsWith("Both reports"));
  }
}
