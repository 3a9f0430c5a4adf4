package dev.quota.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.quota.servlet.browser.Browser;
import dev.quota.servlet.browser.PageClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The npm package: built by Vite into an application with React, and rendered in Node. */
@Tag("once")
@Tag("npm")
final class QuotaElementPackageTest extends ComponentTest {

  private static final Path ROOT = Path.of("").toAbsolutePath().getParent();
  private static final Path FRONTEND = ROOT.resolve("frontend");
  private static final Path PACKAGE = FRONTEND.resolve("quota-element");
  private static final Path APP = FRONTEND.resolve("test-app");
  private static final Path SERVED =
      ROOT.resolve("quota-http/src/main/resources/dev/quota/http/internal/file");

  QuotaElementPackageTest(Browser browser) {
    super(browser);
  }

  @BeforeAll
  static void build() throws Exception {
    Npm.install(FRONTEND, FRONTEND.resolve("node_modules/.installed.json"));
    writeExamples();
    Npm.run(FRONTEND, "npm", "run", "build");
    Npm.run(APP, "npm", "run", "build");
  }

  /** Writes the examples of the page about React beside the application, to be checked with it. */
  private static void writeExamples() throws IOException {
    String page = Files.readString(ROOT.resolve("docs/react.md"));
    Matcher examples = Pattern.compile("```tsx\n(.*?)```", Pattern.DOTALL).matcher(page);
    Path folder = Files.createDirectories(APP.resolve("src/docs"));
    try (Stream<Path> old = Files.list(folder)) {
      for (Path file : old.toList()) {
        Files.delete(file);
      }
    }
    int count = 0;
    while (examples.find()) {
      Files.writeString(folder.resolve("example" + ++count + ".tsx"), examples.group(1));
    }
    assertThat(count).isGreaterThanOrEqualTo(6);
  }

  @Test
  void theTypesAndTheExamplesAreRight() throws Exception {
    assertThat(Npm.run(APP, "npm", "run", "types")).doesNotContain("error");
  }

  @Test
  void aWrongExampleWouldBeFound() throws Exception {
    Path wrong = APP.resolve("src/docs/wrong.tsx");
    Files.writeString(
        wrong,
        """
        import { useQuota } from 'quota-element/react';
        export const Wrong = () => <p>{useQuota('chat').remaining}</p>;
        """);
    Node.Ended ended = Node.run(APP, "", 60, "npm", "run", "types");
    Files.delete(wrong);
    assertThat(ended.status()).isNotZero();
    assertThat(ended.printed()).contains("wrong.tsx");
  }

  @Test
  void itIsTheScriptThatIsServed() throws IOException {
    assertThat(Files.mismatch(PACKAGE.resolve("dist/element.js"), SERVED.resolve("quota.js")))
        .isEqualTo(-1);
    assertThat(Files.mismatch(PACKAGE.resolve("dist/element.d.ts"), SERVED.resolve("quota.d.ts")))
        .isEqualTo(-1);
  }

  @Test
  void whatIsPublishedIsWhatIsNeeded() throws Exception {
    JsonNode packed =
        new ObjectMapper()
            .readTree(Npm.run(PACKAGE, "npm", "pack", "--dry-run", "--json", "--ignore-scripts"));
    assertThat(packed.at("/0/files").findValuesAsText("path"))
        .containsExactlyInAnyOrder(
            "LICENSE",
            "NOTICE",
            "README.md",
            "package.json",
            "dist/element.d.ts",
            "dist/element.js",
            "dist/react.d.ts",
            "dist/react.js");
  }

