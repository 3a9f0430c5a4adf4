package dev.quota.servlet.browser;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.openqa.selenium.JavascriptExecutor;

/** Lets axe-core judge a page. */
final class Axe {

  private static final String SCRIPT = script();
  // Without preloading: axe would fetch style sheets, which a policy may forbid.
  private static final String RUN =
      "const done = arguments[arguments.length - 1];"
          + "axe.run(document, {preload: false, resultTypes: ['violations']})"
          + ".then(result => done(result.violations), error => done(String(error)));";

  private Axe() {}

  /** Returns every violation of every rule, one line each and one more for each element. */
  static List<String> findings(JavascriptExecutor page) {
    page.executeScript(SCRIPT);
    Object result = page.executeAsyncScript(RUN);
    if (!(result instanceof Collection<?> violations)) {
      throw new IllegalStateException("axe did not run: " + result);
    }
    List<String> findings = new ArrayList<>();
    for (Object each : violations) {
      Map<?, ?> violation = (Map<?, ?>) each;
      findings.add(
          violation.get("id") + " (" + violation.get("impact") + "): " + violation.get("help"));
      for (Object node : (Collection<?>) Objects.requireNonNull(violation.get("nodes"))) {
        Map<?, ?> element = (Map<?, ?>) node;
        findings.add(
            "  "
                + element.get("target")
                + " "
                + element.get("html")
                + " "
                + element.get("failureSummary"));
      }
    }
    return findings;
  }

  private static String script() {
    try (InputStream in =
        Objects.requireNonNull(Axe.class.getResourceAsStream("/axe.min.js"), "axe.min.js")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
