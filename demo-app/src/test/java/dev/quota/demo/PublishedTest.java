package dev.quota.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.SoftAssertions.assertSoftly;

import dev.quota.build.DocPage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What a release publishes is one version, complete and described. */
final class PublishedTest {

  private static final Pom ROOT = Pom.root();
  private static final Pom BOM = Pom.read("quota-bom");
  private static final String VERSION = ROOT.text("/project/version");

  /** Parts of a page that name a module with a version, in the words of Maven and of Gradle. */
  private static final Pattern COORDINATES =
      Pattern.compile(
          "<groupId>dev\\.quota</groupId>\\s*<artifactId>([^<]+)</artifactId>\\s*<version>([^<]+)<"
              + "|\"dev\\.quota:([^:\"]+):([^\"]+)\"");

  private static final List<String> WHAT_CENTRAL_ASKS_FOR =
      List.of(
          "name",
          "description",
          "url",
          "licenses/license/name",
          "developers/developer/name",
          "scm/connection",
          "scm/developerConnection",
          "scm/url");

  @Test
  void theVersionIsThatOfARelease() {
    assertThat(VERSION).matches("\\d+\\.\\d+\\.\\d+");
  }

  @Test
  void allModulesHaveTheVersionOfTheirParent() {
    assertSoftly(
        softly -> {
          for (Pom module : Pom.modules()) {
            String own = module.text("/project/version");
            String version = own.isEmpty() ? module.text("/project/parent/version") : own;
            softly.assertThat(version).as(module.file().toString()).isEqualTo(VERSION);
          }
        });
  }

  @Test
  void pagesNameModulesThatArePublishedInThisVersion() throws IOException {
    List<String> modules =
        Stream.concat(Pom.published().stream(), Stream.of(BOM)).map(Pom::artifact).toList();
    int[] seen = {0};
    assertSoftly(
        softly -> {
          for (Path page : pages()) {
            for (MatchResult match : coordinates(page)) {
              String artifact = match.group(1) != null ? match.group(1) : match.group(3);
              String version = match.group(2) != null ? match.group(2) : match.group(4);
              softly.assertThat(version).as(page + ": " + artifact).isEqualTo(VERSION);
              softly.assertThat(modules).as(page.toString()).contains(artifact);
              seen[0]++;
            }
          }
        });
    assertThat(seen[0]).isGreaterThan(5);
  }

  private static List<MatchResult> coordinates(Path page) {
    try {
      return COORDINATES.matcher(Files.readString(page)).results().toList();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static List<Path> pages() {
    try (Stream<Path> docs = Files.list(DocPage.ROOT.resolve("docs"))) {
      return Stream.concat(Stream.of(DocPage.ROOT.resolve("README.md")), docs)
          .filter(page -> page.toString().endsWith(".md"))
          .toList();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void theBomHasAllThatIsPublishedAndNothingElse() {
    String managed = "/project/dependencyManagement/dependencies/dependency";
    assertThat(BOM.texts(managed + "/artifactId"))
        .as("quota-bom; a module with the property maven.deploy.skip is not published")
        .isSorted()
        .containsExactlyInAnyOrderElementsOf(Pom.published().stream().map(Pom::artifact).toList());
    assertThat(BOM.texts(managed + "/version")).containsOnly("${project.version}");
    assertThat(BOM.texts("/project/parent"))
        .as("who imports a BOM imports what its parent manages")
        .isEmpty();
  }

  @Test
  void whatIsForTestsOfThisBuildIsNotPublished() {
    assertThat(Pom.published())
        .extracting(Pom::artifact)
        .contains(
            "quota-core", "quota-servlet", "quota-store-tests", "quota-http-tests", "quota-test")
        .doesNotContain("demo-app", "benchmarks", "quota-boot-4-tests");
  }

  @Test
  void theParentAndTheBomSayWhatCentralAsksFor() {
    assertSoftly(
        softly -> {
          for (String element : WHAT_CENTRAL_ASKS_FOR) {
            String path = "/project/" + element;
            softly.assertThat(ROOT.text(path)).as(element).isNotEmpty();
            if (!element.equals("name") && !element.equals("description")) {
              softly.assertThat(BOM.text(path)).as(element).isEqualTo(ROOT.text(path));
            }
          }
        });
  }

  @Test
  void everyPublishedModuleIsDescribedAndHasPagesOfJavadoc() {
    assertSoftly(
        softly -> {
          for (Pom module : Pom.published()) {
            softly.assertThat(module.text("/project/name")).startsWith("Quota ");
            softly.assertThat(module.text("/project/description")).endsWith(".");
            softly
                .assertThat(module.texts("/project/build/plugins/plugin/artifactId"))
                .as(module.artifact())
                .contains("maven-javadoc-plugin");
          }
        });
  }

  @Test
  void theBomUsesTheVersionsOfPluginsOfTheParent() {
    String plugin = "/project/build/pluginManagement/plugins/plugin";
    List<String> artifacts = BOM.texts(plugin + "/artifactId");
    assertThat(artifacts).isNotEmpty();
    for (String artifact : artifacts) {
      String version = plugin + "[artifactId='" + artifact + "']/version";
      assertThat(BOM.text(version)).as(artifact).isEqualTo(ROOT.text(version));
    }
  }

  @Test
  void theNpmPackageHasTheVersionOfTheJars() throws IOException {
    for (String folder : List.of("", "quota-element/", "test-app/")) {
      Path json = DocPage.ROOT.resolve("frontend/" + folder + "package.json");
      assertThat(Files.readString(json)).contains("\"version\": \"" + VERSION + "\"");
      assertThat(Files.readString(json)).doesNotContain("\"quota-element\": \"^");
    }
  }

  @Test
  void thePageAboutSecurityNamesTheVersionAndIsFound() {
    DocPage page = DocPage.read("SECURITY.md");
    assertThat(page.text()).contains(VERSION.replaceFirst("\\d+$", "x"));
    assertThat(page.deadLinks()).isEmpty();
    assertThat(DocPage.read("README.md").text()).contains("](SECURITY.md)");
  }
}
