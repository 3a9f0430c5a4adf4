package dev.quota.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quota.build.DocPage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Lets every page with examples in Java name the packages that a reader must import. */
class ImportsDocTest {

  private static final Pattern PUBLIC_TYPE =
      Pattern.compile(
          "^public [a-z -]*?(?:class|interface|record|enum|@interface) (\\w+)", Pattern.MULTILINE);
  private static final Pattern PACKAGE = Pattern.compile("^package ([\\w.]+);", Pattern.MULTILINE);
  private static final Pattern NAME = Pattern.compile("\\b[A-Z]\\w+\\b");

  @Test
  void everyPageNamesThePackagesOfItsExamples() throws IOException {
    Map<String, Set<String>> packages = packagesByType();
    assertThat(packages.get("Quotas")).containsExactly("dev.quota");
    List<String> missing = new ArrayList<>();
    for (String page : pages()) {
      DocPage doc = DocPage.read(page);
      for (String name : names(doc)) {
        Set<String> candidates = packages.getOrDefault(name, Set.of());
        if (!candidates.isEmpty()
            && candidates.stream().noneMatch(it -> isNamed(doc.text(), it, name))) {
          missing.add(page + ": " + name + " of " + candidates);
        }
      }
    }
    assertThat(missing).isEmpty();
  }

  private static boolean isNamed(String page, String of, String name) {
    return page.contains("`" + of + "`") || page.contains(of + "." + name);
  }

  private static List<String> pages() throws IOException {
    try (Stream<Path> docs = Files.list(DocPage.ROOT.resolve("docs"))) {
      return Stream.concat(
              Stream.of("README.md"),
              docs.map(it -> "docs/" + it.getFileName()).filter(it -> it.endsWith(".md")))
          .sorted()
          .toList();
    }
  }

  private static Set<String> names(DocPage page) {
    Set<String> names = new TreeSet<>();
    for (String block : page.blocks("java")) {
      NAME.matcher(block).results().map(MatchResult::group).forEach(names::add);
    }
    return names;
  }

  /** Returns the packages of the public types of all modules that are published. */
  private static Map<String, Set<String>> packagesByType() throws IOException {
    Map<String, Set<String>> packages = new HashMap<>();
    for (String folder : List.of(".", "integrations")) {
      try (Stream<Path> modules = Files.list(DocPage.ROOT.resolve(folder))) {
        for (Path module : modules.filter(ImportsDocTest::isLibrary).toList()) {
          addTypes(module.resolve("src/main/java"), packages);
        }
      }
    }
    return packages;
  }

  private static boolean isLibrary(Path module) {
    String name = module.getFileName().toString();
    return name.startsWith("quota-") && Files.isDirectory(module.resolve("src/main/java"));
  }

  private static void addTypes(Path sources, Map<String, Set<String>> packages) throws IOException {
    try (Stream<Path> files = Files.walk(sources)) {
      for (Path file : files.filter(it -> it.toString().endsWith(".java")).toList()) {
        String source = Files.readString(file);
        var type = PUBLIC_TYPE.matcher(source);
        var of = PACKAGE.matcher(source);
        if (type.find() && of.find() && !of.group(1).contains(".internal")) {
          packages.computeIfAbsent(type.group(1), it -> new TreeSet<>()).add(of.group(1));
        }
      }
    }
  }
}
