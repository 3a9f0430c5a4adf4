package dev.quota.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quota.servlet.browser.Browser;
import dev.quota.servlet.browser.InBrowser;
import dev.quota.servlet.browser.PageClock;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.Keys;

/** The page as a person meets it: in a real browser, by its words, with keys and by looking. */
@InBrowser
class DemoPageBrowserTest {

  private final RunningDemo demo = new RunningDemo();

  @AfterEach
  void stop() {
    demo.close();
  }

  @Test
  void warnsThenRefusesKeepsThePromptAndSendsItWhenTheWaitIsOver(Browser browser) {
    demo.spend("alice", "chat", 38);
    PageClock clock = browser.stopClock();
    DemoPage page = DemoPage.open(browser, demo, "alice");
    page.converse("What makes a limit fair?");
    assertThat(page.notice("chat")).isEmpty();

    page.converse("And what else?");
    browser.eventually(
        () -> assertThat(page.notice("chat")).contains("10 of 50 messages left today", "midnight"));

    for (int i = 2; i < 10; i++) {
      page.converse("More of it, number " + i);
    }
    page.send("This is one too many");
    browser.eventually(
        () -> assertThat(page.notice("chat")).contains("available in 6 seconds", "2 of 50"));
    assertThat(page.prompt()).isEqualTo("This is one too many");
    assertThat(page.sendLabel()).isEqualTo("Send in 6 s");

    advance(clock, Duration.ofMillis(4_500));
    assertThat(page.notice("chat")).contains("available in 2 seconds");
    assertThat(page.sendLabel()).isEqualTo("Send in 2 s");
    page.send("");
    assertThat(page.prompt()).as("it is not yet time").isEqualTo("This is one too many");

    advance(clock, Duration.ofMillis(2_500));
    browser.eventually(() -> assertThat(page.sendLabel()).isEqualTo("Send"));
    assertThat(browser.text("#said")).isEqualTo("The message can be sent now.");
    page.converse("");
    assertThat(page.prompt()).isEmpty();
    assertThat(demo.quota("alice", "chat").get("used").intValue()).isEqualTo(49);
  }

  @Test
  void theMeterMovesWhileACompletionStreamsAndEndsAtWhatItCost(Browser browser) {
    DemoPage page = DemoPage.open(browser, demo, "alice", "demo-locale=en");
    browser.eventually(
        () -> assertThat(page.meter("tokens")).isEqualTo("10,000 of 10,000 tokens left today"));

    browser.find("#complete").click();

    browser.eventually(
        () ->
            assertThat(browser.text("#result .count"))
                .isEqualTo("6 tokens read, 400 written, 406 charged."));
    browser.eventually(
        () -> assertThat(page.meter("tokens")).isEqualTo("9,594 of 10,000 tokens left today"));
    assertThat(browser.text("#result .completion")).startsWith("(Simulated answer.)");
  }

  @Test
  void extraUnitsAreThereAtOnce(Browser browser) {
    DemoPage page = DemoPage.open(browser, demo, "alice", "demo-locale=en");
    page.openDrawer();
    page.pick("#spend-quota", "tokens");
    browser.find("#grant").click();
    browser.eventually(
        () -> assertThat(page.meter("tokens")).isEqualTo("11,000 of 11,000 tokens left today"));
    assertThat(browser.text("#spend-result")).isEqualTo("1,000 granted, until tomorrow.");
  }

  @Test
  void whatCannotBeGrantedSaysWhy(Browser browser) {
    DemoPage page = DemoPage.open(browser, demo, "alice", "demo-locale=en");
    page.openDrawer();
    page.pick("#spend-quota", "ping");
    assertThat(browser.find("#grant").getDomAttribute("aria-disabled")).isEqualTo("true");
    browser.find("#grant").click();
    assertThat(browser.text("#spend-result"))
        .isEqualTo("Nothing can be granted here: there is no limit per day, week or month.");
    page.pick("#spend-quota", "tokens");
    assertThat(browser.text("#spend-much")).doesNotContain("at once");
    page.pick("#spend-quota", "chat");
    assertThat(browser.text("#spend-much")).contains("as much as fits at once (10)");
  }

