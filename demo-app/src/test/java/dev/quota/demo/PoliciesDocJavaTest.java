package dev.quota.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quota.build.DocPage;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Keeps the Java of the pages about policies and HTTP true: it compiles. */
class PoliciesDocJavaTest {

  private static final String APPLICATION =
      """
      Quotas quotas; Subject subject; String question;
      abstract String refusal(Decision decision);
      abstract String callModel(String question);
      String example() throws Exception {
      """;

  /** What stands around the test of an adapter. */
  private static final String OTHER_STACK =
      """
      import dev.quota.httptests.*;
      abstract class MyServer {
        static MyServer start(Quotas quotas, HeaderDialect headers) { return null; }
        abstract int port();
        abstract void stop();
      }
      """;

  @TempDir private Path classes;

  @Test
  void itsJavaCompiles() {
    for (String page : List.of("docs/policies.md", "docs/http.md")) {
      List<String> blocks = DocPage.read(page).blocks("java");
      assertThat(blocks).as(page).isNotEmpty();
      for (String block : blocks) {
        assertThat(LibraryExample.errors(source(block), classes)).as(block).isEmpty();
      }
    }
  }

  private static String source(String block) {
    if (block.startsWith("public final class ")) {
      return block.replace("public final class ", "final class ");
    }
    if (block.startsWith("class ")) {
      return OTHER_STACK + block;
    }
    String end = block.contains("return ") ? "" : "return \"\";";
    return "abstract class Start {" + APPLICATION + block + end + "\n} }";
  }
}
