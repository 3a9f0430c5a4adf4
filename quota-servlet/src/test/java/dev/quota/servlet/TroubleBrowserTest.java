package dev.quota.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quota.servlet.browser.Browser;
import dev.quota.servlet.browser.PageClock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A page whose server fails shows nothing that is not so, asks ever less, and recovers. */
class TroubleBrowserTest extends ComponentTest {

  private static final String ELEMENTS =
      "<quota-meter name=chat></quota-meter><quota-notice></quota-notice>"
          + "<quota-check name=chat cost=1></quota-check>";

  private final CountDownLatch gate = new CountDownLatch(1);

  TroubleBrowserTest(Browser browser) {
    super(browser);
  }

  /** What may come instead of a state. */
  enum Trouble {
    BROKEN(500, "text/html", "<h1>500</h1>"),
    BUSY(503, "application/problem+json", "{\"status\":503}"),
    LOGGED_OUT(401, "application/json", "{}"),
    LOGIN_PAGE(200, "text/html", "<form>Name <input></form>"),
    GARBAGE(200, "application/json", "{\"version\":1,\"quotas\":[{\"na"),
    EMPTY(200, "application/json", ""),
    NULL(200, "application/json", "null"),
    LIST(200, "application/json", "[]"),
    NO_QUOTAS(200, "application/json", "{\"version\":1,\"quotas\":7}"),
    NULL_QUOTAS(
        200,
        "application/json",
        "{\"version\":1,\"now\":\"2026-11-23T14:59:30Z\",\"quotas\":[null,{}]}"),
    NO_TIME(200, "application/json", "{\"version\":1,\"quotas\":[]}"),
    NEWER_VERSION(
        200, "application/json", "{\"version\":2,\"now\":\"2026-11-23T14:59:30Z\",\"quotas\":[]}");

    private final int status;
    private final String type;
    private final String body;

    Trouble(int status, String type, String body) {
      this.status = status;
      this.type = type;
      this.body = body;
    }

    Optional<ComponentApp.Reply> reply() {
      return Optional.of(new ComponentApp.Reply(status, type, body));
    }
  }

  @AfterEach
  void openGate() {
    gate.countDown();
  }

  private void assertNothingIsClaimed() {
    assertThat(browser.text("main")).doesNotContainPattern("\\d").doesNotContain("undefined");
    assertThat(browser.accessible("meter")).isEmpty();
    assertThat(browser.find("quota-notice", "[part~=notice]").isDisplayed()).isFalse();
    assertThat(browser.text("quota-check", "[part~=text]")).isEmpty();
  }

  private void assertRecovers(PageClock clock) {
    use("chat", 42);
    clock.advance(Duration.ofMinutes(6));
    assertThat(browser.find("quota-meter", "[part~=track]").getDomAttribute("aria-valuenow"))
        .isEqualTo("8");
    assertThat(browser.find("quota-notice", "[part~=notice]").isDisplayed()).isTrue();
  }

  private void assertAskedEverLess(PageClock clock) {
    pages.asked().clear();
    clock.advance(Duration.ofMinutes(10));
    int first = pages.asked("state").size();
    assertThat(first).isBetween(4, 12);
    pages.asked().clear();
    clock.advance(Duration.ofMinutes(10));
    assertThat(pages.asked("state").size()).isBetween(1, Math.min(5, first - 1));
    assertThat(pages.asked("check").size()).isLessThanOrEqualTo(5);
  }

  @ParameterizedTest
  @EnumSource
  void whatIsNoStateShowsNothing(Trouble trouble) {
    pages.answers(question -> trouble.reply());
    PageClock clock = stopClock();
    open(ELEMENTS);
    clock.settle();
    assertNothingIsClaimed();
    assertAskedEverLess(clock);
    assertNothingIsClaimed();
    pages.answersItself();
    assertRecovers(clock);
  }

  @Test
  void noNetworkShowsNothing() {
    PageClock clock = stopClock();
    open("");
    browser.offline(true);
    browser.script("document.querySelector('main').innerHTML = arguments[0]", ELEMENTS);
    clock.advance(Duration.ofMinutes(10));
    assertNothingIsClaimed();
    browser.offline(false);
    assertRecovers(clock);
  }

  @Test
  void aServerThatNeverAnswersShowsNothing() {
    pages.answers(
        question -> {
          assertThat(gate.await(60, TimeUnit.SECONDS)).isTrue();
          return Optional.empty();
        });
    PageClock clock = stopClock();
    open(ELEMENTS);
    clock.advance(Duration.ofMinutes(3));
    assertNothingIsClaimed();
    assertThat(pages.asked("state").size()).isBetween(3, 8);
    gate.countDown();
    assertRecovers(clock);
  }

  @Test
  void whatWasKnownIsForgottenWhenNobodyCanRenewIt() {
    use("chat", 42);
    PageClock clock = stopClock();
    open(ELEMENTS);
    clock.settle();
    assertThat(browser.text("quota-meter", "[part~=text]")).contains("8 of 50");
    pages.answers(question -> Trouble.BROKEN.reply());
    clock.advance(Duration.ofMinutes(5));
    assertNothingIsClaimed();
    assertThat(browser.text("quota-meter", "[part~=text]")).isEqualTo("Not known right now");
    pages.answersItself();
    clock.advance(Duration.ofMinutes(6));
    assertThat(browser.text("quota-meter", "[part~=text]")).contains("8 of 50");
  }

  @Test
  void oneFailureChangesNothing() {
    use("chat", 42);
    PageClock clock = stopClock();
    open(ELEMENTS);
    clock.settle();
    pages.answers(question -> Trouble.BROKEN.reply());
    clock.advance(Duration.ofSeconds(61));
    pages.answersItself();
    assertThat(browser.text("quota-meter", "[part~=text]")).contains("8 of 50");
    clock.advance(Duration.ofSeconds(10));
    assertThat(browser.text("quota-meter", "[part~=text]")).contains("8 of 50");
  }

  @Test
  void whatAPageHoldsIsShownUntilSomethingIsKnown() {
    pages.answers(question -> Trouble.BROKEN.reply());
    PageClock clock = stopClock();
    open("<quota-meter name=chat>50 messages a day</quota-meter>");
    clock.settle();
    assertThat(browser.text("quota-meter")).isEqualTo("50 messages a day");
    pages.answersItself();
    clock.advance(Duration.ofSeconds(10));
    assertThat(browser.text("quota-meter", "[part~=text]"))
        .isEqualTo("50 of 50 messages left today");
    assertThat(
            browser.script(
                """
                const held = document.createRange();
                held.selectNodeContents(document.querySelector('quota-meter'));
                return held.getClientRects().length;
                """))
        .as("what the page held is gone")
        .isEqualTo(0L);
  }
}
