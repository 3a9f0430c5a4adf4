package dev.quota;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
    List<Path> files = MainSources.files(MainSources.project());
    files.forEach(file -> mistake(file).ifPresent(mistakes::add));

    assertThat(files).as("files of %s", MainSources.project()).hasSizeGreaterThan(400);
    assertThat(mistakes).isEmpty();
  }

  @Test
  void aClassThatIsTooLongIsNamedWithItsLines(@TempDir Path project) throws IOException {
    Path folder = Files.createDirectories(project.resolve("quota-new").resolve(MAIN));
    Files.writeString(folder.resolve("Fits.java"), "\n".repeat(MOST_LINES));
    Path file = Files.writeString(folder.resolve("Long.java"), "\n".repeat(MOST_LINES + 1));

    assertThat(MainSources.files(project)).hasSize(2);
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
}
