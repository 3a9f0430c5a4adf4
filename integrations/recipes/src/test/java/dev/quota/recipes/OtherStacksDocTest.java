package dev.quota.recipes;

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

/** The page compiles. */
class OtherStacksDocTest {

  private static final Path PAGE =
      Path.of("").toAbsolutePath().getParent().getParent().resolve("docs/other-stacks.md");

  private static final String BEFORE =
      """
      package dev.quota.recipes;
      import dev.quota.*;
      import dev.quota.http.*;
      import io.javalin.Javalin;
      import io.javalin.http.Context;
      import java.util.List;
      abstract class Example {
        abstract String userOf(Context ctx);
        abstract String answer(String question);
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
    assertThat(blocks).hasSize(2);
    assertThat(compile(String.join("", blocks))).isEmpty();
    assertThat(compile("Quotas nothing = Quota.nothing();")).contains("nothing");
  }

  private String compile(String members) {
    StringWriter messages = new StringWriter();
    JavaFileObject file =
        new SimpleJavaFileObject(URI.create("string:///Example.java"), JavaFileObject.Kind.SOURCE) {
          @Override
          public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return BEFORE + members + "}";
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
