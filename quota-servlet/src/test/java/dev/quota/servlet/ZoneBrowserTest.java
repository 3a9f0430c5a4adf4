package dev.quota.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quota.servlet.browser.Browser;
import dev.quota.servlet.browser.PageClock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A person whose zone nobody told reads the time of the browser, in its own words. */
class ZoneBrowserTest extends ComponentTest {

  private static final String DETAIL = "[part~=detail]";

  ZoneBrowserTest(Browser browser) {
    super(browser);
  }

  @BeforeEach
  void nobodyTellsTheZone() {
    browser.headers(Map.of("X-User", ALICE, "X-Plan", "free"));
  }

  private String detail(String element) {
    return browser.text(element, DETAIL).replaceAll("[\u2066-\u2069\u200e\u200f]", "");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "en-US; America/New_York; in about 9 hours (7:00 PM)",
        "en-GB; Asia/Kolkata; in about 9 hours (tomorrow, 05:30)",
        "de-DE; Europe/Berlin; in etwa 9 Stunden (morgen, 01:00)",
        "fr-FR; Europe/Paris; dans environ 9 heures (demain, 01:00)",
        "es-ES; Atlantic/Canary; dentro de unas 9 horas (mañana, 0:00)",
        "pl-PL; Europe/Warsaw; za około 9 godzin (jutro, 01:00)",
        "ar-SA; Asia/Riyadh; بعد نحو ٩ ساعات (غدًا، ٣:٠٠ ص)",
        "ja-JP; Asia/Tokyo; 約9時間後（明日9:00）",
        "zh-CN; Asia/Shanghai; 约9小时后（明天08:00）"
      })
  void readsTheWaitAndTheTimeOfTheBrowser(Locale locale, ZoneId zone, String when) {
    use("report", 2);
    browser.language(locale).zone(zone);
    open("<quota-notice name=report></quota-notice>");
    browser.eventually(() -> assertThat(detail("quota-notice")).contains(when));
    assertThat(browser.text("main")).doesNotContain("UTC");
  }

  @Test
  void theWaitAndTheDayGoOnWithTheClock() {
    app.nowMillis.set(Instant.parse("2026-11-23T04:58:00Z").toEpochMilli());
    spend("report", 2);
    browser.language(Locale.US).zone(ZoneId.of("America/New_York"));
    PageClock clock = stopClock();
    open("<quota-notice name=report></quota-notice>");
    clock.settle();
    assertThat(detail("quota-notice")).contains("in about 19 hours (tomorrow, 7:00 PM)");
    browser.offline(true);
    clock.advance(Duration.ofSeconds(150));
    assertThat(detail("quota-notice")).contains("in 19 hours (7:00 PM)");
  }

  /** Neither titles nor estimates name a clock that is nobody's. */
  @ParameterizedTest
  @ValueSource(strings = {"en", "de", "fr", "es", "pl", "ar", "ja", "zh"})
  void nothingInThePageIsToldInUtc(Locale locale) {
    app.nowMillis.set(Instant.parse("2026-11-23T08:00:00Z").toEpochMilli());
    for (int i = 0; i < 40; i++) {
      app.advanceMillis(600_000);
      spend("chat", 1);
    }
    spend("draft", 2);
    spend("report", 2);
    browser.language(locale).zone(ZoneId.of("America/New_York"));
    open(
        "<section><quota-notice name=chat></quota-notice></section>"
            + "<section><quota-notice name=draft></quota-notice></section>"
            + "<section><quota-notice name=report></quota-notice></section>"
            + "<quota-meter name=chat></quota-meter><quota-meter name=draft></quota-meter>");
    browser.eventually(() -> assertThat(browser.accessible("group")).hasSize(3));
    browser.screenshot("zone-" + locale);
    assertThat(browser.text("main")).doesNotContain("UTC").doesNotContainPattern("\\{|undefined");
    assertThat(browser.text("main").replaceAll("[٠-٩]", "0")).containsPattern("\\b(7|19|0):00");
  }
}