  @Test
  void aSpentDaySaysWhyNothingIsSentUntilItIsOver(Browser browser) {
    demo.pass(Duration.ofHours(7).plusMinutes(50)); // midnight in Berlin is some minutes away
    demo.spend("alice", "chat", 50);
    PageClock clock = browser.stopClock();
    DemoPage page = DemoPage.open(browser, demo, "alice", "demo-locale=en");
    browser.eventually(
        () -> assertThat(browser.find("#send").getDomAttribute("aria-disabled")).isEqualTo("true"));
    assertThat(browser.find("#send").getDomAttribute("aria-describedby")).isEqualTo("send-why");
    assertThat(browser.find("#send").getDomAttribute("disabled")).as("it keeps the focus").isNull();
    assertThat(browser.text("#send-why")).isEqualTo("No messages left today");

    page.send("Still there?");
    assertThat(browser.text("#said"))
        .startsWith("No messages left today. ")
        .endsWith(" The message is still here.");
    assertThat(page.prompt()).isEqualTo("Still there?");
    assertThat(browser.requests("/api/chat")).isEmpty();

    advance(clock, Duration.ofMinutes(12));
    browser.eventually(
        () ->
            assertThat(browser.find("#send").getDomAttribute("aria-disabled")).isEqualTo("false"));
    assertThat(browser.find("#send").getDomAttribute("aria-describedby")).isNull();
    assertThat(browser.text("#said")).isEqualTo("The message can be sent now.");
    page.converse("");
    assertThat(page.prompt()).isEmpty();
  }

  @Test
  void graceAndCutCanBeSeen(Browser browser) {
    demo.spend("alice", "tokens", 9_300);
    DemoPage page = DemoPage.open(browser, demo, "alice", "demo-locale=en");
    browser.find("#complete-long").click();
    browser.eventually(
        () ->
            assertThat(browser.text("#result .count"))
                .matches("6 tokens read, 1,19\\d written, 1,20\\d charged."));
    assertThat(browser.text("#result .notice[data-tone=warning]")).isNotBlank();
    assertThat(browser.text("#result .notice[data-tone=exhausted]"))
        .startsWith("Answer stopped at the limit.");
    browser.eventually(() -> assertThat(page.meter("tokens")).isEqualTo("No tokens left today"));
  }

  @Test
  void anAnswerOfVeryManyWordsDoesNotHoldThePageUp(Browser browser) {
    DemoPage.open(browser, demo, "alice", "demo-locale=ja");
    browser.find("#complete-long").click();
    browser.eventually(
        () ->
            assertThat(browser.text("#result .count"))
                .matches("読み取り\\d+、書き込み4,000、計上4,00\\d+トークン。"));
    assertThat(
            (Long)
                browser.script("return document.querySelector('.completion').textContent.length"))
        .isGreaterThan(15_990);
  }

  @Test
  void everySentenceIsInTheLanguageOfThePage(Browser browser) {
    browser.expectErrors("flaky");
    DemoPage.open(browser, demo, "alice", "demo-locale=de");
    browser.find("[data-path='/api/flaky']").click();
    browser.eventually(
        () -> assertThat(browser.text("#result")).contains("Dieser Endpunkt scheitert immer."));
    browser.find("[data-path='/api/open']").click();
    browser.eventually(() -> assertThat(browser.text("#result")).contains("offen für alle"));

    browser.find("#user option[value='?']").click();
    browser.find("#other-name").sendKeys("no name!", Keys.ENTER);
    assertThat(browser.find("#other-name").getDomProperty("validationMessage"))
        .startsWith("1 bis 64 Buchstaben");
    assertThat(browser.find("#other").isDisplayed()).isTrue();
    browser.find("#other-name").clear();
    browser.find("#other-name").sendKeys("erna", Keys.ENTER);
    browser.eventually(() -> assertThat(browser.find("#other").isDisplayed()).isFalse());
    assertThat(browser.find("#user").getDomProperty("value")).isEqualTo("erna");
  }

