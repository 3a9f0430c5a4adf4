package dev.quota.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.quota.servlet.browser.AccessibleNode;
import dev.quota.servlet.browser.Browser;
import dev.quota.servlet.browser.PageClock;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.WebElement;

class MeterBrowserTest extends ComponentTest {

  MeterBrowserTest(Browser browser) {
    super(browser);
  }

  private String track(String attribute) {
    return browser.find("quota-meter", "[part~=track]").getDomAttribute(attribute);
  }

  private double barShare() {
    return ((Number)
            browser.script(
                """
                const root = document.querySelector('quota-meter').shadowRoot;
                const width = (part) =>
                  root.querySelector(`[part~=${part}]`).getBoundingClientRect().width;
                return width('bar') / width('track');
                """))
        .doubleValue();
  }

  @Test
  void saysWhatIsLeftInNumbersAndInWords() {
    use("chat", 42);
    open("<quota-meter name=chat></quota-meter>");
    browser.eventually(() -> assertThat(browser.accessible("meter")).hasSize(1));
    AccessibleNode meter = browser.accessible("meter").get(0);
    assertThat(meter.name()).isEqualTo("Chat messages");
    assertThat(meter.value()).isEqualTo("8");
    assertThat(meter.properties()).containsEntry("valuemin", 0L).containsEntry("valuemax", 50L);
    assertThat(track("aria-valuetext")).isEqualTo("8 of 50 messages left today");
    assertThat(browser.text("quota-meter", "[part~=text]"))
        .isEqualTo("8 of 50 messages left today");
    assertThat(browser.text("quota-meter", "[part~=label]")).isEqualTo("Chat messages");
    browser.eventually(() -> assertThat(barShare()).isBetween(0.155, 0.165));
  }

  @ParameterizedTest
  @CsvSource({"80, 50, 1.0", "-3, 0, 0.0"})
  void isNeverFullerThanFullNorEmptierThanEmpty(long remaining, String now, double share) {
    pages.answersChanged(ALICE, state -> quota(state, "chat").put("remaining", remaining));
    browser.reducedMotion();
    open("<quota-meter name=chat></quota-meter>");
    browser.eventually(() -> assertThat(track("aria-valuenow")).isEqualTo(now));
    assertThat(barShare()).isEqualTo(share);
  }

  @Test
  void aPlanWithoutLimitsHasNoMeter() {
    browser.headers(Map.of("X-User", ALICE, "X-Plan", "enterprise"));
    open("<quota-meter name=chat></quota-meter>");
    browser.eventually(
        () ->
            assertThat(browser.text("quota-meter", "[part~=text]")).containsIgnoringCase("limit"));
    assertThat(browser.accessible("meter")).isEmpty();
    assertThat(browser.find("quota-meter", "[part~=track]").isDisplayed()).isFalse();
  }

  @Test
  void whatNobodyKnowsHasNoMeterAndNoNumber() {
    app.store.goAway();
    open("<quota-meter name=chat></quota-meter>");
    browser.eventually(() -> assertThat(browser.text("quota-meter", "[part~=text]")).isNotEmpty());
    assertThat(browser.text("quota-meter")).doesNotContainPattern("\\d");
    assertThat(browser.accessible("meter")).isEmpty();
  }

  @Test
  void levelsLookDifferent() {
    browser.reducedMotion();
    open("<quota-meter name=report></quota-meter>");
    String ok = colourOnceLevelIs("ok");
    use("report", 1);
    pages.answersChanged(
        ALICE,
        state ->
            quota(state, "report")
                .withArray("limits")
                .forEach(limit -> ((ObjectNode) limit).put("level", "warning")));
    browser.reload();
    String warning = colourOnceLevelIs("warning");
    pages.answersItself();
    use("report", 1);
    browser.reload();
    String exhausted = colourOnceLevelIs("exhausted");
    assertThat(List.of(ok, warning, exhausted)).doesNotHaveDuplicates();
  }

  private String colourOnceLevelIs(String level) {
    browser.eventually(() -> browser.find("quota-meter", "[part~=bar][part~=" + level + "]"));
    return browser.find("quota-meter", "[part~=bar]").getCssValue("background-color");
  }

  @Test
  void countsDownShortWaitsAndAsksWhenTheyAreOver() {
    spend("ping", 5);
    PageClock clock = stopClock();
    open("<quota-meter name=ping></quota-meter>");
    clock.settle();
    assertThat(browser.text("quota-meter", "[part~=countdown]")).isEqualTo("12s");
    assertThat(browser.find("quota-meter", "[part~=countdown]").getDomAttribute("aria-hidden"))
        .isEqualTo("true");
    clock.advance(Duration.ofMillis(1_100));
    assertThat(browser.text("quota-meter", "[part~=countdown]")).isEqualTo("11s");
    clock.advance(Duration.ofMillis(10_400));
    assertThat(browser.text("quota-meter", "[part~=countdown]")).isEqualTo("1s");
    assertThat(pages.asked("state")).hasSize(1);
    clock.advance(Duration.ofSeconds(2));
    assertThat(pages.asked("state")).hasSize(2);
    assertThat(Instant.ofEpochMilli(pages.asked().get(1).atMillis()))
        .isBetween(TestApp.START.plusSeconds(12), TestApp.START.plusSeconds(13));
    assertThat(browser.find("quota-meter", "[part~=countdown]").isDisplayed()).isFalse();
    assertThat(track("aria-valuenow")).isEqualTo("1");
  }

  @Test
  void movesOnlyForWhoLikesIt() {
    browser.reducedMotion();
    open("<quota-meter name=chat></quota-meter>");
    browser.eventually(() -> browser.find("quota-meter", "[part~=bar][part~=ok]"));
    assertThat(browser.find("quota-meter", "[part~=bar]").getCssValue("transition-duration"))
        .isEqualTo("0s");
  }

  @Test
  void canBeSeenInAPersonsOwnColours() throws IOException {
    use("chat", 42);
    browser.forcedColors();
    open("<p>Text</p><quota-meter name=chat></quota-meter>");
    browser.eventually(() -> browser.find("quota-meter", "[part~=bar][part~=warning]"));
    browser.eventually(() -> assertThat(barShare()).isBetween(0.155, 0.165));
    WebElement track = browser.find("quota-meter", "[part~=track]");
    BufferedImage picture =
        ImageIO.read(new ByteArrayInputStream(track.getScreenshotAs(OutputType.BYTES)));
    int middle = picture.getHeight() / 2;
    assertThat(picture.getRGB(picture.getWidth() / 20, middle))
        .as("the bar, beside what is left of the track")
        .isNotEqualTo(picture.getRGB(picture.getWidth() / 2, middle));
    assertThat(track.getCssValue("border-top-style")).isEqualTo("solid");
  }

  @Test
  void longWaitsAreNotCountedDown() {
    use("report", 2);
    open("<quota-meter name=report></quota-meter>");
    browser.eventually(() -> assertThat(track("aria-valuenow")).isEqualTo("0"));
    assertThat(browser.find("quota-meter", "[part~=countdown]").isDisplayed()).isFalse();
  }
}
