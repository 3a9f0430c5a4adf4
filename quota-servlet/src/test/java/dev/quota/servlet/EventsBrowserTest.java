package dev.quota.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quota.servlet.browser.Browser;
import dev.quota.servlet.browser.PageClock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class EventsBrowserTest extends ComponentTest {

  EventsBrowserTest(Browser browser) {
    super(browser);
  }

  @BeforeEach
  void listenToEvents() {
    browser.beforeEachPage(
        """
        window.told = [];
        for (const type of ['quota-warning', 'quota-exhausted', 'quota-reset']) {
          addEventListener(type, (event) =>
            told.push([type, event.detail.name, event.bubbles, event.composed].join(' ')));
        }
        """);
  }

  private Object told() {
    return browser.script("return told");
  }

  @Test
  void eachChangeIsToldOnceHoweverManyElementsShowIt() {
    app.nowMillis.set(Instant.parse("2026-11-23T23:40:00Z").toEpochMilli());
    use("chat", 39);
    PageClock clock = stopClock();
    open(
        "<quota-meter name=chat></quota-meter>".repeat(3)
            + "<quota-notice></quota-notice><quota-notice name=chat></quota-notice>");
    clock.advance(Duration.ofMinutes(3));
    assertThat(told()).as("nothing changed").isEqualTo(List.of());
    use("chat", 1);
    clock.advance(Duration.ofMinutes(3));
    assertThat(told()).isEqualTo(List.of("quota-warning chat true true"));
    use("chat", 8);
    clock.advance(Duration.ofMinutes(3));
    use("chat", 2);
    clock.advance(Duration.ofMinutes(3));
    assertThat(told())
        .isEqualTo(
            List.of(
                "quota-warning chat true true",
                "quota-warning chat true true",
                "quota-exhausted chat true true"));
    clock.advance(Duration.ofMinutes(30));
    assertThat((List<?>) told())
        .filteredOn(event -> event.toString().contains(" chat "))
        .hasSize(4)
        .last()
        .isEqualTo("quota-reset chat true true");
  }

  @Test
  void eventsLeaveTheShadowRootOfWhoeverUsesTheElements() {
    PageClock clock = stopClock();
    open(
        """
        <div><template shadowrootmode=open><quota-meter name=report></quota-meter></template></div>
        """);
    clock.settle();
    spend("report", 2);
    clock.advance(Duration.ofMinutes(1).plusSeconds(1));
    assertThat(told()).isEqualTo(List.of("quota-exhausted report true true"));
  }

  @Test
  void aSnapshotIsTheSameUntilSomethingIsLearnt() {
    open("<quota-meter name=chat></quota-meter>");
    assertThat(
            module(
                """
                await quota.refresh();
                const first = quota.getSnapshot();
                const same = first === quota.getSnapshot();
                let heard = 0;
                const stop = quota.subscribe(() => heard++);
                await quota.refresh();
                const second = quota.getSnapshot();
                stop();
                await quota.refresh();
                return [same, first !== second, heard, quota.getServerSnapshot(),
                  second.quotas.map(({name}) => name).join()];
                """))
        .isEqualTo(
            Arrays.asList(true, true, 1L, null, "chat,slow,ping,report,draft,image,note,search"));
  }

  @Test
  void aRefusalIsShownAtOnceAndWithoutAsking() {
    open("<quota-meter name=ping></quota-meter>");
    module("await quota.refresh()");
    spend("ping", 5);
    int asked = pages.asked().size();
    assertThat(
            module(
                """
                const answer = await quota.quotaFetch('/ping', {method: 'POST'});
                const quotas = quota.getSnapshot().quotas;
                return [answer.status, (await answer.json()).code,
                  quotas.find(({name}) => name === 'ping').allowed, quotas.length];
                """))
        .isEqualTo(List.of(429L, "quota.exhausted.rolling", false, 8L));
    assertThat(told()).isEqualTo(List.of("quota-exhausted ping true true"));
    assertThat(browser.find("quota-meter", "[part~=track]").getDomAttribute("aria-valuenow"))
        .isEqualTo("0");
    assertThat(pages.asked()).hasSize(asked);
  }

  @Test
  void answersOfOthersPassThrough() {
    open("<quota-meter name=ping></quota-meter>");
    assertThat(
            module(
                """
                const missing = await quota.quotaFetch('/nowhere');
                return [missing.status, missing.bodyUsed];
                """))
        .isEqualTo(List.of(404L, false));
  }

  @Test
  void severalCallsAtOnceAskAtMostTwice() {
    open("<quota-meter name=ping></quota-meter>");
    module("await quota.refresh()");
    int asked = pages.asked().size();
    module(
        "await Promise.all(Array.from({length: 5}, () => quota.quotaFetch('/ping'))); "
            + "await quota.refresh()");
    assertThat(pages.asked().size() - asked).isBetween(1, 4);
    assertThat(browser.find("quota-meter", "[part~=track]").getDomAttribute("aria-valuenow"))
        .isEqualTo("0");
  }
}
