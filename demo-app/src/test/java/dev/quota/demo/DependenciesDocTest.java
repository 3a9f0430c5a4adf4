package dev.quota.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.SoftAssertions.assertSoftly;

import dev.quota.build.DocPage;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The tables about dependencies are those of the build. */
final class DependenciesDocTest {

  private static final DocPage PAGE = DocPage.read("docs/dependencies.md");
  private static final Pom ROOT = Pom.root();
  private static final String DEPENDENCY = "/project/dependencies/dependency";

  /** Returns the cells of the rows of the table below a heading, without its head. */
  private static List<List<String>> table(String heading) {
    String section = PAGE.text().split("## " + heading + "\n", -1)[1].split("\n## ", -1)[0];
    return section
        .lines()
        .filter(line -> line.startsWith("|"))
        .skip(2)
        .map(line -> Arrays.stream(line.substring(1).split("\\|", -1)).map(String::strip).toList())
        .toList();
  }

  private static String version(String property) {
    return ROOT.text("/project/properties/" + property + ".version");
  }

  @Test
  void theVersionsAreThoseOfTheBuild() {
    Map<String, String> names =
        Map.of(
            "Caffeine",
            "caffeine",
            "SnakeYAML",
            "snakeyaml",
            "Jackson 2 (`jackson-core`)",
            "jackson",
            "Netty, with Redisson " + version("redisson"),
            "netty");
    List<List<String>> rows = table("Versions that were tested together");
    assertThat(rows).hasSameSizeAs(names.keySet());
    assertSoftly(
        softly -> {
          for (List<String> row : rows) {
            String name = names.get(row.get(0));
            softly.assertThat(name).as(row.get(0)).isNotNull();
            if (!"netty".equals(name)) {
              softly.assertThat(row.get(1)).as(name).isEqualTo(version(name));
            }
            softly.assertThat(row.get(2)).as(name).isEqualTo(version(name + "-boot-3"));
            softly.assertThat(row.get(3)).as(name).isEqualTo(version(name + "-boot-4"));
          }
        });
    assertThat(PAGE.text())
        .contains("Spring Boot " + version("spring-boot-3"))
        .contains("Spring Boot " + version("spring-boot-4"))
        .contains("Bucket4j has the version " + version("bucket4j"));
  }

  @Test
  void eachModuleBringsWhatIsSaid() {
    Map<String, List<String>> rows =
        table("What each module brings").stream()
            .collect(Collectors.toMap(row -> row.get(0).replace("`", ""), row -> row));
    assertThat(rows.keySet())
        .containsExactlyInAnyOrderElementsOf(Pom.published().stream().map(Pom::artifact).toList());
    assertSoftly(
        softly -> {
          for (Pom pom : Pom.published()) {
            String told = rows.get(pom.artifact()).get(1);
            softly
                .assertThat(Stream.of(told.split(", ")).filter(it -> !it.equals("jspecify")))
                .as(pom.artifact())
                .containsExactlyInAnyOrderElementsOf(
                    pom.texts(
                        DEPENDENCY
                            + "[not(optional = 'true')][not(scope) or scope = 'compile']"
                            + "/artifactId"));
          }
        });
  }

  @Test
  void whatCanBeExcludedIsWhatIsExcludedInTheTests() {
    String snippet = PAGE.blocks("xml").get(1);
    List<String> excluded =
        Pattern.compile("<exclusion>\\s*<groupId>([^<]+)</groupId>\\s*<artifactId>([^<]+)<")
            .matcher(snippet)
            .results()
            .map(match -> match.group(1) + ":" + match.group(2))
            .toList();
    List<String> tested =
        Pom.read("quota-redis")
            .texts(
                "/project/build/plugins/plugin/executions/execution[id = 'without-unused']"
                    + "/configuration/classpathDependencyExcludes/exclude");
    // The snippet excludes these by excluding what brings them.
    assertThat(tested)
        .contains("io.netty:netty-codec")
        .filteredOn(it -> !it.startsWith("io.netty:netty-codec-"))
        .containsExactlyInAnyOrderElementsOf(excluded);
  }

  @Test
  void theModulesAreNamedAsTheirDescriptorsAre() {
    Map<String, String> named =
        table("Java modules").stream()
            .collect(
                Collectors.toMap(
                    row -> row.get(0).replace("`", ""),
                    row -> row.get(1).replaceFirst("`([^`]+)`.*", "$1")));
    assertThat(named)
        .isEqualTo(
            Pom.published().stream()
                .collect(
                    Collectors.toMap(
                        Pom::artifact, pom -> pom.text("/project/properties/module.name"))));
  }

  @Test
  void theExamplesForBuildsNameWhatIsPublished() {
    List<String> published =
        Pom.published().stream().map(Pom::artifact).collect(Collectors.toList());
    published.add("quota-bom");
    assertThat(PAGE.blocks("kotlin")).hasSize(1);
    Set<String> named =
        Pattern.compile("\"dev\\.quota:([^:\"]+)")
            .matcher(PAGE.blocks("kotlin").get(0))
            .results()
            .map(match -> match.group(1))
            .collect(Collectors.toSet());
    assertThat(named).hasSize(4).isSubsetOf(published);
  }
}