  @Test
  void anAnswerThatBreaksOffIsNotLeftAtItsCount(Browser browser) {
    browser.expectErrors("complete");
    DemoPage.open(browser, demo, "alice", "demo-locale=en");
    browser.script(
        "const real = window.fetch; window.fetch = async (...all) => {"
            + " const response = await real(...all);"
            + " if (!String(all[0]).includes('/api/complete')) return response;"
            + " return new Response(new Blob([(await response.text()).slice(0, 3000)]).stream(),"
            + " {status: 200, headers: response.headers}); }");
    browser.find("#complete").click();
    browser.eventually(
        () -> assertThat(browser.text("#result .count")).startsWith("Cut off after "));
    assertThat(browser.text("#result .notice")).isEqualTo("The answer was cut off.");
  }

  @Test
  void marksThePlanOnAnyScreen(Browser browser) {
    DemoPage.open(browser, demo, "bob", "demo-locale=de");
    for (int width : new int[] {1280, 360}) {
      browser.size(width, 740);
      browser.open(demo.uri("/plans").toString());
      browser.eventually(() -> assertThat(browser.has("#plans [aria-current=true]")).isTrue());
      assertThat(browser.text("#plans [aria-current=true]")).matches("Pro\\s+Aktueller Tarif");
      assertThat(
              browser.script(
                  "return [...document.querySelectorAll('#plans *')].every(each =>"
                      + " each.getBoundingClientRect().right <= innerWidth)"))
          .as("nothing is cut off at " + width)
          .isEqualTo(true);
      assertThat(browser.text("#plans"))
          .contains("50.000 pro Monat, gemeinsam in der Organisation")
          .doesNotContain("unbegrenzt pro");
    }
  }

  @Test
  void twoAgentsInACircleAreStoppedInWords(Browser browser) {
    DemoPage.open(browser, demo, "alice", "demo-locale=en");
    browser.open(demo.uri("/loop").toString());
    browser.eventually(() -> assertThat(browser.text("#start")).isEqualTo("Let them begin"));
    browser.find("#start").click();
    browser.eventually(
        () ->
            assertThat(browser.text("#end .loop-words"))
                .isEqualTo(
                    "This conversation went back and forth between agents 12 times without coming to an end, so it was"
                        + " stopped. Start a new conversation to carry on."));
    assertThat(browser.script("return document.querySelectorAll('.hops li').length"))
        .isEqualTo(13L);
    assertThat(browser.text("#end")).contains("12 calls were made: 4,200 tokens, or $0.04.");
  }

  @Test
  void showsTheNextPersonTheirOwnAllowanceAndNothingOfTheOneBefore(Browser browser) {
    demo.spend("alice", "chat", 50);
    DemoPage page = DemoPage.open(browser, demo, "alice");
    page.send("Is anything left?");
    browser.eventually(() -> assertThat(page.notice("chat")).contains("All 50 messages"));

    page.pick("#user", "bob");

    browser.eventually(
        () -> assertThat(page.meter("chat")).isEqualTo("500 of 500 messages left today"));
    assertThat(page.notice("chat")).isEmpty();
    page.converse("");
    assertThat(page.meter("chat")).startsWith("499 of 500");
    page.pick("#user", "");
    browser.eventually(() -> assertThat(page.meter("chat")).contains("your network"));
    assertThat(page.answers()).isZero();
  }

  @Test
  void speaksAnotherLanguageAtOnceAndRemembersIt(Browser browser) {
    browser.language(Locale.GERMAN);
    DemoPage page = DemoPage.open(browser, demo, "bob");
    assertThat(page.sendLabel()).isEqualTo("Senden");
    assertThat(page.meter("chat")).contains("Nachrichten");

    page.pick("#language", "ar");

    browser.eventually(() -> assertThat(page.sendLabel()).isEqualTo("إرسال"));
    browser.eventually(() -> assertThat(page.meter("chat")).contains("رسالة"));
    assertThat(root(browser, "dir")).isEqualTo("rtl");
    assertThat(browser.find(".side").getLocation().x).as("the meters are left").isZero();
    page.converse("ما الحد؟");
    assertThat(browser.text(".answer")).startsWith("(إجابة محاكاة.)");

    browser.reload();
    browser.eventually(() -> assertThat(page.meter("chat")).contains("رسالة"));
    assertThat(root(browser, "lang")).isEqualTo("ar");

    page.pick("#language", "");
    browser.eventually(() -> assertThat(page.sendLabel()).isEqualTo("Senden"));
    assertThat(root(browser, "dir")).isEqualTo("ltr");
  }

