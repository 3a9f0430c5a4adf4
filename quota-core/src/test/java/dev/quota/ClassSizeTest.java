package dev.quota;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Holds the size of classes, for all library modules of the project. */
final class ClassSizeTest {

  /** A longer class has more than one subject. */
  private static final int MOST_LINES = 400;

  private static final String MAIN = "src/main/java";

  @Test
  void noClassOfALibraryModuleIsTooLong() {
    List<String> mistakes = new ArrayList<>();
    List<Path> files = files(root());
    files.forEach(file -> mistake(file).ifPresent(mistakes::add));

    assertThat(files).as("files of %s", root()).hasSizeGreaterThan(400);
    assertThat(mistakes).isEmpty();
  }

  @Test
  void aClassThatIsTooLongIsNamedWithItsLines(@TempDir Path project) throws IOException {
    Path folder = Files.createDirectories(project.resolve("quota-new").resolve(MAIN));
    Files.writeString(folder.resolve("Fits.java"), "\n".repeat(MOST_LINES));
    Path file = Files.writeString(folder.resolve("Long.java"), "\n".repeat(MOST_LINES + 1));

    assertThat(files(project)).hasSize(2);
    assertThat(mistake(folder.resolve("Fits.java"))).isEmpty();
    assertThat(mistake(file)).get().asString().contains("Long.java has 401 lines", "Divide it");
  }

  private static Optional<String> mistake(Path file) {
    int lines = lines(file);
    return lines <= MOST_LINES
        ? Optional.empty()
        : Optional.of(
            file
                + " has "
                + lines
                + " lines, and a class has at most "
                + MOST_LINES
                + ". Divide it by its subjects; do not only move lines.");
  }

  private static int lines(Path file) {
    try {
      return (int) Files.readString(file).chars().filter(c -> c == '\n').count();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns the Java files of main code, but for the demo and the benchmarks. */
  private static List<Path> files(Path project) {
    List<Path> found = new ArrayList<>();
    try {
      Files.walkFileTree(
          project,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
              String name = folder.getFileName() == null ? "" : folder.getFileName().toString();
              boolean other =
                  name.equals("target")
                      || name.equals("node_modules")
                      || name.equals("demo-app")
                      || name.equals("benchmarks")
                      || name.startsWith(".")
                      || folder.endsWith("src/test");
              return other && !folder.equals(project)
                  ? FileVisitResult.SKIP_SUBTREE
                  : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
              if (file.toString().endsWith(".java")) {
                found.add(file);
              }
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return found;
  }

  /** Returns the folder of the whole project: tests of a module run in the module's own. */
  private static Path root() {
    Path module = Path.of("").toAbsolutePath();
    return Files.exists(module.resolve("quota-core")) ? module : module.getParent();
  }
}
