package dev.quota.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The example of React: its types are right, and Vite builds it. */
@Tag("once")
@Tag("npm")
final class ReactExampleTest {

  private static final Path ROOT = Path.of("").toAbsolutePath().getParent();
  private static final Path EXAMPLE = ROOT.resolve("examples/react");
  private static final Path FRONTEND = ROOT.resolve("frontend");

  /** Below the workspace, so that its packages are found. */
  private static final Path COPY = FRONTEND.resolve("test-app/dist/example");

  private static void copy() throws IOException {
    try (Stream<Path> files = Files.walk(EXAMPLE)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        String name = EXAMPLE.relativize(file).toString();
        if (!name.startsWith("node_modules") && !name.startsWith("dist")) {
          Path target = COPY.resolve(name);
          Files.createDirectories(target.getParent());
          Files.copy(file, target, StandardCopyOption.REPLACE_EXISTING);
        }
      }
    }
  }

  @Test
  void isBuilt() throws Exception {
    Npm.install(FRONTEND, FRONTEND.resolve("node_modules/.installed.json"));
    Npm.run(FRONTEND, "npm", "run", "build");
    copy();
    assertThat(Npm.run(COPY, "npm", "run", "build")).contains("built in");
    assertThat(COPY.resolve("dist/index.html")).content().contains("<script type=\"module\"");
  }

  @Test
  void hasTheVersionsOfTheTestedApplication() throws IOException {
    String tested = Files.readString(FRONTEND.resolve("test-app/package.json"));
    String example = Files.readString(EXAMPLE.resolve("package.json"));
    for (String dependency : List.of("quota-element", "react", "react-dom", "typescript", "vite")) {
      String line =
          tested
              .lines()
              .filter(it -> it.contains("\"" + dependency + "\":"))
              .findFirst()
              .orElseThrow();
      assertThat(example).contains(line.strip().replaceFirst(",$", ""));
    }
  }
}
