package dev.quota.redis;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/** Directories of tests: outside of the working directory, and gone when the JVM ends. */
final class TestFiles {

  private static final Set<Path> LEFT = ConcurrentHashMap.newKeySet();

  static {
    Runtime.getRuntime()
        .addShutdownHook(new Thread(() -> List.copyOf(LEFT).forEach(TestFiles::delete)));
  }

  private TestFiles() {}

  /** Makes a directory that lives until {@link #delete}, or the end of the JVM. */
  static Path directory(String name) {
    try {
      Path directory = Files.createTempDirectory(name);
      deleteAtExit(directory);
      return directory;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static void deleteAtExit(Path directory) {
    LEFT.add(directory);
  }

  /** Deletes a directory with all that is in it. */
  static void delete(Path directory) {
    deleteWhatIsIn(directory);
    try {
      Files.deleteIfExists(directory);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    LEFT.remove(directory);
  }

  /** Empties a directory. A process that is just ending may delete its files at the same time. */
  static void deleteWhatIsIn(Path directory) {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        if (!file.equals(directory)) {
          Files.deleteIfExists(file);
        }
      }
    } catch (NoSuchFileException e) {
      // Somebody else was faster, which is as good.
      return;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
