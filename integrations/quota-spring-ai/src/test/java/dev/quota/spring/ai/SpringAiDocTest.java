package dev.quota.spring.ai;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quota.build.DocPage;
import dev.quota.build.JavaExample;
import dev.quota.policy.PolicyFile;
import java.io.StringReader;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Keeps docs/spring-ai.md true: its examples compile with the Spring AI that the tests have. */
class SpringAiDocTest {

  private static final DocPage PAGE = DocPage.read("docs/spring-ai.md");

  private static final String IMPORTS =
      """
      import dev.quota.*;
      import dev.quota.models.*;
      import dev.quota.spring.ai.*;
      import java.util.*;
      import org.springframework.ai.chat.client.*;
      import org.springframework.ai.chat.model.*;
      import org.springframework.ai.embedding.*;
      """;

  @TempDir private Path classes;

  @Test
  void itsJavaCompiles() {
    String blocks = String.join("\n", PAGE.blocks("java"));
    assertThat(
            errors(
                "interface CurrentCaller { Optional<Subject> find(); }\n"
                    + "class Example { void log(Decision it) {}\n"
                    + blocks
                    + "}"))
        .isEmpty();
    assertThat(errors("class Example { Quotas none = Quota.none(); }")).contains("none");
  }

  @Test
  void itsPolicyIsRead() {
    String quotas = (PAGE.blocks("yaml").get(1) + "\n" + PAGE.blocks("yaml").get(3)).indent(2);
    var policies =
        PolicyFile.read("quotas.yaml", new StringReader("version: 1\nquotas:\n" + quotas));
    assertThat(policies.quotas().get("large").degradedModel()).hasValue("gpt-4o-mini");
    assertThat(policies.quotas().get("spoken").usageNames()).containsExactly("characters");
  }

  @Test
  void itNamesWhatTheAdvisorWrites() {
    assertThat(PAGE.text())
        .contains(QuotaAdvisor.REFUSED, QuotaAdvisor.CUT, "`" + QuotaAdvisor.DEGRADED + "`");
  }

  private String errors(String source) {
    return JavaExample.errors(IMPORTS + source, classes);
  }
}
