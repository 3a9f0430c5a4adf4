package dev.quota.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PageTest {

  private final RunningDemo demo = new RunningDemo();

  @AfterEach
  void stop() {
    demo.close();
  }

  @ParameterizedTest
  @CsvSource({
    "/, text/html;charset=utf-8, Simulated model",
    "/plans, text/html;charset=utf-8, Plans",
    "/demo.css, text/css;charset=utf-8, prefers-color-scheme",
    "/demo.js, text/javascript;charset=utf-8, /quota/state",
    "/quotas.js, text/javascript;charset=utf-8, aria-valuetext",
    "/store.js, text/javascript;charset=utf-8, /health",
    "/plans.js, text/javascript;charset=utf-8, /api/plans",
    "/icon.svg, image/svg+xml, <svg"
  })
  void isServedWithTheRightType(String path, String type, String content) {
    HttpResponse<String> file = demo.send(demo.request(path));

    assertThat(file.statusCode()).isEqualTo(200);
    assertThat(file.headers().firstValue("Content-Type")).contains(type);
    assertThat(file.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
    assertThat(file.headers().firstValue("Content-Security-Policy").orElseThrow())
        .contains("default-src 'none'")
        .doesNotContain("unsafe");
    assertThat(file.body()).contains(content);
  }

  @ParameterizedTest
  @CsvSource({"/", "/plans"})
  void loadsNothingFromElsewhereAndKeepsToItsContentPolicy(String path) {
    String page = demo.send(demo.request(path)).body();

    assertThat(page).doesNotContain("https:", "src=\"//", "style=\"", "onclick", "<style");
    assertThat(page).doesNotContainPattern("<script(?![^>]*src=)");
  }

  @ParameterizedTest
  @CsvSource({"/demo.js", "/quotas.js", "/store.js", "/plans.js"})
  void neverTurnsTextIntoMarkup(String path) {
    assertThat(demo.send(demo.request(path)).body()).doesNotContain("innerHTML", "insertAdjacent");
  }

  @Test
  void doesNotServeWhatIsNotThere() {
    HttpResponse<String> missing = demo.send(demo.request("/nothing"));

    assertThat(missing.statusCode()).isEqualTo(404);
    assertThat(missing.body()).doesNotContain("Exception");
    assertThat(missing.headers().firstValue("Server")).isEmpty();
  }

  @Test
  void listsThePlansInForce() {
    JsonNode plans = RunningDemo.json(demo.send(demo.request("/api/plans"))).get("plans");

    assertThat(plans)
        .extracting(plan -> plan.get("label").textValue())
        .containsExactly("Free", "Pro", "Enterprise");
    assertThat(plans)
        .extracting(plan -> plan.at("/quotas/0/limits/1").textValue())
        .containsExactly(
            "50 messages per day", "500 messages per day", "unlimited messages per day");
    assertThat(plans.at("/0/quotas/0/limits/0").textValue()).isEqualTo("10 messages per minute");
    assertThat(plans.at("/0/quotas/1/limits/0").textValue()).isEqualTo("20 credits per month");
  }
}
