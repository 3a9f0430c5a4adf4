package dev.quota.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quota.policy.Policies;
import dev.quota.policy.QuotaPolicy;
import dev.quota.policy.WhenExhausted;
import dev.quota.servlet.browser.Browser;
import dev.quota.servlet.browser.PageClock;
import java.time.Duration;
import java.util.Locale;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** "For 30 seconds" counts down as "in 30 seconds" does. */
class DegradedTitleBrowserTest extends ComponentTest {

  private static final String TITLE = "[part~=title]";

  DegradedTitleBrowserTest(Browser browser) {
    super(browser);
  }

  @Override
  TestApp.Builder application() {
    return TestApp.with(
        Policies.builder()
            .quota(
                QuotaPolicy.builder("draft")
                    .limit("pace", "2 per minute")
                    .whenExhausted(WhenExhausted.DEGRADE)
                    .degradedLabel("X")
                    .build())
            .build());
  }

  @ParameterizedTest
  @ValueSource(strings = {"en", "de", "fr", "es", "pl", "ar", "ja", "zh"})
  void theTitleIsWhatTheServerWouldSayNow(Locale locale) {
    spend("draft", 2);
    browser.language(locale);
    PageClock clock = stopClock();
    open("<quota-notice name=draft></quota-notice>");
    clock.settle();
    browser.offline(true);
    clock.advance(Duration.ofMillis(50));
    app.advanceMillis(50);
    for (int i = 0; i < 5; i++) {
      assertThat(browser.text("quota-notice", TITLE))
          .isEqualTo(
              app.get("/quota/state?locale=" + locale, "X-User", ALICE, "X-Zone", "UTC")
                  .quota("draft")
                  .get("message")
                  .get("title")
                  .asText());
      clock.advance(Duration.ofSeconds(5));
      app.advanceMillis(5_000);
    }
  }
}
