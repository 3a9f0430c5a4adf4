package dev.quota;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.LineMap;
import com.sun.source.tree.MethodTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.TreeScanner;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Holds the size of methods, for all library modules of the project. */
final class MethodSizeTest {

  /**
   * A longer method does more than one thing. Counted from its opening brace to its closing one.
   */
  private static final int MOST_LINES = 30;

  @Test
  void noMethodOfALibraryModuleIsTooLong() {
    List<Method> methods = methods(MainSources.files(MainSources.project()));

    assertThat(methods).as("methods of %s", MainSources.project()).hasSizeGreaterThan(5_000);
    assertThat(methods)
        .filteredOn(method -> method.lines() > MOST_LINES)
        .as("methods of more than %s lines. Divide each by what it does", MOST_LINES)
        .isEmpty();
  }

  @Test
  void linesOfABodyAreCountedAlsoInNestedClasses(@TempDir Path folder) throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("Sample.java"),
            """
            class Sample {
              abstract static class Inner {
                Inner(
                    int one) {
                  super();
                }

                abstract void none();
              }

              void one() {}
            }
            """);

    assertThat(methods(List.of(file)))
        .containsExactly(
            new Method("Sample.Inner.<init>", 3),
            new Method("Sample.Inner.none", 0),
            new Method("Sample.one", 1));
  }

  private record Method(String name, long lines) {}

  private static List<Method> methods(List<Path> files) {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    List<Method> methods = new ArrayList<>();
    try (StandardJavaFileManager manager =
        compiler.getStandardFileManager(null, null, StandardCharsets.UTF_8)) {
      JavacTask task =
          (JavacTask)
              compiler.getTask(
                  null,
                  manager,
                  null,
                  List.of("-proc:none"),
                  null,
                  manager.getJavaFileObjectsFromPaths(files));
      SourcePositions positions = Trees.instance(task).getSourcePositions();
      for (CompilationUnitTree unit : task.parse()) {
        new Counter(unit, positions, methods).scan(unit, null);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return methods;
  }

  /** Counts the lines of each method of one file. It is given the name of the class around. */
  private static final class Counter extends TreeScanner<@Nullable Void, @Nullable String> {

    private final CompilationUnitTree unit;
    private final SourcePositions positions;
    private final List<Method> methods;

    Counter(CompilationUnitTree unit, SourcePositions positions, List<Method> methods) {
      this.unit = unit;
      this.positions = positions;
      this.methods = methods;
    }

    @Override
    public @Nullable Void visitClass(ClassTree type, @Nullable String around) {
      String name = type.getSimpleName().toString();
      return super.visitClass(type, around == null ? name : around + "." + name);
    }

    @Override
    public @Nullable Void visitMethod(MethodTree method, @Nullable String around) {
      methods.add(new Method(around + "." + method.getName(), lines(method)));
      return super.visitMethod(method, around);
    }

    private long lines(MethodTree method) {
      if (method.getBody() == null) {
        return 0;
      }
      LineMap lines = unit.getLineMap();
      long first = lines.getLineNumber(positions.getStartPosition(unit, method.getBody()));
      long last = lines.getLineNumber(positions.getEndPosition(unit, method.getBody()));
      return last - first + 1;
    }
  }
}
