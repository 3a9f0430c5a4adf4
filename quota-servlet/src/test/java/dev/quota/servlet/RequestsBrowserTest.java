package dev.quota.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quota.servlet.browser.Browser;
import dev.quota.servlet.browser.PageClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** However many pages show quotas, the server is asked as often as the state says, and not more. */
class RequestsBrowserTest extends ComponentTest {

  RequestsBrowserTest(Browser browser) {
    super(browser);
  }

  @Test
  void thirtyElementsAskOnce() {
    PageClock clock = stopClock();
    open(
        ("<quota-meter name=chat></quota-meter><quota-meter name=ping></quota-meter>"
                + "<quota-notice name=report></quota-notice>")
            .repeat(10));
    clock.advance(Duration.ofSeconds(5));
    assertThat(pages.asked()).hasSize(1);
    browser.script("document.querySelector('main').append(document.createElement('quota-meter'))");
    clock.advance(Duration.ofSeconds(5));
    assertThat(pages.asked()).hasSize(1);
  }

  @Test
  void anHourIsAboutSixtyQuestions() {
    use("chat", 42);
    spend("report", 2);
    PageClock clock = stopClock();
    open(
        "<quota-meter name=chat></quota-meter><quota-notice></quota-notice>"
            + "<quota-check name=report cost=1></quota-check>");
    clock.advance(Duration.ofHours(1));
    assertThat(pages.asked("state").size()).isBetween(55, 66);
    assertThat(pages.asked("check").size()).isLessThanOrEqualTo(66);
  }

  @Test
  void aShortWaitAddsOneQuestion() {
    spend("ping", 5);
    PageClock clock = stopClock();
    open(
        "<quota-meter name=ping></quota-meter><quota-notice></quota-notice>"
            + "<quota-check name=ping cost=1></quota-check>");
    clock.advance(Duration.ofSeconds(50));
    assertThat(pages.asked("state")).hasSize(2);
    assertThat(pages.asked("check").size()).isLessThanOrEqualTo(3);
  }

  @Test
  void whatCanNeverFitIsNotAskedAgain() {
    PageClock clock = stopClock();
    open("<quota-check name=report cost=3></quota-check>");
    clock.advance(Duration.ofSeconds(50));
    assertThat(pages.asked("check")).hasSize(1);
  }

  @Test
  void aPageThatNobodySeesIsSilent() {
    PageClock clock = stopClock();
    open("<quota-meter name=chat></quota-meter><quota-notice></quota-notice>");
    clock.settle();
    browser.hide();
    assertThat(browser.script("return document.visibilityState")).isEqualTo("hidden");
    clock.advance(Duration.ofHours(1));
    assertThat(pages.asked()).hasSize(1);
    use("chat", 42);
    browser.show();
    browser.eventually(
        () -> assertThat(browser.script("return document.visibilityState")).isEqualTo("visible"));
    clock.advance(Duration.ofSeconds(1));
    assertThat(pages.asked()).as("once, when it is seen again").hasSize(2);
    assertThat(browser.find("quota-meter", "[part~=track]").getDomAttribute("aria-valuenow"))
        .isEqualTo("8");
  }

  @Test
  void notEverybodyAsksAtMidnight() {
    Instant midnight = Instant.parse("2026-11-24T00:00:00Z");
    List<Long> after = new ArrayList<>();
    for (double luck : new double[] {0.01, 0.5, 0.99}) {
      app.nowMillis.set(midnight.minusSeconds(70).toEpochMilli());
      spend("report", 2);
      browser.beforeEachPage("Math.random = () => " + luck);
      PageClock clock = stopClock();
      open("<quota-notice name=report></quota-notice>");
      clock.settle();
      pages.asked().clear();
      clock.advance(Duration.ofSeconds(69));
      pages.asked().clear();
      clock.advance(Duration.ofSeconds(35));
      after.add(pages.asked("state").get(0).atMillis() - midnight.toEpochMilli());
    }
    assertThat(after).allSatisfy(millis -> assertThat(millis).isBetween(0L, 31_000L));
    assertThat(after.get(2) - after.get(0)).isGreaterThan(20_000);
    assertThat(after.get(1) - after.get(0)).isGreaterThan(5_000);
  }

  @Test
  void elementsThatAreGoneAskNothing() {
    PageClock clock = stopClock();
    open("<quota-meter name=chat></quota-meter><quota-check name=ping cost=1></quota-check>");
    clock.advance(Duration.ofSeconds(1));
    int asked = pages.asked().size();
    browser.script("document.querySelector('main').replaceChildren()");
    clock.advance(Duration.ofMinutes(30));
    assertThat(pages.asked()).hasSize(asked);
  }
}
