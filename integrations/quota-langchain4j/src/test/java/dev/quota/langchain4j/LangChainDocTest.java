package dev.quota.langchain4j;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
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

/** Keeps docs/langchain4j.md true: its examples compile with LangChain4j. */
class LangChainDocTest {

  private static final Path PAGE = Path.of("../../docs/langchain4j.md");

  private static final String IMPORTS =
      """
      import dev.langchain4j.model.*;
      import dev.langchain4j.model.chat.*;
      import dev.langchain4j.service.*;
      import dev.quota.*;
      import dev.quota.langchain4j.*;
      """;

  @TempDir private Path classes;

  @Test
  void itsJavaCompiles() throws IOException {
    String blocks = String.join("\n", blocks("java"));
    assertThat(
            compile(
                "class Example { interface Assistant { String chat(String it); }\n" + blocks + "}"))
        .isEmpty();
    assertThat(compile("class Example { Quotas none = Quota.none(); }")).contains("none");
  }

  @Test
  void itNamesTheMarks() throws IOException {
    assertThat(Files.readString(PAGE))
        .contains("`" + QuotaModels.DEGRADED + "`", "`" + QuotaModels.CUT + "`");
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
