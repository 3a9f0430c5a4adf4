package dev.quota.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quota.servlet.browser.Browser;
import dev.quota.servlet.browser.InBrowser;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * Measures how long the page takes to its first paint, beside a file of one line in the same run.
 * It is no test, because machines differ, and runs only when it is asked for:
 *
 * <pre>{@code
 * mvn -Dquick -pl demo-app -am test -Dtest=FirstPaint -Dsurefire.failIfNoSpecifiedTests=false
 * }</pre>
 */
@InBrowser
class FirstPaint {

  private static final int WARM_UP = 3;
  private static final int LOADS = 21;

  @Test
  void print(Browser browser) {
    List<Double> page = new ArrayList<>();
    List<Double> line = new ArrayList<>();
    try (RunningDemo demo = new RunningDemo()) {
      DemoPage.open(browser, demo, "alice", "demo-locale=en");
      browser.cdp("Network.enable", Map.of());
      browser.cdp("Network.setCacheDisabled", Map.of("cacheDisabled", true));
      for (int i = 0; i < WARM_UP + LOADS; i++) {
        line.add(millis(browser, demo.uri("/api/open").toString()));
        page.add(millis(browser, demo.uri("/").toString()));
      }
    }
    System.out.println("First paint without a cache, in ms, least, median and most of " + LOADS);
    System.out.println("the demo's page    " + summary(page));
    System.out.println("a file of one line " + summary(line));
  }

  private static double millis(Browser browser, String url) {
    browser.open(url);
    browser.eventually(() -> assertThat(paint(browser)).isPositive());
    return paint(browser);
  }

  private static double paint(Browser browser) {
    Object found =
        browser.script(
            "return performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0");
    return ((Number) found).doubleValue();
  }

  private static String summary(List<Double> all) {
    List<Double> millis = new ArrayList<>(all.subList(WARM_UP, all.size()));
    Collections.sort(millis);
    return Math.round(millis.get(0))
        + " / "
        + Math.round(millis.get(LOADS / 2))
        + " / "
        + Math.round(millis.get(LOADS - 1));
  }
}