  private void openApp(String content, String state) throws IOException {
    JsonNode manifest =
        new ObjectMapper().readTree(APP.resolve("dist/browser/.vite/manifest.json").toFile());
    String file = manifest.get("src/browser.tsx").get("file").asText();
    pages.put("app.js", Files.readString(APP.resolve("dist/browser").resolve(file)));
    browser.open(
        pages.put(
            "react",
            "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>React</title>"
                + "<div id=\"root\">%s</div>".formatted(content)
                + "<script type=\"application/json\" id=\"quota-state\">%s</script>"
                    .formatted(state.replace("<", "\\u003c"))
                + "<script type=\"module\" src=\"/pages/app.js\"></script>"));
  }

  private String text(String id) {
    return browser.find("#" + id).getText();
  }

  private String stateOfAlice() {
    return app.get("/quota/state", "X-User", ALICE, "X-Plan", "free", "X-Zone", "UTC")
        .response()
        .body();
  }

  @Test
  void hooksShowWhatTheServerSays() throws Exception {
    use("chat", 12);
    PageClock clock = stopClock();
    openApp("", "");
    clock.settle();
    browser.eventually(() -> assertThat(text("chat")).isEqualTo("38 left"));
    assertThat(text("text")).contains("38 of 50 messages left today");
    assertThat(browser.text("quota-meter", "[part=text]")).contains("38 of 50");
    assertThat(pages.asked("state")).as("all hooks and elements ask together").hasSize(1);

    String rendersOfPings = browser.find("#other").getAttribute("data-renders");
    spend("chat", 10);
    browser.find("#send").click();
    clock.settle();
    browser.eventually(() -> assertThat(text("chat")).isEqualTo("28 left"));
    assertThat(browser.find("#send").isEnabled()).isFalse();
    String before = text("detail");
    clock.advance(Duration.ofSeconds(2));
    assertThat(text("detail")).isNotEqualTo(before).containsPattern("\\d second");
    clock.advance(Duration.ofSeconds(20));
    browser.eventually(() -> assertThat(browser.find("#send").isEnabled()).isTrue());
    assertThat(Integer.parseInt(rendersOfPings)).isPositive();
  }

  @Test
  void theCheckWaitsForAPauseAndForgetsWhatIsNotAskedForAnyMore() throws Exception {
    PageClock clock = stopClock();
    openApp("", "");
    clock.settle();
    browser.eventually(() -> assertThat(text("chat")).isEqualTo("50 left"));
    browser.find("#cost").sendKeys("9");
    browser.find("#cost").sendKeys("9");
    clock.advance(Duration.ofMillis(299));
    assertThat(pages.asked("check")).isEmpty();
    clock.advance(Duration.ofMillis(2));
    browser.eventually(() -> assertThat(text("check")).isEqualTo("false"));
    assertThat(pages.asked("check"))
        .extracting(ComponentApp.Asked::query)
        .hasSize(1)
        .allMatch(query -> query.contains("99"));
    browser.script("arguments[0].select()", browser.find("#cost"));
    browser.find("#cost").sendKeys("2");
    clock.advance(Duration.ofMillis(301));
    browser.eventually(() -> assertThat(text("check")).isEqualTo("true"));
    browser.script("arguments[0].select()", browser.find("#cost"));
    browser.find("#cost").sendKeys("0");
    browser.eventually(() -> assertThat(text("check")).isEqualTo("null"));
  }

  @Test
  void pagesOfManyAreRenderedApartAndTakenOverByTheBrowser() throws Exception {
    use("chat", 12);
    Path state = APP.resolve("dist/state.json");
    Files.writeString(state, stateOfAlice());
    assertThat(Npm.run(APP, "node", "server.test.mjs", state.toString())).contains("served");

    String html = Files.readString(APP.resolve("dist/alice.html"));
    assertThat(html).contains("38");
    stopClock();
    openApp(html, Files.readString(state));
    browser.eventually(
        () -> assertThat(browser.text("quota-meter", "[part=text]")).contains("38 of 50"));
    assertThat(text("chat")).isEqualTo("38 left");
    assertThat(browser.script("return document.documentElement.getAttribute('data-error')"))
        .as("what React found different between the server and the browser")
        .isNull();
  }
}
