package dev.quota.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quota.build.DocPage;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Keeps the pages about metrics and tests true, as far as a machine can. */
class ExtensionDocsTest {

  private static final DocPage METRICS = DocPage.read("docs/metrics.md");
  private static final DocPage TESTING = DocPage.read("docs/testing.md");

  private static final String IMPORTS =
      """
      import static dev.quota.test.QuotaAssertions.assertThat;
      import static org.assertj.core.api.Assertions.assertThat;
      import dev.quota.store.ManualClock;
      import dev.quota.test.*;
      import org.junit.jupiter.api.*;
      import org.junit.jupiter.api.extension.*;
      import java.util.stream.Stream;
      """;

  @TempDir private Path classes;

  @Test
  void theJavaAboutMetricsCompiles() {
    List<String> blocks = METRICS.blocks("java");
    assertThat(blocks).hasSize(2);
    for (String block : blocks) {
      String source =
          "import dev.quota.micrometer.*;\n"
              + "class Example { void run(io.micrometer.core.instrument.MeterRegistry registry,"
              + " io.micrometer.observation.ObservationRegistry observationRegistry) {\n"
              + block
              + "\n} }";
      assertThat(LibraryExample.errors(source, classes)).as(block).isEmpty();
    }
  }

  @Test
  void theJavaAboutTestsCompiles() {
    List<String> blocks = TESTING.blocks("java");
    // The third is for Spring, and compiled in the starter.
    assertThat(blocks).hasSize(4);
    String second = "class Example {\n" + blocks.get(1) + "\n}\n";
    assertThat(LibraryExample.errors(IMPORTS + blocks.get(0) + second + blocks.get(3), classes))
        .isEmpty();
  }

  @Test
  void theirDependenciesAreModulesOfThisBuild() throws Exception {
    assertThat(Pom.isModule(METRICS.blocks("xml").get(0))).isTrue();
    assertThat(Pom.isModule(TESTING.blocks("xml").get(0))).isTrue();
  }
}
