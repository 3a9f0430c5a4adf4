package dev.quota.build;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The runs with other dependencies really have them, and the others have what the build says. */
public abstract class JarsContract {

  private static final List<String> JARS =
      Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
          .map(entry -> Path.of(entry).getFileName().toString())
          .toList();

  private static List<String> words(String property) {
    return Arrays.stream(System.getProperty(property, "").split(" "))
        .filter(word -> !word.isBlank())
        .toList();
  }

  @Test
  final void whatIsExpectedIsThereOnce() {
    for (String expected : words("quota.jars.expected")) {
      String artifact = expected.replaceFirst("-\\d.*", "");
      assertThat(JARS)
          .filteredOn(jar -> jar.matches(artifact + "-\\d.*"))
          .containsExactly(expected + ".jar");
    }
  }

  @Test
  final void whatIsExcludedIsNotThere() {
    for (String artifact : words("quota.jars.unexpected")) {
      assertThat(JARS).as(artifact).noneMatch(jar -> jar.matches(artifact + "-\\d.*"));
    }
  }
}
