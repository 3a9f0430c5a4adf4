package dev.quota.spring;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the goal {@code process-aot} does with an application, and that the application starts with
 * the code that was generated. The JVM needs no GraalVM for that.
 */
class AotTest {

  private static final String CLASS_PATH =
      System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));

  @TempDir private Path directory;

  /** Runs a JVM, and returns what it prints. */
  private String java(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Dorg.springframework.boot.logging.LoggingSystem=none");
    command.addAll(List.of(arguments));
    Path output = directory.resolve("output.txt");
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    int code = process.waitFor();
    String printed = Files.readString(output);
    assertThat(code).as(printed).isZero();
    return printed;
  }

  @Test
  void anApplicationStartsWithWhatWasGenerated() throws Exception {
    Path sources = directory.resolve("sources");
    Path resources = directory.resolve("resources");
    Path classes = Files.createDirectories(directory.resolve("classes"));
    String unused =
        java(
            "-cp",
            CLASS_PATH,
            "org.springframework.boot.SpringApplicationAotProcessor",
            AotApplication.class.getName(),
            sources.toString(),
            resources.toString(),
            classes.toString(),
            "dev.quota",
            "aot-test");
    compile(sources, classes);

    String whole = String.join(File.pathSeparator, classes + "", resources + "", CLASS_PATH);
    String printed =
        java("-Dspring.aot.enabled=true", "-cp", whole, AotApplication.class.getName());
    assertThat(printed).contains("aot true 200 429 200 200");
  }

  private static void compile(Path sources, Path classes) throws IOException {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "-proc:none",
                "-nowarn",
                "-cp",
                classes + File.pathSeparator + CLASS_PATH,
                "-d",
                classes.toString()));
    try (Stream<Path> all = Files.walk(sources)) {
      all.map(Path::toString).filter(it -> it.endsWith(".java")).forEach(arguments::add);
    }
    java.io.ByteArrayOutputStream errors = new java.io.ByteArrayOutputStream();
    int code =
        ToolProvider.getSystemJavaCompiler()
            .run(null, errors, errors, arguments.toArray(String[]::new));
    assertThat(code).as(errors.toString(StandardCharsets.UTF_8)).isZero();
  }
}
