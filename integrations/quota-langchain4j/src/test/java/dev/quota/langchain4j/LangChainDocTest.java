package dev.quota.langchain4j;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quota.build.DocPage;
import dev.quota.build.JavaExample;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Keeps docs/langchain4j.md true: its examples compile with LangChain4j. */
class LangChainDocTest {

  private static final DocPage PAGE = DocPage.read("docs/langchain4j.md");

  private static final String IMPORTS =
      """
      import dev.langchain4j.agentic.*;
      import dev.langchain4j.model.*;
      import dev.langchain4j.model.chat.*;
      import dev.langchain4j.service.*;
      import dev.quota.*;
      import dev.quota.langchain4j.*;
      import dev.quota.models.*;
      import java.util.concurrent.*;
      """;

  @TempDir private Path classes;

  @Test
  void itsJavaCompiles() {
    String blocks = String.join("\n", PAGE.blocks("java"));
    assertThat(
            errors(
                "class Example { interface Assistant { String chat(String it); }\n" + blocks + "}"))
        .isEmpty();
    assertThat(errors("class Example { Quotas none = Quota.none(); }")).contains("none");
  }

  @Test
  void itNamesTheMarks() {
    assertThat(PAGE.text()).contains("`" + QuotaModels.DEGRADED + "`", "`" + QuotaModels.CUT + "`");
  }

  private String errors(String source) {
    return JavaExample.errors(IMPORTS + source, classes);
  }
}
