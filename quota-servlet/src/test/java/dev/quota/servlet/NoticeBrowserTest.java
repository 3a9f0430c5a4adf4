package dev.quota.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.quota.servlet.browser.Browser;
import dev.quota.servlet.browser.PageClock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.Keys;

class NoticeBrowserTest extends ComponentTest {

  private static final String NOTICE = "quota-notice";
  private static final String BOX = "[part~=notice]";

  NoticeBrowserTest(Browser browser) {
    super(browser);
  }

  private boolean isShown() {
    return browser.has(NOTICE, BOX) && browser.find(NOTICE, BOX).isDisplayed();
  }

  private void eventuallyShown() {
    browser.eventually(() -> assertThat(isShown()).isTrue());
  }

  @Test
  void liveRegionsAreThereBeforeThereIsAnythingToSay() {
    use("chat", 42);
    CountDownLatch gate = new CountDownLatch(1);
    pages.answers(
        question -> {
          assertThat(gate.await(20, TimeUnit.SECONDS)).isTrue();
          return Optional.empty();
        });
    open("<quota-notice name=chat></quota-notice>");
    browser.eventually(() -> assertThat(pages.asked()).hasSize(1));
    for (String role : new String[] {"status", "alert"}) {
      assertThat(browser.accessible(role)).as(role).hasSize(1);
      assertThat(browser.find(NOTICE, "[role=" + role + "]").getDomProperty("textContent"))
          .isEmpty();
    }
    assertThat(isShown()).isFalse();
    gate.countDown();
    eventuallyShown();
  }

  @Test
  void saysWhatTheServerSays() {
    use("chat", 42);
    listen();
    open("<quota-notice name=chat></quota-notice>");
    eventuallyShown();
    assertThat(browser.text(NOTICE, "[part~=title]")).isEqualTo("8 of 50 messages left today");
    assertThat(browser.text(NOTICE, "[part~=detail]"))
        .isEqualTo("Your message limit resets at midnight (in about 9 hours).");
    assertThat(browser.find(NOTICE, "[part~=action]").getAccessibleName()).isEqualTo("See plans");
    browser.eventually(
        () ->
            assertThat(spoken())
                .containsExactly(
                    "status: 8 of 50 messages left today Your message limit resets at midnight (in"
                        + " about 9 hours)."));
  }

  @Test
  void aThresholdIsSpokenOnceHoweverOftenItIsSeen() {
    use("chat", 42);
    listen();
    PageClock clock = stopClock();
    open(
        "<quota-notice name=chat></quota-notice><quota-notice></quota-notice>"
            + "<quota-meter name=chat></quota-meter>");
    clock.advance(Duration.ofMinutes(10));
    assertThat(pages.asked("state").size()).isGreaterThan(5);
    assertThat(spoken()).hasSize(1);
    use("chat", 6);
    clock.advance(Duration.ofMinutes(10));
    assertThat(spoken()).hasSize(2);
    assertThat(spoken().get(1)).startsWith("status: 2 of 50 messages left today");
  }

  @Test
  void aLongRefusalIsAnAlertAndAShortOneAStatus() {
    spend("report", 2);
    spend("ping", 5);
    listen();
    PageClock clock = stopClock();
    open("<quota-notice name=report></quota-notice>");
    clock.advance(Duration.ofMinutes(5));
    assertThat(spoken()).hasSize(1);
    assertThat(spoken().get(0)).startsWith("alert: No reports left today");
    open("<quota-notice name=ping></quota-notice>");
    clock.advance(Duration.ofMillis(11_100));
    assertThat(browser.text(NOTICE, "[part~=detail]")).contains("in 1 second");
    assertThat(spoken()).as("not every second").hasSize(1);
    assertThat(spoken().get(0)).startsWith("status: ").contains("in 12 seconds");
    clock.advance(Duration.ofSeconds(3));
    assertThat(isShown()).isFalse();
  }

  @Test
  void whatIsDismissedStaysDismissedUntilThereIsSomethingNew() {
    use("chat", 42);
    listen();
    open("<quota-notice name=chat></quota-notice>");
    eventuallyShown();
    browser.press(Keys.TAB);
    assertThat(browser.focused().getText()).isEqualTo("See plans");
    browser.press(Keys.TAB);
    assertThat(browser.focused().getAccessibleName()).isEqualTo("Dismiss Chat messages");
    browser.press(Keys.ENTER);
    browser.eventually(() -> assertThat(isShown()).isFalse());
    browser.reload();
    module("await quota.refresh()");
    assertThat(isShown()).isFalse();
    assertThat(spoken()).isEmpty();
    use("chat", 6);
    module("await quota.refresh()");
    eventuallyShown();
    assertThat(browser.text(NOTICE, "[part~=title]")).isEqualTo("2 of 50 messages left today");
  }

  @Test
  void theActionIsALinkThatKeysFollow() {
    use("chat", 42);
    pages.put("plans", "<!doctype html><title>Plans</title>");
    pages.answersChanged(
        ALICE,
        state ->
            ((ObjectNode) quota(state, "chat").get("message").get("actions").get(0))
                .put("href", "/pages/plans"));
    open("<quota-notice name=chat></quota-notice>");
    eventuallyShown();
    browser.press(Keys.TAB, Keys.ENTER);
    browser.eventually(() -> assertThat(browser.driver().getTitle()).isEqualTo("Plans"));
  }

  @Test
  void theFocusStaysWhereAPersonTypes() {
    open("<label>Message <input></label><quota-notice name=report></quota-notice>");
    browser.find("input").click();
    browser.press("Hel");
    spend("report", 2);
    module("await quota.refresh()");
    eventuallyShown();
    browser.press("lo");
    assertThat(browser.find("input").getDomProperty("value")).isEqualTo("Hello");
    assertThat(browser.focused().getTagName()).isEqualTo("input");
  }

  @Test
  void aRefusalComesBackToWhoDismissedItAndIsRefusedAgain() {
    spend("ping", 5);
    open("<quota-notice name=ping></quota-notice>");
    eventuallyShown();
    browser.find(NOTICE, "[part~=dismiss]").click();
    browser.eventually(() -> assertThat(isShown()).isFalse());
    assertThat(module("return (await quota.quotaFetch('/ping')).status")).isEqualTo(429L);
    eventuallyShown();
  }

  @Test
  void whatAPlanLacksIsToldToWhoAsksForIt() {
    open("<quota-notice></quota-notice>");
    module("await quota.refresh()");
    assertThat(isShown()).isFalse();
    open("<quota-notice name=image></quota-notice>");
    eventuallyShown();
    assertThat(browser.text(NOTICE, "[part~=title]")).isNotEmpty().doesNotContainPattern("\\d");
  }

  @Test
  void saysWhatAPlanGivesBesideItsLink() {
    use("chat", 42);
    pages.answersChanged(
        ALICE,
        state ->
            ((ObjectNode) quota(state, "chat").get("message").get("actions").get(0))
                .put("gives", "Pro: 500 a day"));
    open("<quota-notice name=chat></quota-notice>");
    eventuallyShown();
    assertThat(browser.text(NOTICE, "[part~=actions]")).isEqualTo("See plans Pro: 500 a day");
    assertThat(browser.find(NOTICE, "[part~=action]").getAccessibleName()).isEqualTo("See plans");
  }
}
