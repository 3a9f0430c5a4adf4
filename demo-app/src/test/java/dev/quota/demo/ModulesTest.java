package dev.quota.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.SoftAssertions.assertSoftly;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Keeps the descriptors of the Java modules true. {@link ModularProgramTest} runs programs. */
final class ModulesTest {

  /** Their frameworks run on the class path, so they have a name only. */
  private static final Set<String> WITHOUT_DESCRIPTOR =
      Set.of(
          "quota-jaxrs",
          "quota-langchain4j",
          "quota-mcp",
          "quota-spring-ai",
          "quota-spring-boot-starter");

  private static final Pattern PACKAGE = Pattern.compile("^package ([\\w.]+);", Pattern.MULTILINE);
  private static final Pattern INTERNAL =
      Pattern.compile(
          "^import (?:static )?(dev\\.quota\\.[a-z.]*internal(?:\\.[a-z]+)*)\\.",
          Pattern.MULTILINE);

  private record Descriptor(Pom pom, String name, Set<String> exported, Set<String> qualified) {

    static Descriptor of(Pom pom) {
      String text = read(sources(pom).resolve("module-info.java"));
      return new Descriptor(
          pom,
          first("module ([\\w.]+) \\{", text),
          all("exports ([\\w.]+);", text),
          Pattern.compile("exports ([\\w.]+) to\\s+([^;]+);")
              .matcher(text)
              .results()
              .flatMap(
                  match ->
                      Stream.of(match.group(2).split(","))
                          .map(to -> match.group(1) + " to " + to.strip()))
              .collect(Collectors.toCollection(TreeSet::new)));
    }
  }

  private static Path sources(Pom pom) {
    return pom.file().resolveSibling("src/main/java");
  }

  private static List<Pom> described() {
    return Pom.published().stream()
        .filter(pom -> !WITHOUT_DESCRIPTOR.contains(pom.artifact()))
        .toList();
  }

  @Test
  void everyPublishedModuleHasADescriptor() {
    assertThat(described())
        .hasSizeGreaterThan(6)
        .allSatisfy(pom -> assertThat(sources(pom).resolve("module-info.java")).exists());
  }

  @Test
  void theNameIsThatOfTheManifest() {
    assertSoftly(
        softly -> {
          for (Pom pom : described()) {
            softly
                .assertThat(Descriptor.of(pom).name())
                .isEqualTo(pom.text("/project/properties/module.name"));
          }
        });
  }

  @Test
  void allPackagesButInternalOnesAreExported() {
    assertSoftly(
        softly -> {
          for (Pom pom : described()) {
            softly
                .assertThat(Descriptor.of(pom).exported())
                .as(sources(pom).resolve("module-info.java").toString())
                .isEqualTo(
                    packages(pom).stream()
                        .filter(name -> !name.contains(".internal"))
                        .collect(Collectors.toSet()));
          }
        });
  }

  /** On the class path everything can be used; on the module path only what is exported. */
  @Test
  void internalPackagesAreExportedToModulesOfOursThatUseThem() {
    Set<String> needed = new TreeSet<>();
    Set<String> told = new TreeSet<>();
    for (Pom pom : Pom.published()) {
      Set<String> own = packages(pom);
      String name = pom.text("/project/properties/module.name");
      for (String source : sourceTexts(pom)) {
        all(INTERNAL.pattern(), source).stream()
            .filter(used -> !own.contains(used))
            .forEach(used -> needed.add(used + " to " + name));
      }
    }
    described().forEach(pom -> told.addAll(Descriptor.of(pom).qualified()));
    assertThat(told).as("exports … to …").isEqualTo(needed);
  }

  /** A package of two modules stops a program on the module path. */
  @Test
  void noPackageIsInTwoModules() {
    List<String> all = Pom.published().stream().flatMap(pom -> packages(pom).stream()).toList();
    assertThat(all).hasSizeGreaterThan(20).doesNotHaveDuplicates();
  }

  private static Set<String> packages(Pom pom) {
    return sourceTexts(pom).stream()
        .flatMap(text -> all(PACKAGE.pattern(), text).stream())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static List<String> sourceTexts(Pom pom) {
    try (Stream<Path> files = Files.walk(sources(pom))) {
      return files
          .filter(file -> file.toString().endsWith(".java"))
          .map(ModulesTest::read)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String first(String pattern, String text) {
    return all(pattern, text).stream().findFirst().orElse("");
  }

  private static Set<String> all(String pattern, String text) {
    return Pattern.compile(pattern, Pattern.MULTILINE)
        .matcher(text)
        .results()
        .map(match -> match.group(1))
        .collect(Collectors.toCollection(TreeSet::new));
  }
}
