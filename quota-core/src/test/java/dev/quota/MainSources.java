package dev.quota;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;

/** The Java files of main code in all library modules: not of the demo, nor of the benchmarks. */
final class MainSources {

  private MainSources() {}

  /** Returns the folder of the whole project: tests of a module run in the module's own. */
  static Path project() {
    Path module = Path.of("").toAbsolutePath();
    return Files.exists(module.resolve("quota-core")) ? module : module.getParent();
  }

  static List<Path> files(Path project) {
    List<Path> found = new ArrayList<>();
    try {
      Files.walkFileTree(
          project,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
              return isMain(folder) || folder.equals(project)
                  ? FileVisitResult.CONTINUE
                  : FileVisitResult.SKIP_SUBTREE;
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

  private static boolean isMain(Path folder) {
    String name = folder.getFileName() == null ? "" : folder.getFileName().toString();
    return !name.equals("target")
        && !name.equals("node_modules")
        && !name.equals("demo-app")
        && !name.equals("benchmarks")
        && !name.startsWith(".")
        && !folder.endsWith("src/test");
  }
}
