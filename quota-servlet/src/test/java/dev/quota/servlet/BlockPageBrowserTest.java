package dev.quota.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quota.Quota;
import dev.quota.policy.Action;
import dev.quota.policy.Plan;
import dev.quota.policy.Policies;
import dev.quota.policy.QuotaPolicy;
import dev.quota.policy.Unit;
import dev.quota.servlet.browser.Browser;
import dev.quota.servlet.browser.InBrowser;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;

/**
 * The page of a refusal in the hands of a person with a keyboard, and in a browser that is wary.
 */
@InBrowser
class BlockPageBrowserTest {

  private static final List<String> ACTIONS = List.of("See plans", "Ask for more");

  private final Browser browser;
  private TestApp app;

  BlockPageBrowserTest(Browser browser) {
    this.browser = browser;
  }

  /** Why a request is refused. */
  enum Refusal {
    ROLLING("/ping"),
    CALENDAR("/report"),
    NEVER_FITS("/large"),
    NOT_IN_PLAN("/image"),
    UNAVAILABLE("/report");

    private final String path;

    Refusal(String path) {
      this.path = path;
    }
  }

  @BeforeEach
  void start() throws Exception {
    Unit reports = Unit.count("report", "<img src=x onerror=alert(1)>");
    app =
        TestApp.with(
                Policies.builder()
                    .plan(
                        new Plan(
                            "free",
                            "Free <script>alert(1)</script>",
                            List.of(
                                new Action("upgrade", "See plans", "/plans"),
                                new Action("help", "Ask for more", "mailto:help@example.com"))))
                    .plan(Plan.of("top"))
                    .quota(QuotaPolicy.builder("ping").limit("minute", "1 per minute").build())
                    .quota(
                        QuotaPolicy.builder("report")
                            .label("\"><script>alert(1)</script>")
                            .unit(reports)
                            .limit("daily", "2 per calendar day")
                            .planCapacity("top", "daily", 20)
                            .build())
                    .quota(
                        QuotaPolicy.builder("image")
                            .limit("monthly", "20 per calendar month")
                            .planCapacity("free", "monthly", 0)
                            .build())
                    .build())
            .servlet("/ping", new TestServlets.Ping())
            .servlet("/report", new Report())
            .servlet("/large", new LargeReport())
            .servlet("/image", new TestServlets.Image())
            .servlet("/plans", new TestServlets.Open())
            .start();
    browser.headers(Map.of("X-User", "alice", "X-Plan", "free"));
  }

  @AfterEach
  void stop() {
    app.close();
  }

  private void open(Refusal refusal) {
    if (refusal == Refusal.UNAVAILABLE) {
      app.store.goAway();
    } else if (refusal != Refusal.NEVER_FITS) {
      for (int i = 0; i < 2; i++) {
        app.get(refusal.path, "X-User", "alice", "X-Plan", "free");
      }
    }
    browser.open("http://127.0.0.1:" + app.port() + refusal.path);
    assertThat(browser.has("main", "h1")).as("this is the page").isTrue();
  }

  @ParameterizedTest
  @EnumSource
  void runsAndLoadsNothing(Refusal refusal) {
    open(refusal);
    assertThat(
            browser.script(
                """
                const active = 'script, img, svg, iframe, object, form, link, [src], [style]';
                const attributes = [...document.querySelectorAll('*')]
                  .flatMap((node) => node.getAttributeNames());
                return [...document.querySelectorAll(active)].map((node) => node.outerHTML)
                  .concat(attributes.filter((name) => name.startsWith('on')));
                """))
        .isEqualTo(List.of());
    assertThat(browser.requests("127.0.0.1")).hasSize(1);
  }

  @ParameterizedTest
  @EnumSource(names = {"ROLLING", "CALENDAR", "NOT_IN_PLAN"})
  void keysReachTheActionsInTheirOrder(Refusal refusal) {
    open(refusal);
    List<String> reached = new ArrayList<>();
    for (WebElement ignored : browser.driver().findElements(By.cssSelector("a[href], button"))) {
      browser.press(Keys.TAB);
      WebElement focused = browser.focused();
      reached.add(focused.getText());
      assertThat(focused.getCssValue("outline-style")).as(focused.getText()).isEqualTo("solid");
      assertThat(focused.getSize().height).as(focused.getText()).isGreaterThanOrEqualTo(24);
    }
    boolean isBrief = refusal == Refusal.ROLLING;
    assertThat(reached).containsSubsequence(isBrief ? ACTIONS.subList(1, 2) : ACTIONS);
    assertThat(reached.contains("See plans")).isEqualTo(!isBrief);
  }

  @Test
  void anActionIsFollowedByEnter() {
    open(Refusal.CALENDAR);
    do {
      browser.press(Keys.TAB);
    } while (!browser.focused().getText().equals("See plans"));
    browser.press(Keys.ENTER);
    browser.eventually(
        () -> assertThat(browser.driver().getCurrentUrl()).endsWith(app.port() + "/plans"));
  }

  @Quota("report")
  private static final class Report extends TestServlets.Answering {
    private static final long serialVersionUID = 1L;
  }

  @Quota(value = "report", cost = 3)
  private static final class LargeReport extends TestServlets.Answering {
    private static final long serialVersionUID = 1L;
  }
}
