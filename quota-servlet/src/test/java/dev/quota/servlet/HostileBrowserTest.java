package dev.quota.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.quota.servlet.browser.Browser;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Text is text and an address is an address, whoever chose them; no policy helps the page here. */
class HostileBrowserTest extends ComponentTest {

  private static final String EVIL =
      "<img src=x onerror=\"window.hacked='img'\"><script>window.hacked='script'</script>"
          + "\"'><svg onload=window.hacked='svg'>${window.hacked='template'}";

  private static final String ELEMENTS =
      "<quota-meter name=chat></quota-meter><quota-notice name=chat></quota-notice>"
          + "<quota-check name=chat cost=99></quota-check>";

  HostileBrowserTest(Browser browser) {
    super(browser);
  }

  @BeforeEach
  void withoutAPolicy() {
    pages.policy("");
    use("chat", 42);
  }

  private static void actions(ObjectNode state, String label, String... hrefs) {
    ArrayNode actions = ((ObjectNode) quota(state, "chat").get("message")).putArray("actions");
    for (String href : hrefs) {
      actions.addObject().put("rel", label).put("label", label).put("href", href);
    }
  }

  private void eventuallyShown() {
    browser.eventually(
        () -> assertThat(browser.find("quota-notice", "[part~=notice]").isDisplayed()).isTrue());
  }

  private void assertUnharmed() {
    module("await quota.refresh()");
    assertThat(browser.script("return window.hacked")).isNull();
    assertThat(
            browser.script(
                """
                return [...document.querySelectorAll('*')]
                  .flatMap(({shadowRoot}) => [...(shadowRoot?.querySelectorAll('*') ?? [])])
                  .flatMap((node) => [node.localName, ...node.getAttributeNames()])
                  .filter((name) => /^(on|img|script|svg|style$|iframe)/.test(name));
                """))
        .asInstanceOf(org.assertj.core.api.InstanceOfAssertFactories.LIST)
        .allMatch("style"::equals);
  }

  @Test
  void textIsText() {
    pages.answersChanged(
        ALICE,
        state -> {
          ObjectNode chat = quota(state, "chat");
          chat.put("label", EVIL);
          chat.put("level", EVIL);
          ((ObjectNode) chat.get("unit")).put("label", EVIL);
          ObjectNode message = (ObjectNode) chat.get("message");
          message.put("id", EVIL).put("title", EVIL).put("detail", EVIL).putNull("detailTemplate");
          message.put("dir", EVIL);
          for (JsonNode limit : chat.get("limits")) {
            ((ObjectNode) limit).put("label", EVIL).put("text", EVIL).put("level", EVIL);
          }
          actions(state, EVIL, "/plans?\"><script>window.hacked='href'</script>");
        });
    open(ELEMENTS);
    eventuallyShown();
    assertThat(browser.text("quota-notice", "[part~=title]")).isEqualTo(EVIL);
    assertThat(browser.text("quota-notice", "[part~=detail]")).isEqualTo(EVIL);
    assertThat(browser.text("quota-notice", "[part~=action]")).isEqualTo(EVIL);
    assertThat(browser.text("quota-meter", "[part~=label]")).isEqualTo(EVIL);
    assertThat(browser.text("quota-meter", "[part~=text]")).isEqualTo(EVIL);
    assertUnharmed();
  }

  @Test
  void onlyAddressesOfPagesAreLinks() {
    pages.answersChanged(
        ALICE,
        state ->
            actions(
                state,
                "Go",
                "javascript:window.hacked='href'",
                "JaVaScRiPt:window.hacked='href'",
                " \tjava\nscript:window.hacked='href'",
                "\u0001javascript:window.hacked='href'",
                "data:text/html,<script>opener.hacked='href'</script>",
                "vbscript:hacked",
                "blob:http://127.0.0.1/x",
                "file:///etc/passwd",
                "http://[broken",
                "/plans",
                "https://example.com/plans",
                "mailto:help@example.com"));
    open(ELEMENTS);
    eventuallyShown();
    assertThat(
            browser.script(
                """
                return [...document.querySelector('quota-notice').shadowRoot.querySelectorAll('a')]
                  .map((link) => link.getAttribute('href'));
                """))
        .isEqualTo(List.of("/plans", "https://example.com/plans", "mailto:help@example.com"));
    assertUnharmed();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "not a locale", "xx-YY-zz-invalid-é", "__proto__", "en_US", "\"><b>", "x"})
  void aBrokenLanguageBreaksNothing(String locale) {
    pages.answersChanged(
        ALICE,
        state -> {
          state.put("locale", locale);
          state
              .get("quotas")
              .forEach(quota -> ((ObjectNode) quota.get("message")).put("locale", locale));
        });
    open(ELEMENTS);
    eventuallyShown();
    assertThat(browser.text("quota-notice", "[part~=title]")).contains("8 of 50");
    assertThat(browser.text("quota-meter", "[part~=text]")).contains("8 of 50");
    browser.eventually(
        () -> assertThat(browser.text("quota-check", "[part~=text]")).contains("99"));
    assertUnharmed();
  }

  @Test
  void aStateWithoutTheMembersThatMayBeMissingIsShown() {
    pages.answersChanged(
        ALICE,
        state -> {
          ObjectNode chat = quota(state, "chat");
          for (String member :
              List.of("own", "nextAvailableAt", "retryAfterSeconds", "fullAt", "degraded")) {
            chat.remove(member);
          }
          ((ObjectNode) chat.get("message")).remove(List.of("detailTemplate", "when", "actions"));
          state.remove(List.of("plan", "refreshAfterSeconds"));
          chat.put("later", EVIL);
          state.putObject("more").put("later", EVIL);
        });
    open(ELEMENTS);
    eventuallyShown();
    assertThat(browser.text("quota-meter", "[part~=text]")).contains("8 of 50");
    assertUnharmed();
  }

  @Test
  void aNameOfAnElementIsOnlyAName() {
    open("<quota-meter></quota-meter><quota-notice></quota-notice><quota-check></quota-check>");
    browser.script(
        "for (const it of document.querySelectorAll('quota-meter, quota-notice, quota-check')) {"
            + " it.name = arguments[0]; it.setAttribute('cost', arguments[0]) }",
        EVIL);
    module("quota.configure({locale: given[0]}); await quota.refresh()", EVIL);
    module("quota.configure({locale: ''}); await quota.refresh()");
    assertUnharmed();
  }

  /** The same mutants as in Node, and now something is drawn from them. */
  @Test
  void spoiltStatesBreakNoElement() {
    open(ELEMENTS);
    eventuallyShown();
    Object faults =
        module(
            Mutants.SPOIL
                + """
                const faults = new Set();
                addEventListener('error', ({message}) => faults.add(message));
                addEventListener('unhandledrejection', ({reason}) => faults.add(String(reason)));
                console.error = (error) => faults.add(String(error));
                const state = await (await fetch('/quota/state')).json();
                const start = Date.parse(state.now);
                const notice = document.querySelector('quota-notice');
                for (let i = 1; i <= 600; i++) {
                  const now = new Date(start + i * 100).toISOString();
                  quota.apply(spoil({...state, now}, i));
                  for (const link of notice.shadowRoot.querySelectorAll('a')) {
                    if (!/^https?:$/.test(link.protocol)) {
                      faults.add(link.href);
                    }
                  }
                  quota.apply({...state, now});
                }
                return [...faults];
                """);
    assertThat(faults).isEqualTo(List.of());
    assertThat(browser.text("quota-meter", "[part~=text]")).contains("8 of 50");
    assertUnharmed();
  }
}
