package dev.quota.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quota.build.DocPage;
import dev.quota.policy.Policies;
import dev.quota.policy.PolicyFile;
import dev.quota.policy.QuotaPolicy;
import dev.quota.usage.UsageReport;
import java.io.StringReader;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Keeps the page about models true: its Java compiles, its policy loads, its table is complete. */
class AiDocTest {

  private static final DocPage PAGE = DocPage.read("docs/ai.md");

  /** What stands around an example: names that it uses and does not declare. */
  private static final List<String> PARAMETERS =
      List.of(
          "QuotaPolicy policy",
          "Quotas quotas",
          "Subject subject",
          "String question",
          "int maxTokens",
          "String responseBody",
          "List<String> events",
          "UsageReport atMost",
          "UsageReport used",
          "Reservation tokens",
          "QuotaExchange exchange",
          "HttpServletResponse response",
          "PrintWriter out",
          "Model model",
          "byte[] secret",
          "Optional<String> id",
          "InputStream mine",
          "PriceList prices",
          "long estimate",
          "UsageJson usage",
          "ModelCall call",
          "Map<String, String> headers");

  /** What an application has beside it. */
  private static final String APPLICATION =
      """
      import dev.quota.*;
      import dev.quota.models.*;
      import dev.quota.policy.*;
      import dev.quota.servlet.*;
      import dev.quota.usage.*;
      import jakarta.servlet.http.*;
      import java.io.*;
      import java.net.URI;
      import java.net.http.HttpRequest;
      import java.time.*;
      import java.util.*;
      interface Model extends Iterator<String> { long tokensSoFar(); }
      abstract class Application extends HttpServlet {
        static String refusal(Decision decision) { return ""; }
        static String callModel(String question) { return ""; }
        static long answer(HttpServletRequest request, HttpServletResponse response) { return 0; }
        static void alert(List<String> names) {}
        static Optional<String> stored(String id) { return Optional.empty(); }
        static void store(String id, String report) {}
        static String report(HttpServletRequest request) { return ""; }
      }
      """;

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
      assertThat(LibraryExample.errors(APPLICATION + around(block), directory)).as(block).isEmpty();
    }
  }

  private static String around(String block) {
    if (block.startsWith("@Quota")) {
      return block.replace("extends HttpServlet", "extends Application");
    }
    String parameters =
        String.join(
            ", ",
            PARAMETERS.stream()
                .filter(it -> !block.contains(it.substring(it.indexOf(' ')) + " ="))
                .toList());
    boolean returns = block.contains("return ");
    return "abstract class Example extends Application { "
        + (returns ? "String" : "void")
        + " run("
        + parameters
        + ") throws Exception {\n"
        + block
        + "\n} }";
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
            Pattern.compile("(?m)^\\| `(\\w+)`(?:, a part of it)? \\|")
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