  @Test
  void remembersTheColours(Browser browser) {
    browser.light();
    DemoPage page = DemoPage.open(browser, demo, "bob");
    long light = brightness(browser);

    page.pick("#theme", "dark");
    assertThat(brightness(browser)).isLessThan(light / 2);

    browser.reload();
    assertThat(brightness(browser)).isLessThan(light / 2);
    page.pick("#theme", "");
    assertThat(brightness(browser)).isEqualTo(light);
  }

  @Test
  void needsNothingButKeys(Browser browser) {
    browser.size(1280, 800);
    DemoPage page = DemoPage.open(browser, demo, "alice");
    assertThat(browser.focused().getDomAttribute("id")).isEqualTo("prompt");
    browser.press("By keys alone", Keys.ENTER);
    browser.eventually(() -> assertThat(page.answers()).isEqualTo(1));

    tabTo(browser, "drawer-open", Keys.chord(Keys.SHIFT, Keys.TAB));
    browser.press(Keys.ENTER);
    assertThat(browser.focused().getDomAttribute("id")).isEqualTo("drawer-title");
    tabTo(browser, "spend-much", Keys.TAB);
    browser.press(Keys.TAB, Keys.ENTER);
    browser.eventually(
        () -> assertThat(page.meter("chat")).isEqualTo("10 of 50 messages left today"));
    assertThat(browser.text("#spend-result")).startsWith("39 used up.");

    browser.press(Keys.ESCAPE);
    assertThat(browser.find("#drawer").isDisplayed()).isFalse();
    assertThat(browser.focused().getDomAttribute("id")).isEqualTo("drawer-open");
  }

  @Test
  void keepsTheKeysInTheDrawerWhereItCoversThePage(Browser browser) {
    browser.size(360, 740);
    DemoPage page = DemoPage.open(browser, demo, "alice");
    assertThat(
            browser.script(
                "const {scrollWidth, clientWidth} = document.documentElement;"
                    + " return scrollWidth <= clientWidth"))
        .as("nothing is cut off at the side")
        .isEqualTo(true);
    page.openDrawer();

    for (int i = 0; i < 12; i++) {
      browser.press(Keys.TAB);
      assertThat(
              browser.script(
                  "return document.activeElement === document.body"
                      + " || document.getElementById('drawer').contains(document.activeElement)"))
          .isEqualTo(true);
    }
    browser.size(1280, 800);
    browser.eventually(
        () -> assertThat(browser.script("return document.querySelector(':modal')")).isNull());
    assertThat(browser.find("#drawer").isDisplayed()).as("there is room beside the page").isTrue();
    browser.press(Keys.ESCAPE);
    assertThat(browser.focused().getDomAttribute("id")).isEqualTo("drawer-open");
  }

  @Test
  void showsWhatTheServerSays(Browser browser) {
    browser.size(1600, 900);
    DemoPage page = DemoPage.open(browser, demo, "alice");
    page.openDrawer();
    browser.eventually(() -> assertThat(browser.text("#state")).startsWith("{\n  \"version\": 1"));
    for (long i = 1; i <= 6; i++) {
      browser.find("[data-path='/api/ping']").click();
      long calls = i;
      browser.eventually(
          () ->
              assertThat(browser.script("return document.querySelectorAll('.answer-entry').length"))
                  .isEqualTo(calls));
    }

    assertThat(browser.text(".answer-entry"))
        .contains("429", "GET /api/ping")
        .contains(
            "Quota-Level\nping=exhausted",
            "RateLimit-Policy\n\"ping.burst\";q=5",
            "Retry-After\n12")
        .contains("Content-Language\nen", "\"code\": \"quota.exhausted.rolling\"");
    assertThat(browser.text("#result")).contains("429", "12 seconds");
    assertThat(
            browser.script(
                "const {scrollWidth, clientWidth} = document.getElementById('drawer');"
                    + " return scrollWidth <= clientWidth"))
        .as("the drawer does not scroll to the side")
        .isEqualTo(true);
  }

