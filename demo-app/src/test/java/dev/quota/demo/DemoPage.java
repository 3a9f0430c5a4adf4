package dev.quota.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quota.servlet.browser.Browser;
import java.util.Map;
import org.openqa.selenium.Keys;

/** The demo's page, as a person uses it. */
final class DemoPage {

  private final Browser browser;
  private final RunningDemo demo;

  private DemoPage(Browser browser, RunningDemo demo) {
    this.browser = browser;
    this.demo = demo;
  }

  /** Opens the page as somebody, with further cookies, and waits until it shows a state. */
  static DemoPage open(Browser browser, RunningDemo demo, String user, String... cookies) {
    DemoPage page = new DemoPage(browser, demo);
    page.setCookie("demo-visited=1");
    page.setCookie("demo-user=" + user);
    for (String cookie : cookies) {
      page.setCookie(cookie);
    }
    browser.open(demo.uri("/").toString());
    browser.eventually(() -> assertThat(page.meter("chat")).isNotEmpty());
    return page;
  }

  private void setCookie(String pair) {
    int equals = pair.indexOf('=');
    browser.cdp(
        "Network.setCookie",
        Map.of(
            "name",
            pair.substring(0, equals),
            "value",
            pair.substring(equals + 1),
            "url",
            demo.uri("/").toString()));
  }

  /** Types a prompt and presses Enter. */
  void send(String prompt) {
    browser.find("#prompt").sendKeys(prompt, Keys.ENTER);
  }

  /** Sends a prompt and waits for the end of its answer. */
  void converse(String prompt) {
    long before = answers();
    send(prompt);
    browser.eventually(
        () -> {
          assertThat(answers()).isEqualTo(before + 1);
          assertThat(browser.has(".answer:last-of-type:not(.busy)")).isTrue();
        });
  }

  long answers() {
    return (Long) browser.script("return document.querySelectorAll('.answer:not(.busy)').length");
  }

  String prompt() {
    return String.valueOf(browser.find("#prompt").getDomProperty("value"));
  }

  String meter(String quota) {
    return browser.text("quota-meter[name=" + quota + "]", "[part~=text]");
  }

  /** Returns what the notice above the composer says, and nothing if it is not there. */
  String notice(String quota) {
    String notice = "quota-notice[name=" + quota + "]";
    return browser.has(notice + ":not([hidden])", "[part~=notice]:not([hidden])")
        ? browser.text(notice, "[part~=notice]")
        : "";
  }

  void pick(String select, String value) {
    browser.find(select + " option[value=\"" + value + "\"]").click();
  }

  String sendLabel() {
    return browser.text("#send");
  }

  void openDrawer() {
    browser.find("#drawer-open").click();
    browser.eventually(() -> assertThat(browser.find("#drawer").isDisplayed()).isTrue());
  }
}
