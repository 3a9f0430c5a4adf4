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
    assertThat(browser.text("quota-meter")).isEqualTo("Pings\nNext request in 12 seconds");
    clock.advance(Duration.ofMillis(1_100));
    assertThat(browser.text("quota-meter")).isEqualTo("Pings\nNext request in 11 seconds");
    clock.advance(Duration.ofMillis(10_400));
    assertThat(browser.text("quota-meter")).isEqualTo("Pings\nNext request in 1 second");
    assertThat(pages.asked("state")).hasSize(1);
    clock.advance(Duration.ofSeconds(2));
    assertThat(pages.asked("state")).hasSize(2);
    assertThat(Instant.ofEpochMilli(pages.asked().get(1).atMillis()))
        .isBetween(TestApp.START.plusSeconds(12), TestApp.START.plusSeconds(13));
    assertThat(browser.text("quota-meter", "[part~=text]"))
        .isEqualTo("1 of 5 requests available now");
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

  /** The other limit that blocks is said in words. */
  @Test
  void saysWhichLimitMakesAPersonWait() {
    spend("chat", 10);
    PageClock clock = stopClock();
    open("<quota-meter name=chat></quota-meter>");
    clock.settle();
    assertThat(browser.text("quota-meter"))
        .isEqualTo("Chat messages\n40 of 50 messages left today\nNext message in 6 seconds");
    clock.advance(Duration.ofMillis(1_100));
    assertThat(browser.text("quota-meter", "[part~=detail]"))
        .isEqualTo("Next message in 5 seconds");
  }

  @Test
  void saysWhenTheBudgetResetsAndKeepsTheWaitTrue() {
    app.nowMillis.set(Instant.parse("2026-11-23T23:57:50Z").toEpochMilli());
    PageClock clock = stopClock();
    open("<quota-meter name=chat></quota-meter>");
    clock.settle();
    browser.offline(true);
    clock.advance(Duration.ofMillis(50));
    assertThat(browser.text("quota-meter", "[part~=detail]"))
        .isEqualTo("Resets at midnight (in 3 minutes)");
    clock.advance(Duration.ofSeconds(45));
    assertThat(browser.text("quota-meter", "[part~=detail]"))
        .isEqualTo("Resets at midnight (in 85 seconds)");
    clock.advance(Duration.ofSeconds(1));
    assertThat(browser.text("quota-meter", "[part~=detail]"))
        .isEqualTo("Resets at midnight (in 84 seconds)");
  }

  /** An empty bar alone is no sign. */
  @ParameterizedTest
  @CsvSource({"report, light", "report, dark", "report, forced", "draft, light", "draft, forced"})
  void whatIsUsedUpHasAShape(String name, String look) throws IOException {
    spend(name, 2);
    browser.reducedMotion();
    switch (look) {
      case "dark" -> browser.dark();
      case "forced" -> browser.forcedColors();
      default -> browser.light();
    }
    open("<quota-meter name=" + name + "></quota-meter>");
    browser.eventually(() -> assertThat(track("aria-valuenow")).isEqualTo("0"));
    Stripes.assertThereAre(browser.find("quota-meter", "[part~=track]"));
  }

  @Test
  void whatIsNotUsedUpHasNone() {
    use("report", 1);
    open("<quota-meter name=report></quota-meter><quota-meter name=chat></quota-meter>");
    browser.eventually(() -> assertThat(track("aria-valuenow")).isEqualTo("1"));
    assertThat(browser.find("quota-meter", "[part~=track]").getDomAttribute("class")).isEmpty();
  }

  /** Half a percent of a shared limit is not nothing. */
  @Test
  void aLittleThatIsLeftIsNotUsedUp() {
    pages.answersChanged(
        ALICE,
        state ->
            quota(state, "chat")
                .put("level", "warning")
                .putNull("remaining")
                .put("remainingShare", 0.004));
    open("<quota-meter name=chat></quota-meter>");
    browser.eventually(() -> assertThat(track("aria-valuemax")).isEqualTo("100"));
    assertThat(browser.find("quota-meter", "[part~=track]").getDomAttribute("class")).isEmpty();
  }
}
