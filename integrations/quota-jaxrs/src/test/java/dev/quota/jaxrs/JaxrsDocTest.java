package dev.quota.jaxrs;

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
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Keeps the page true: its examples compile. */
@Tag("once")
class JaxrsDocTest {

  private static final Path PAGE =
      Path.of("").toAbsolutePath().getParent().getParent().resolve("docs/jaxrs.md");

  private static final String IMPORTS =
      """
      import dev.quota.*;
      import dev.quota.http.*;
      import dev.quota.http.answer.*;
      import dev.quota.http.request.*;
      import dev.quota.jaxrs.*;
      import dev.quota.policy.*;
      import jakarta.ws.rs.*;
      import jakarta.ws.rs.core.*;
      import jakarta.ws.rs.sse.*;
      import java.io.IOException;
      import java.nio.file.Path;
      import java.util.*;
      """;

  /** What the examples expect of an application. */
  private static final String APPLICATION =
      """
        static Quotas quotas;
        static String answer(String question) { return question; }
        static long tokensUsed() { return 1; }
      """;

  @TempDir private Path classes;

  @Test
  void itsJavaCompiles() throws IOException {
    List<String> blocks =
        Pattern.compile("```java\n(.*?)```", Pattern.DOTALL)
            .matcher(Files.readString(PAGE))
            .results()
            .map(found -> found.group(1))
            .toList();
    assertThat(blocks).hasSize(4);
    String nested = String.join("", blocks).replaceAll("(?m)^public class ", "static class ");
    assertThat(compile("class Example {\n" + APPLICATION + nested + "}")).isEmpty();
    assertThat(compile("class Example { Quotas nothing = Quota.nothing(); }")).contains("nothing");
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
            "-proc:none",
            "-nowarn",
            "-d",
            classes.toString(),
            "-cp",
            System.getProperty("java.class.path"));
    boolean compiled =
        ToolProvider.getSystemJavaCompiler()
            .getTask(messages, null, null, options, null, List.of(file))
            .call();
    return compiled ? "" : messages.toString();
  }
}
