package dev.quota.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.quota.servlet.browser.Browser;
import dev.quota.servlet.browser.PageClock;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A wait goes on in the page between two answers, in the server's words and by its clock. */
class WaitsBrowserTest extends ComponentTest {

  private static final String DETAIL = "[part~=detail]";
  private static final String TITLE = "[part~=title]";

  WaitsBrowserTest(Browser browser) {
    super(browser);
  }

  private JsonNode told(String quota, Locale locale) {
    String path = "/quota/state?quota=" + quota + "&locale=" + locale;
    return app.get(path, "X-User", ALICE, "X-Zone", "UTC").quota(quota);
  }

  @ParameterizedTest
  @ValueSource(strings = {"en", "de", "fr", "es", "pl", "ar", "ja", "zh"})
  void aWaitIsToldAsTheServerWouldTellItNow(Locale locale) {
    app.nowMillis.set(Instant.parse("2026-11-23T23:57:50.250Z").toEpochMilli());
    spend("report", 2);
    PageClock clock = openAndLoseTheServer("report", locale);
    for (int i = 0; i < 14; i++) {
      assertSaysWhatTheServerSays("report", locale);
      clock.advance(Duration.ofSeconds(9));
      app.advanceMillis(9_000);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"en", "de", "fr", "es", "pl", "ar", "ja", "zh"})
  void everySecondOfAShortWaitIsToldAsTheServerWouldTellIt(Locale locale) {
    spend("ping", 5);
    PageClock clock = openAndLoseTheServer("ping", locale);
    for (int second = 0; second < 12; second++) {
      assertSaysWhatTheServerSays("ping", locale);
      clock.advance(Duration.ofSeconds(1));
      app.advanceMillis(1_000);
    }
  }

  /** A clock is named behind a wait of more than a minute, and no longer behind a shorter one. */
  @ParameterizedTest
  @ValueSource(strings = {"en", "de", "ar", "ja"})
  void aWaitThatHasBecomeShortIsToldBriefly(Locale locale) {
    spend("slow", 1);
    PageClock clock = openAndLoseTheServer("slow", locale);
    for (int i = 0; i < 13; i++) {
      assertSaysWhatTheServerSays("slow", locale);
      clock.advance(Duration.ofSeconds(9));
      app.advanceMillis(9_000);
    }
  }

  private PageClock openAndLoseTheServer(String quota, Locale locale) {
    browser.language(locale);
    PageClock clock = stopClock();
    open("<quota-notice name=" + quota + "></quota-notice>");
    clock.settle();
    browser.offline(true);
    // The page tells a new second a moment after it has begun.
    clock.advance(Duration.ofMillis(50));
    app.advanceMillis(50);
    return clock;
  }

  private void assertSaysWhatTheServerSays(String quota, Locale locale) {
    JsonNode message = told(quota, locale).get("message");
    assertThat(browser.text("quota-notice", TITLE)).isEqualTo(message.get("title").asText());
    assertThat(browser.text("quota-notice", DETAIL)).isEqualTo(message.get("detail").asText());
  }

  @ParameterizedTest
  @ValueSource(longs = {2, -2, 26})
  void aWrongClockOfTheDeviceDoesNotMatter(long hoursAhead) {
    spend("ping", 5);
    spend("report", 2);
    long aheadMillis = Duration.ofHours(hoursAhead).toMillis();
    pages.pageAhead(aheadMillis);
    PageClock clock = browser.stopClock().startAt(TestApp.START.plusMillis(aheadMillis));
    open(
        "<quota-notice name=ping></quota-notice><quota-meter name=ping></quota-meter>"
            + "<div><quota-notice name=report></quota-notice></div>");
    clock.settle();
    assertThat(browser.text("quota-notice[name=ping]", DETAIL))
        .isEqualTo(told("ping", Locale.ENGLISH).get("message").get("detail").asText());
    assertThat(browser.text("quota-notice[name=report]", DETAIL))
        .isEqualTo(told("report", Locale.ENGLISH).get("message").get("detail").asText());
    assertThat(browser.text("quota-meter", "[part~=text]")).isEqualTo("Next request in 12 seconds");
    clock.advance(Duration.ofMillis(5_050));
    assertThat(browser.text("quota-meter", "[part~=text]")).isEqualTo("Next request in 7 seconds");
    assertThat(browser.text("quota-notice[name=ping]", DETAIL)).contains("in 7 seconds");
    assertThat(pages.asked("state")).hasSize(1);
    clock.advance(Duration.ofSeconds(9));
    assertThat(pages.asked("state")).hasSize(2);
    assertThat(browser.find("quota-notice[name=ping]", "[part~=notice]").isDisplayed()).isFalse();
    clock.advance(Duration.ofMinutes(20));
    assertThat(pages.asked("state").size()).isBetween(18, 24);
  }

  @Test
  void aClockThatIsSetWhileThePageIsOpenDoesNotMatterForLong() {
    spend("report", 2);
    PageClock clock = stopClock();
    open("<quota-notice name=report></quota-notice>");
    clock.settle();
    String before = browser.text("quota-notice", DETAIL);
    pages.pageAhead(Duration.ofHours(3).toMillis());
    clock.jump(Duration.ofHours(3));
    clock.advance(Duration.ofMinutes(2));
    assertThat(browser.text("quota-notice", DETAIL)).isEqualTo(before);
  }
}
