package dev.quota.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quota.Policies;
import dev.quota.policy.PolicyFile;
import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.xml.sax.InputSource;

/** Keeps the README true: its Java compiles, its policies load, its links lead somewhere. */
class ReadmeTest {

  private static final Path ROOT = Path.of("").toAbsolutePath().getParent();

  private static final String IMPORTS =
      """
      import dev.quota.*;
      import dev.quota.policy.*;
      import dev.quota.servlet.*;
      import jakarta.servlet.*;
      import jakarta.servlet.http.*;
      import java.io.*;
      import java.nio.file.*;
      import java.time.*;
      """;

  @TempDir private Path classes;

  private static String readme() throws IOException {
    return Files.readString(ROOT.resolve("README.md"));
  }

  private static List<String> blocks(String language) throws IOException {
    return Pattern.compile("```" + language + "\n(.*?)```", Pattern.DOTALL)
        .matcher(readme())
        .results()
        .map(match -> match.group(1))
        .toList();
  }

  @Test
  void itsJavaCompiles() throws Exception {
    List<String> blocks = blocks("java");
    assertThat(blocks).hasSize(2);
    assertThat(compile(IMPORTS + asClasses(blocks.get(0)))).isEmpty();
    assertThat(compile(IMPORTS + asMethod(blocks.get(1)))).isEmpty();
  }

  @Test
  void theCompilerHereRefusesWhatDoesNotCompile() throws Exception {
    assertThat(compile(IMPORTS + asMethod("return Quotas.nothing();"))).contains("nothing()");
  }

  private static String asClasses(String block) {
    return block
        .replace("public class", "class")
        .replace("answer(request)", "String.valueOf(request)");
  }

  private static String asMethod(String block) {
    return "class Example { String answer(QuotaState state) { return state.toString(); }\n"
        + "String run() {\n"
        + block
        + "\n} }";
  }

  private String compile(String source) throws IOException {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    StringWriter output = new StringWriter();
    JavaFileObject file =
        new SimpleJavaFileObject(URI.create("string:///Example.java"), JavaFileObject.Kind.SOURCE) {
          @Override
          public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return source;
          }
        };
    boolean compiled =
        compiler
            .getTask(
                output,
                null,
                null,
                List.of(
                    "--release",
                    "17",
                    "-proc:none",
                    "-d",
                    classes.toString(),
                    "-cp",
                    System.getProperty("java.class.path")),
                null,
                List.of(file))
            .call();
    return compiled ? "" : output.toString();
  }

  @Test
  void itsPoliciesLoad() throws IOException {
    List<String> blocks = blocks("yaml");
    assertThat(blocks).hasSize(1);
    Policies policies = PolicyFile.read("README.md", new StringReader(blocks.get(0)));
    assertThat(policies.names()).containsExactly("chat");
  }

  @Test
  void itsDependencyIsAModuleOfThisBuild() throws Exception {
    String dependency = blocks("xml").get(0);
    var document =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(new InputSource(new StringReader(dependency)));
    String artifact = document.getElementsByTagName("artifactId").item(0).getTextContent();
    String version = document.getElementsByTagName("version").item(0).getTextContent();
    assertThat(Files.readString(ROOT.resolve(artifact).resolve("pom.xml"))).contains(version);
  }

  @Test
  void itsLinksLeadSomewhere() throws IOException {
    List<String> missing =
        Pattern.compile("]\\(([^)]+)\\)")
            .matcher(readme())
            .results()
            .map((MatchResult match) -> match.group(1))
            .filter(link -> !link.toLowerCase(Locale.ROOT).startsWith("http"))
            .filter(link -> !Files.exists(ROOT.resolve(link)))
            .toList();
    assertThat(missing).isEmpty();
  }

  @Test
  void theTestCommandIsTheOneThatCiRuns() throws IOException {
    assertThat(blocks("sh")).anyMatch(block -> block.strip().equals("mvn verify"));
    assertThat(Files.readString(ROOT.resolve(".ci/run"))).containsPattern("mvn .*verify");
  }
}
