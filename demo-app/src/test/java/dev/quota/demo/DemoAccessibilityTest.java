package dev.quota.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quota.servlet.browser.Browser;
import dev.quota.servlet.browser.InBrowser;
import java.util.function.Consumer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Lets axe-core judge every state of the page, in light and in dark. */
@InBrowser
class DemoAccessibilityTest {

  @ParameterizedTest
  @ValueSource(strings = {"light", "dark"})
  void findsNothingWrongInAnyState(String colours, Browser browser) {
    browser.size(1280, 800);
    String theme = "demo-theme=" + colours;
    try (RunningDemo demo = new RunningDemo()) {
      judge("calm", browser, DemoPage.open(browser, demo, "alice", theme), page -> {});

      demo.spend("zoe", "chat", 40);
      judge(
          "warning, drawer open",
          browser,
          DemoPage.open(browser, demo, "zoe", theme),
          page -> {
            page.openDrawer();
            page.converse("What makes a limit fair?");
            assertThat(page.notice("chat")).contains("9 of 50");
          });

      demo.spend("yves", "chat", 50);
      judge(
          "refused",
          browser,
          DemoPage.open(browser, demo, "yves", theme),
          page -> {
            page.send("One more");
            browser.eventually(() -> assertThat(page.notice("chat")).contains("All 50"));
          });

      demo.spend("xena", "large-model", 3);
      judge(
          "degraded",
          browser,
          DemoPage.open(browser, demo, "xena", theme),
          page -> {
            browser.find("#large").click();
            page.converse("Plan a weekend");
            browser.eventually(() -> assertThat(browser.has(".badge")).isTrue());
          });

      judge(
          "unlimited, in Arabic",
          browser,
          DemoPage.open(browser, demo, "carol", theme, "demo-locale=ar"),
          page -> assertThat(page.meter("chat")).isNotEmpty());
      browser.open(demo.uri("/plans").toString());
      browser.eventually(() -> assertThat(browser.has(".plans td")).isTrue());
      assertThat(browser.accessibilityFindings()).as("plans").isEmpty();
      browser.open(demo.uri("/loop").toString());
      browser.eventually(() -> assertThat(browser.text("#start")).isNotBlank());
      browser.find("#start").click();
      browser.eventually(() -> assertThat(browser.has("#end .loop-words")).isTrue());
      assertThat(browser.accessibilityFindings()).as("loop").isEmpty();
    }
    try (RunningDemo away = RunningDemo.withoutStore()) {
      judge(
          "store away",
          browser,
          DemoPage.open(browser, away, "alice", theme, "demo-locale=en"),
          page ->
              browser.eventually(
                  () -> assertThat(browser.text("#store")).contains("Redis is away")));
    }
  }

  private static void judge(
      String state, Browser browser, DemoPage page, Consumer<DemoPage> reach) {
    reach.accept(page);
    assertThat(browser.accessibilityFindings()).as(state).isEmpty();
  }
}
