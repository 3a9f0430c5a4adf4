package dev.quota.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.SoftAssertions.assertSoftly;

import dev.quota.build.DocPage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The maps of docs/architecture.md, and the names in the glossary, are those of the code. */
final class ArchitectureDocTest {

  private static final DocPage PAGE = DocPage.read("docs/architecture.md");

  private static final Pattern CODE = Pattern.compile("`([^`]+)`");

  /** A class, perhaps with its package, or with one of its members. */
  private static final Pattern CLASS =
      Pattern.compile(
          "(?<package>[a-z][a-z.]*\\.)?(?<class>[A-Z]\\w+)(?:\\.(?<member>[a-z]\\w*))?");

  private static final Pattern TWO_WORDS = Pattern.compile("\\b[A-Z][a-z]+(?:[A-Z][a-z]+)+\\b");

  private static final Set<String> NOT_OURS = Set.of("CompletionStage");

  /** The main files of all modules: their folder in {@code java} or {@code resources}. */
  private static final List<Path> FILES = mainFiles();

  private static List<Path> mainFiles() {
    List<Path> files = new ArrayList<>();
    for (Pom module : Pom.modules()) {
      for (String kind : List.of("java", "resources")) {
        Path folder = module.file().resolveSibling("src/main").resolve(kind);
        if (Files.isDirectory(folder)) {
          all(folder).map(folder::relativize).forEach(files::add);
        }
      }
    }
    return files;
  }

