package dev.quota.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quota.servlet.browser.AccessibleNode;
import dev.quota.servlet.browser.Browser;
import dev.quota.servlet.browser.InBrowser;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.openqa.selenium.Keys;

/** The page of a refusal as a person gets it. A policy violation in the page fails the test. */
@InBrowser
class PageInBrowserTest {

  private static final String CENTRED =
      """
      const card = document.querySelector('main').getBoundingClientRect();
      return Math.abs(card.left - (document.documentElement.clientWidth - card.right)) < 1;
      """;
  private final Browser browser;
  private PageApp app;

  PageInBrowserTest(Browser browser) {
    this.browser = browser;
  }

  @BeforeEach
  void start() throws Exception {
    app = new PageApp();
    // The status of a refusal is an error to the console, and no other error is expected.
    browser.expectErrors("the server responded with a status of");
  }

  @AfterEach
  void stop() {
    app.close();
  }

  /** A kind of refusal and the address that meets it. */
  private enum Scene {
    CALENDAR("/chat?plan=free"),
    ROLLING("/chat?plan=free"),
    NOT_ENOUGH("/image?plan=free"),
    NEVER_FITS("/sized?n=24"),
    NOT_IN_PLAN("/image?plan=trial"),
    SEVERAL("/both?plan=free"),
    UNAVAILABLE("/chat?plan=free");

    private final String path;

    Scene(String path) {
      this.path = path;
    }

    void prepare(PageApp app) {
      switch (this) {
        case CALENDAR, SEVERAL -> app.useDay();
        case ROLLING -> app.useMinute();
        case NOT_ENOUGH -> app.charge("image", 18);
        case NEVER_FITS -> app.charge("image", 8);
        case NOT_IN_PLAN -> {}
        case UNAVAILABLE -> app.app.store.goAway();
      }
    }
  }

  static Stream<Arguments> looks() {
    return Stream.of(Scene.values())
        .flatMap(
            scene ->
                Stream.of(
                    Arguments.of(scene, "en", false, 1000),
                    Arguments.of(scene, "de", true, 1000),
                    Arguments.of(scene, "fr", false, 320),
                    Arguments.of(scene, "ar", false, 1000),
                    Arguments.of(scene, "ar", true, 320),
                    Arguments.of(scene, "ja", false, 320)));
  }

  @ParameterizedTest
  @MethodSource("looks")
  void isSoundInEveryLook(Scene scene, String language, boolean dark, int width) {
    scene.prepare(app);
    browser.language(Locale.forLanguageTag(language)).size(width, 760);
    (dark ? browser.dark() : browser.light()).open(app.url(scene.path));
    browser.screenshot("page-" + scene + "-" + language + (dark ? "-dark-" : "-light-") + width);

    assertThat(browser.find("html").getAttribute("lang")).isEqualTo(language);
    assertThat(browser.text("h1")).isNotBlank();
    assertThat(browser.accessibilityFindings()).isEmpty();
    assertThat(browser.script("return document.documentElement.scrollWidth"))
        .as("nothing sticks out")
        .isEqualTo((long) width);
    assertThat(browser.script(CENTRED)).as("left and right of the card").isEqualTo(true);
  }

  @Test
  void isWalkedThroughByKeyboardInReadingOrder() {
    app.useDay();
    browser.open(app.url("/chat?plan=free"));
    List<String> walked = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      browser.press(Keys.TAB);
      walked.add(browser.focused().getText());
      assertThat(browser.script("return getComputedStyle(document.activeElement).outlineWidth"))
          .as("where the focus is can be seen")
          .isEqualTo("3px");
    }
    assertThat(walked).containsExactly("See plans", "Ask for more");
  }

  @Test
  void isToldToAssistiveTechnologyOnce() {
    app.useMinute();
    browser.open(app.url("/chat?plan=free"));
    assertThat(browser.accessible("main")).hasSize(1);
    assertThat(browser.accessible("heading").stream().map(AccessibleNode::name))
        .containsExactly("Next message in 6 seconds", "What is left", "Chat messages");
    assertThat(browser.accessible("navigation").stream().map(AccessibleNode::name))
        .containsExactly("What you can do");
    assertThat(browser.accessible("meter")).isEmpty();
  }

  @Test
  void tryingAgainAsksForTheSame() {
    app.useMinute();
    browser.open(app.url("/chat?plan=free"));
    app.app.advanceMillis(60_000);
    browser.find("nav a").click();
    browser.eventually(() -> assertThat(browser.text("body")).isEqualTo("done"));
    assertThat(browser.driver().getCurrentUrl()).isEqualTo(app.url("/chat?plan=free"));
  }

  @Test
  void goingBackLeadsToThePageBefore() {
    app.useDay();
    browser.open(app.url("/plans?from=here"));
    browser.script("location.href = '/chat?plan=top'");
    browser.eventually(() -> assertThat(browser.text("nav a")).isEqualTo("Go back"));
    browser.find("nav a").click();
    browser.eventually(
        () -> assertThat(browser.driver().getCurrentUrl()).isEqualTo(app.url("/plans?from=here")));
  }

  @Test
  void takesTheColoursOfTheApplicationAndOfThePerson() throws Exception {
    try (PageApp styled =
        new PageApp(filter -> filter.pageStyle(":root { --quota-accent: #0a7d33 }"))) {
      styled.useMinute();
      browser.light().open(styled.url("/chat"));
      assertThat(browser.find("nav a").getCssValue("background-color"))
          .isEqualTo("rgba(10, 125, 51, 1)");
      browser.forcedColors().reload();
      assertThat(browser.accessibilityFindings()).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"light", "dark", "forced"})
  void aBarThatIsUsedUpHasAShape(String look) throws Exception {
    app.useDay();
    switch (look) {
      case "dark" -> browser.dark();
      case "forced" -> browser.light().forcedColors();
      default -> browser.light();
    }
    browser.open(app.url("/chat?plan=free"));
    browser.screenshot("page-used-up-" + look);
    Stripes.assertThereAre(browser.find("meter.spent"));
  }
}
