package dev.quota.spring.ai;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quota.policy.PolicyFile;
import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Keeps docs/spring-ai.md true: its examples compile with the Spring AI that the tests have. */
class SpringAiDocTest {

  private static final Path PAGE = Path.of("../../docs/spring-ai.md");

  private static final String IMPORTS =
      """
      import dev.quota.*;
      import dev.quota.spring.ai.*;
      import org.springframework.ai.chat.client.*;
      import org.springframework.ai.chat.model.*;
      """;

  @TempDir private Path classes;

  @Test
  void itsJavaCompiles() throws IOException {
    String blocks = String.join("\n", blocks("java"));
    assertThat(compile("class Example { void log(Decision it) {}\n" + blocks + "}")).isEmpty();
    assertThat(compile("class Example { Quotas none = Quota.none(); }")).contains("none");
  }

  @Test
  void itsPolicyIsRead() throws IOException {
    String quotas = blocks("yaml").get(1).indent(2);
    var policies =
        PolicyFile.read("quotas.yaml", new StringReader("version: 1\nquotas:\n" + quotas));
    assertThat(policies.quotas().get("large").degradedModel()).hasValue("gpt-4o-mini");
  }

  @Test
  void itNamesWhatTheAdvisorWrites() throws IOException {
    assertThat(Files.readString(PAGE))
        .contains(QuotaAdvisor.REFUSED, QuotaAdvisor.CUT, "`" + QuotaAdvisor.DEGRADED + "`");
  }

  private static List<String> blocks(String language) throws IOException {
    return Pattern.compile("```" + language + "\n(.*?)```", Pattern.DOTALL)
        .matcher(Files.readString(PAGE))
        .results()
        .map(found -> found.group(1))
        .toList();
  }

  private String compile(String source) {
    StringWriter messages = new StringWriter();
    JavaFileObject file =
        new SimpleJavaFileObject(URI.create("string:///Example.java"), JavaFileObject.Kind.SOURCE) {
          @Override
          public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return IMPORTS + source;
          }
        };
    List<String> options =
        List.of(
            "-proc:none", "-d", classes.toString(), "-cp", System.getProperty("java.class.path"));
    boolean compiled =
        ToolProvider.getSystemJavaCompiler()
            .getTask(messages, null, null, options, null, List.of(file))
            .call();
    return compiled ? "" : messages.toString();
  }
}
