package dev.quota.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;

/** A module of somebody else, compiled and run with the library on its module path. */
final class ModularProgram {

  private final Path folder;
  private final List<String> requires;
  private final List<String> modulePath;

  /**
   * Describes a program.
   *
   * @param folder for its files
   * @param requires what its descriptor requires
   * @param libraries what is on its module path: modules of ours by artifact, those of others by a
   *     part of the path of their files
   */
  ModularProgram(Path folder, List<String> requires, List<String> libraries) {
    this.folder = folder;
    this.requires = requires;
    modulePath = libraries.stream().flatMap(ModularProgram::entries).distinct().toList();
  }

  /** Returns the entries of this test's class path that are a library. */
  private static Stream<String> entries(String library) {
    List<String> entries =
        Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
            .filter(entry -> isOf(library, entry.replace('\\', '/')))
            .toList();
    assertThat(entries).as(library).isNotEmpty();
    return entries.stream();
  }

  private static boolean isOf(String library, String entry) {
    if (!library.startsWith("quota-")) {
      return entry.endsWith(".jar") && entry.contains("/" + library + "/");
    }
    return entry.endsWith("/" + library + "/target/classes")
        || (entry.contains("/" + library + "-") && entry.matches(".*-\\d[\\d.]*\\.jar"));
  }

  /** Compiles the body of {@code main}, runs it, and returns what it printed. */
  String run(String imports, String main, String... arguments)
      throws IOException, InterruptedException {
    Path sources = Files.createDirectories(folder.resolve("src/app"));
    Path descriptor = folder.resolve("src/module-info.java");
    Files.writeString(
        descriptor,
        requires.stream()
            .map(name -> "  requires " + name + ";\n")
            .collect(Collectors.joining("", "open module app {\n", "}\n")));
    Path program = sources.resolve("Main.java");
    Files.writeString(
        program,
        "package app;\n"
            + imports
            + "public class Main {\npublic static void main(String[] arguments) throws Exception {\n"
            + main
            + "\n}\n}\n");
    compile(List.of(descriptor, program));
    return start(arguments);
  }

  private String path() {
    return String.join(File.pathSeparator, modulePath);
  }

  private void compile(List<Path> files) throws IOException {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    StringWriter said = new StringWriter();
    try (var manager = compiler.getStandardFileManager(null, null, StandardCharsets.UTF_8)) {
      List<String> options =
          List.of(
              "--release",
              "17",
              "-proc:none",
              "-Xlint:all,-requires-automatic",
              "-Werror",
              "-d",
              folder.resolve("classes").toString(),
              "--module-path",
              path());
      boolean compiled =
          compiler
              .getTask(
                  said, manager, null, options, null, manager.getJavaFileObjectsFromPaths(files))
              .call();
      assertThat(compiled).as(said.toString()).isTrue();
    }
  }

  private String start(String... arguments) throws IOException, InterruptedException {
    Path printed = folder.resolve("printed.txt");
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "--module-path"));
    command.add(folder.resolve("classes") + File.pathSeparator + path());
    command.addAll(List.of("--module", "app/app.Main"));
    command.addAll(List.of(arguments));
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(printed.toFile())
            .start();
    boolean ended = process.waitFor(60, TimeUnit.SECONDS);
    process.destroyForcibly();
    String text = Files.readString(printed);
    assertThat(ended).as(text).isTrue();
    assertThat(process.exitValue()).as(text).isZero();
    return text;
  }
}
