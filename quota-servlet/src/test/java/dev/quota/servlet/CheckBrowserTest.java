package dev.quota.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quota.servlet.browser.Browser;
import dev.quota.servlet.browser.PageClock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CheckBrowserTest extends ComponentTest {

  private static final String CHECK = "quota-check";
  private static final String TEXT = "[part~=text]";

  CheckBrowserTest(Browser browser) {
    super(browser);
  }

  private String text() {
    return browser.text(CHECK, TEXT);
  }

  private Object allowed() {
    return browser.script("return document.querySelector('quota-check').allowed");
  }

  private void cost(int cost) {
    browser.script("document.querySelector('quota-check').cost = arguments[0]", cost);
  }

  @Test
  void saysBeforeSendingWhatWouldNotFit() {
    listen();
    open("<quota-check name=report cost=3></quota-check>");
    browser.eventually(() -> assertThat(text()).contains("3 reports, and the limit is 2"));
    assertThat(allowed()).isEqualTo(false);
    browser.eventually(() -> assertThat(spoken()).hasSize(1));
    assertThat(spoken().get(0)).startsWith("status: ").contains(text());
    assertThat(app.used(ALICE, "report")).isZero();
  }

  @Test
  void isSilentWhereItFits() {
    listen();
    open("<quota-check name=report cost=2></quota-check>");
    browser.eventually(() -> assertThat(allowed()).isEqualTo(true));
    assertThat(text()).isEmpty();
    assertThat(spoken()).isEmpty();
  }

  @Test
  void followsTheCost() {
    listen();
    browser.beforeEachPage(
        "window.told = [];"
            + "addEventListener('quota-check', ({detail}) => told.push(detail.allowed))");
    open("<quota-check name=report cost=1></quota-check>");
    browser.eventually(() -> assertThat(allowed()).isEqualTo(true));
    cost(3);
    browser.eventually(() -> assertThat(text()).isNotEmpty());
    cost(4);
    browser.eventually(() -> assertThat(text()).contains("4"));
    cost(2);
    browser.eventually(() -> assertThat(text()).isEmpty());
    assertThat(browser.script("return told")).isEqualTo(List.of(true, false, true));
    assertThat(spoken()).as("said again at each key").hasSize(1);
  }

  @Test
  void asksOnceForAFastTyper() {
    PageClock clock = stopClock();
    open("<quota-check name=report></quota-check>");
    clock.advance(Duration.ofSeconds(1));
    for (int cost = 1; cost <= 20; cost++) {
      cost(cost);
      clock.advance(Duration.ofMillis(100));
    }
    clock.advance(Duration.ofSeconds(1));
    assertThat(pages.asked("check")).hasSize(1);
    assertThat(text()).contains("20");
  }

  @Test
  void ignoresAnAnswerThatComesTooLate() {
    CountDownLatch gate = new CountDownLatch(1);
    pages.answers(
        question -> {
          if (question.query().contains("cost=3")) {
            assertThat(gate.await(20, TimeUnit.SECONDS)).isTrue();
          }
          return Optional.empty();
        });
    // A page's own fetch may well not stop when it is told to.
    browser.beforeEachPage(
        "const real = fetch; window.fetch = (input, {signal, ...rest}) => real(input, rest)");
    open("<quota-check name=report cost=3></quota-check>");
    browser.eventually(() -> assertThat(pages.asked("check")).hasSize(1));
    cost(1);
    browser.eventually(() -> assertThat(allowed()).isEqualTo(true));
    gate.countDown();
    browser.eventually(
        () ->
            assertThat(
                    browser.script(
                        "return performance.getEntriesByType('resource')"
                            + ".filter(({name}) => name.includes('cost=3')).length"))
                .isEqualTo(1L));
    module("await quota.check('report', 1)");
    assertThat(allowed()).isEqualTo(true);
    assertThat(text()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"abc", "-1", "1e9", "", "9999999999999999999999"})
  void isSilentAboutWhatIsNoCost(String cost) {
    PageClock clock = stopClock();
    open("<quota-check name=report cost='" + cost + "'></quota-check>");
    clock.advance(Duration.ofSeconds(2));
    assertThat(text()).isEmpty();
    assertThat(allowed()).isNull();
  }

  @Test
  void isSilentWhereNobodyAnswers() {
    pages.answers(question -> Optional.of(new ComponentApp.Reply(500, "text/html", "<p>Oh no")));
    PageClock clock = stopClock();
    open("<quota-check name=report cost=3></quota-check>");
    clock.advance(Duration.ofMinutes(10));
    assertThat(text()).isEmpty();
    assertThat(allowed()).isNull();
    assertThat(pages.asked("check").size()).isLessThan(15);
  }
}
