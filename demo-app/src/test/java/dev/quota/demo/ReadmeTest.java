package dev.quota.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quota.build.DocPage;
import dev.quota.policy.Policies;
import dev.quota.policy.PolicyFile;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Keeps the README true: its Java compiles, its policies load, its links lead somewhere. */
class ReadmeTest {

  private static final DocPage README = DocPage.read("README.md");

  /** What the example of a SubjectResolver expects of an application. */
  private static final String ACCOUNTS =
      """
      record Account(
          String id, String plan, ZoneId zone, java.util.Locale language, String organisation) {}
      interface Accounts { Account find(String name); }
      """;

  private static final String TESTING =
      """
      import static dev.quota.test.QuotaAssertions.assertThat;
      import dev.quota.test.*;
      import org.junit.jupiter.api.Test;
      """;

  @TempDir private Path classes;

  @Test
  void itsJavaCompiles() {
    // The example for Spring is compiled where Spring is.
    List<String> blocks =
        README.blocks("java").stream().filter(block -> !block.contains("@PostMapping")).toList();
    assertThat(blocks).hasSize(8);
    String people = ACCOUNTS + asClasses(blocks.get(1));
    assertThat(compile(asClasses(blocks.get(0)))).isEmpty();
    assertThat(compile(people)).isEmpty();
    String install =
        "Accounts accounts = null; ServletContext servletContext = null;\n" + blocks.get(2);
    assertThat(compile(people + asMethod(install + "return \"\";"))).isEmpty();
    assertThat(compile(TESTING + blocks.get(3))).isEmpty();
    assertThat(compile(asMethod(blocks.get(4)))).isEmpty();
    assertThat(compile(asMethod(blocks.get(5) + "return \"\";"))).isEmpty();
    assertThat(compile(asMethod(blocks.get(6) + "return \"\";"))).isEmpty();
    assertThat(compile(asMethod(blocks.get(7)))).isEmpty();
  }

  @Test
  void theCompilerHereRefusesWhatDoesNotCompile() {
    assertThat(compile(asMethod("return Quotas.nothing();"))).contains("nothing()");
  }

  private String compile(String source) {
    return LibraryExample.errors(source, classes);
  }

  private static String asClasses(String block) {
    return block
        .replace("public class", "class")
        .replace("answer(request)", "String.valueOf(request)");
  }

  private static String asMethod(String block) {
    return "interface Model { String answer(int maxTokens); long tokensUsed(); }\n"
        + "abstract class Example { String answer(QuotaState state) { return state.toString(); }\n"
        + "Quotas quotas; Subject alice; Model model; abstract String refusal(Decision decision);\n"
        + "String run() {\n"
        + block
        + "\n} }";
  }

  @Test
  void itsPoliciesLoad() {
    List<String> blocks =
        README.blocks("yaml").stream().filter(block -> block.startsWith("version:")).toList();
    assertThat(blocks).hasSize(1);
    Policies policies = PolicyFile.read("README.md", new StringReader(blocks.get(0)));
    assertThat(policies.names()).containsExactly("chat");
  }

  @Test
  void itsDependenciesAreModulesOfThisBuild() throws Exception {
    List<String> blocks = README.blocks("xml");
    assertThat(blocks).hasSize(3);
    for (String dependency : blocks) {
      assertThat(Pom.isModule(dependency)).as(dependency).isTrue();
    }
  }

  @Test
  void itsLinksLeadSomewhere() {
    assertThat(README.deadLinks()).isEmpty();
  }

  @Test
  void linksOfAllPagesLeadSomewhere() throws IOException {
    try (Stream<Path> pages = Files.list(DocPage.ROOT.resolve("docs"))) {
      assertThat(pages.filter(page -> page.toString().endsWith(".md")))
          .hasSizeGreaterThanOrEqualTo(10)
          .allSatisfy(
              page -> assertThat(DocPage.read("docs/" + page.getFileName()).deadLinks()).isEmpty());
    }
  }

  @Test
  void theTestCommandIsTheOneThatCiRuns() throws IOException {
    assertThat(README.blocks("sh")).anyMatch(block -> block.strip().equals("mvn verify"));
    assertThat(Files.readString(DocPage.ROOT.resolve(".ci/run"))).containsPattern("mvn .*verify");
  }
}