  private static Stream<Path> all(Path folder) {
    try (Stream<Path> paths = Files.walk(folder)) {
      return paths.filter(Files::isRegularFile).toList().stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String section(String heading) {
    return PAGE.text().split("\n## " + heading + "\n", -1)[1].split("\n## ", -1)[0];
  }

  private static List<List<String>> rows(String heading) {
    return tables(heading).get(0);
  }

  /** Returns the rows of the tables below a heading, without their heads. */
  private static List<List<List<String>>> tables(String heading) {
    return Pattern.compile("(?:^\\|.*\n)+", Pattern.MULTILINE)
        .matcher(section(heading) + "\n")
        .results()
        .map(
            table ->
                table
                    .group()
                    .lines()
                    .skip(2)
                    .map(line -> List.of(line.substring(2).split(" \\|", -1)))
                    .toList())
        .toList();
  }

  private static List<String> code(String text) {
    return CODE.matcher(text).results().map(match -> match.group(1)).toList();
  }

  /** Returns the packages in a text; one that begins with a dot belongs to the one before it. */
  private static Set<String> packages(String text) {
    Set<String> packages = new TreeSet<>();
    String last = "";
    for (String name : code(text)) {
      if (name.matches("dev\\.quota[a-z0-9.]*")) {
        last = name;
        packages.add(name);
      } else if (name.matches("\\.[a-z0-9]+")) {
        packages.add(last + name);
      }
    }
    return packages;
  }

  /** Returns the modules of the library, with its tool. */
  private static Stream<Pom> library() {
    return Stream.concat(Pom.published().stream(), Stream.of(Pom.read("quota-tool")));
  }

  /** Returns the packages of the library and of its tool. */
  private static Set<String> packagesOfTheLibrary() {
    return library()
        .map(module -> module.file().resolveSibling("src/main/java"))
        .flatMap(folder -> all(folder).map(file -> folder.relativize(file).getParent()))
        .filter(folder -> folder != null)
        .map(folder -> dotted(folder))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static String dotted(Path folder) {
    return folder.toString().replace(folder.getFileSystem().getSeparator(), ".");
  }

  private static boolean exists(String file, Predicate<String> inPackage) {
    return FILES.stream()
        .anyMatch(it -> it.endsWith(file) && inPackage.test(dotted(it.getParent())));
  }

  private static boolean exists(String type) {
    return exists(type + ".java", anyPackage -> true);
  }

  private static Stream<String> sources(String type) {
    return Pom.modules().stream()
        .map(module -> module.file().resolveSibling("src/main/java"))
        .filter(Files::isDirectory)
        .flatMap(ArchitectureDocTest::all)
        .filter(file -> file.endsWith(type + ".java"))
        .map(ArchitectureDocTest::read);
  }

  private static boolean hasMember(String type, String member) {
    Pattern declaration = Pattern.compile("^ .*[\\w>\\]] " + member + "[(; ]", Pattern.MULTILINE);
    return sources(type).anyMatch(text -> declaration.matcher(text).find());
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String wrongWith(String name, Set<String> packages) {
    var type = CLASS.matcher(name);
    if (type.matches()) {
      String own = type.group("package");
      Set<String> where = own == null ? packages : Set.of(own.substring(0, own.length() - 1));
      String member = type.group("member");
      if (!exists(type.group("class") + ".java", where::contains)) {
        return name + " is not in " + where;
      }
      return member == null || hasMember(type.group("class"), member) ? "" : "there is no " + name;
    }
    boolean file = name.matches(".*\\.(?:lua|js|css|properties)");
    return !file || exists(name.replace("<language>", "en"), any -> true) ? "" : "no file " + name;
  }

  @Test
  void theClassesAndFilesToLookAtAreInTheirPackages() {
    List<List<String>> rows = rows("What to change where");
    assertThat(rows).hasSizeGreaterThan(50);
    assertSoftly(
        softly -> {
          for (List<String> row : rows) {
            Set<String> packages = packages(row.get(1) + row.get(2));
            for (String name : code(row.get(2))) {
              softly.assertThat(wrongWith(name, packages)).as(row.get(0)).isEmpty();
            }
          }
        });
  }

  @Test
  void eachPackageOfTheMapExists() {
    assertThat(packagesOfTheLibrary()).containsAll(packages(section("What to change where")));
  }

  @Test
  void theListOfPackagesIsComplete() {
    Set<String> listed =
        rows("Packages").stream()
            .flatMap(row -> packages(row.get(0) + row.get(1)).stream())
            .collect(Collectors.toCollection(TreeSet::new));
    assertThat(listed).isEqualTo(packagesOfTheLibrary());
  }

  @Test
  void theClassesInTheListOfPackagesAreInThem() {
    assertSoftly(
        softly -> {
          for (List<String> row : rows("Packages")) {
            for (String name : code(row.get(1))) {
              String type = name.replaceFirst("^@", "");
              Set<String> packages = packages(row.get(0));
              softly.assertThat(wrongWith(type, packages)).as(row.get(0)).isEmpty();
            }
          }
        });
  }

  @Test
  void theListOfModulesIsComplete() {
    List<String> listed =
        rows("Modules").stream().flatMap(row -> code(row.get(0)).stream()).toList();
    List<String> modules =
        Stream.of("/project/modules/module", "/project/profiles/profile/modules/module")
            .flatMap(path -> Pom.root().texts(path).stream())
            .toList();
    assertThat(listed).containsAll(modules).doesNotHaveDuplicates();
    assertThat(listed).allMatch(folder -> Files.isDirectory(DocPage.ROOT.resolve(folder)));
  }

  @Test
  void theTableOfDependenciesIsThatOfTheBuild() {
    Map<String, List<String>> table = new TreeMap<>();
    for (List<String> row : tables("Modules").get(1)) {
      for (String module : code(row.get(0))) {
        table.put(module, List.of(code(row.get(1)) + "", code(row.get(2)) + ""));
      }
    }
    Map<String, List<String>> build = new TreeMap<>();
    for (Pom pom : library().toList()) {
      List<String> needed = ours(pom, "not(optional = 'true')");
      List<String> optional = ours(pom, "optional = 'true'");
      if (!needed.isEmpty() || !optional.isEmpty()) {
        build.put(pom.artifact(), List.of(needed + "", optional + ""));
      }
    }
    assertThat(table).isEqualTo(build);
  }

  /** Returns the modules of the library, but quota-core, that a module depends on. */
  private static List<String> ours(Pom pom, String condition) {
    String path =
        "/project/dependencies/dependency[groupId = 'dev.quota'][not(scope = 'test')][%s]";
    return pom.texts(path.formatted(condition) + "/artifactId").stream()
        .filter(name -> !name.equals("quota-core"))
        .toList();
  }

  @Test
  void theWayOfARequestNamesClassesThatExist() {
    String way = section("The way of a request");
    Set<String> named =
        Stream.of(TWO_WORDS, CODE)
            .flatMap(pattern -> pattern.matcher(way).results())
            .map(MatchResult::group)
            .map(name -> name.replace("`", "").replaceFirst("\\..*", ""))
            .filter(name -> name.matches("[A-Z]\\w+") && !NOT_OURS.contains(name))
            .collect(Collectors.toCollection(TreeSet::new));
    assertThat(named).hasSizeGreaterThan(10).allMatch(ArchitectureDocTest::exists);
  }

  @Test
  void theGlossaryNamesClassesThatExist() {
    String glossary = DocPage.read("docs/glossary.md").text().replace('\n', ' ');
    List<String> named =
        Pattern.compile("In Java: ((?:`[^`]+`(?: and)? ?)+)")
            .matcher(glossary)
            .results()
            .flatMap(match -> code(match.group(1)).stream())
            .filter(name -> Character.isUpperCase(name.charAt(0)) && !NOT_OURS.contains(name))
            .toList();
    assertThat(named).hasSizeGreaterThan(8).allMatch(name -> sourceHas(name.split("\\.", -1)));
  }

  /** Whether there is a class whose source mentions a method or a class within it. */
  private static boolean sourceHas(String... names) {
    return sources(names[0])
        .anyMatch(text -> text.matches("(?s).*\\b" + names[names.length - 1] + "\\b.*"));
  }
}
