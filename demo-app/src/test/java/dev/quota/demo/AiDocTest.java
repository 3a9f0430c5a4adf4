package dev.quota.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quota.Policies;
import dev.quota.QuotaPolicy;
import dev.quota.UsageReport;
import dev.quota.policy.PolicyFile;
import java.io.StringReader;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Keeps the page about models true: its Java compiles, its policy loads, its table is complete. */
class AiDocTest {

  private static final Document PAGE = Document.read("docs/ai.md");

  /** What stands around an example: names that it uses and does not declare. */
  private static final List<String> PARAMETERS =
      List.of(
          "QuotaPolicy policy",
          "String question",
          "int maxTokens",
          "String responseBody",
          "java.util.List<String> events",
          "UsageReport atMost",
          "UsageReport used");

  @TempDir private Path directory;

  private static QuotaPolicy tokens() {
    Policies policies = PolicyFile.read("ai.md", new StringReader(PAGE.blocks("yaml").get(0)));
    return policies.quotas().get("tokens");
  }

  @Test
  void itsJavaCompiles() {
    List<String> blocks = PAGE.blocks("java");
    assertThat(blocks).hasSizeGreaterThanOrEqualTo(5);
    for (String block : blocks) {
      String parameters =
          String.join(
              ", ",
              PARAMETERS.stream()
                  .filter(it -> !block.contains(it.substring(it.indexOf(' ')) + " ="))
                  .toList());
      String method = "class Example { void run(" + parameters + ") {\n" + block + "\n} }";
      assertThat(Document.compile("import java.util.*;\n" + method, directory)).as(block).isEmpty();
    }
  }

  @Test
  void itsPolicyComputesWhatThePageSays() {
    UsageReport.Builder used =
        UsageReport.builder().totalInputTokens(2_006).cachedInputTokens(1_920).outputTokens(300);

    assertThat(tokens().costOf(used.build())).isEqualTo(15);
    assertThat(tokens().costOf(used.model("gpt-4o-mini-2024-07-18").build())).isEqualTo(1);
    assertThat(tokens().costOf(used.model("local-llama").build())).isEqualTo(1);
    assertThat(tokens().usualCost()).isEqualTo(20);
  }

  @Test
  void everyNameHasItsRowAndNoOther() {
    assertThat(
            Pattern.compile("(?m)^\\| `(\\w+)` \\|")
                .matcher(PAGE.text())
                .results()
                .map((MatchResult match) -> match.group(1)))
        .containsExactlyElementsOf(UsageReport.NAMES);
  }

  @Test
  void itsLinksLeadSomewhere() {
    assertThat(PAGE.deadLinks()).isEmpty();
  }
}