  @Test
  void saysWhenASmallerModelAnswers(Browser browser) {
    demo.spend("alice", "large-model", 2);
    DemoPage page = DemoPage.open(browser, demo, "alice");
    assertThat(page.notice("large-model")).as("nobody asked for it yet").isEmpty();
    browser.find("#large").click();
    page.converse("What makes a limit fair?");
    assertThat(browser.has(".badge")).as("the last answer of the large model").isFalse();

    page.converse("Plan a weekend");

    browser.eventually(() -> assertThat(browser.text(".badge")).isEqualTo("a smaller model"));
    assertThat(browser.text(".answer:last-of-type")).contains("(Simulated answer, smaller model.)");
    assertThat(page.notice("large-model")).contains("Using a smaller model until midnight");
    assertThat(page.meter("chat")).startsWith("48 of 50");
  }

  @Test
  void keepsThePromptAndGoesOnWhileTheStateCannotBeRead(Browser browser) {
    browser.expectErrors("quota");
    DemoPage page = DemoPage.open(browser, demo, "alice");
    browser.cdp("Network.enable", Map.of());
    browser.cdp("Network.setBlockedURLs", Map.of("urls", List.of("*/quota/state*")));
    browser.find("#prompt").sendKeys("Half a thou");

    browser.find("[data-path='/api/ping']").click();
    browser.eventually(() -> assertThat(browser.text("#result")).contains("pong"));

    assertThat(page.prompt()).isEqualTo("Half a thou");
    page.converse("ght");
    assertThat(browser.text(".mine")).isEqualTo("Half a thought");
    browser.cdp("Network.setBlockedURLs", Map.of("urls", List.of("*/api/*", "*/quota/state*")));
    page.send("Nobody hears this");
    browser.eventually(
        () -> assertThat(browser.text("#said")).contains("cannot be reached", "still here"));
    assertThat(page.prompt()).isEqualTo("Nobody hears this");
  }

  @Test
  void asksForTheStateOnceAtFirstAndSeldomAfterwards(Browser browser) {
    PageClock clock = browser.stopClock();
    DemoPage.open(browser, demo, "alice");
    clock.settle();
    assertThat(browser.requests("/quota/state")).hasSizeBetween(1, 2);
    int before = browser.requests("/quota/state").size();

    for (int minute = 0; minute < 5; minute++) {
      advance(clock, Duration.ofMinutes(1));
    }

    assertThat(browser.requests("/quota/state").size() - before).isBetween(4, 6);
    assertThat(browser.requests("/health")).hasSize(1);
  }

  @Test
  void paintsBeforeItAsksAnybody(Browser browser) {
    DemoPage.open(browser, demo, "alice");

    assertThat(
            browser.script(
                "return performance.getEntriesByType('resource')"
                    + ".filter(each => each.renderBlockingStatus === 'blocking')"
                    + ".map(each => new URL(each.name).pathname)"))
        .isEqualTo(List.of("/demo.css"));
    assertThat(browser.requests("/quota/state"))
        .as("the one that was loaded ahead is the one that is used")
        .hasSize(1);
  }

  /** Moves the page's clock and the server's by the same time, and so that none runs ahead. */
  private void advance(PageClock clock, Duration time) {
    demo.pass(time);
    clock.advance(time);
  }

  private static void tabTo(Browser browser, String id, CharSequence tab) {
    for (int i = 0; i < 40; i++) {
      browser.press(tab);
      if (id.equals(browser.focused().getDomAttribute("id"))) {
        return;
      }
    }
    throw new AssertionError("no way by keys to " + id);
  }

  private static Object root(Browser browser, String attribute) {
    return browser.script("return document.documentElement.getAttribute(arguments[0])", attribute);
  }

  private static long brightness(Browser browser) {
    return (Long)
        browser.script(
            "return getComputedStyle(document.body).backgroundColor.match(/\\d+/g)"
                + ".slice(0, 3).reduce((sum, part) => sum + Number(part), 0)");
  }
}
