package dev.quota.build;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** A page in Markdown whose examples are to be true. */
public record DocPage(Path file, String text) {

  /** The folder of this repository. */
  public static final Path ROOT = root();

  private static Path root() {
    Path folder = Path.of("").toAbsolutePath();
    while (!Files.exists(folder.resolve("CONTRIBUTING.md"))) {
      folder = folder.getParent();
    }
    return folder;
  }

  /** Reads a page of this repository. */
  public static DocPage read(String path) {
    Path file = ROOT.resolve(path);
    try {
      return new DocPage(file, Files.readString(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns the blocks of code in a language. */
  public List<String> blocks(String language) {
    return Pattern.compile("```" + language + "\n(.*?)```", Pattern.DOTALL)
        .matcher(text)
        .results()
        .map(match -> match.group(1))
        .toList();
  }

  /** Returns the links within the repository that lead nowhere. */
  public List<String> deadLinks() {
    List<String> dead = new ArrayList<>();
    Pattern.compile("]\\(([^)]+)\\)")
        .matcher(text)
        .results()
        .map(match -> match.group(1))
        .filter(link -> !link.toLowerCase(Locale.ROOT).startsWith("http"))
        .filter(link -> !leadsSomewhere(link))
        .forEach(dead::add);
    return dead;
  }

  private boolean leadsSomewhere(String link) {
    int hash = link.indexOf('#');
    Path target = hash == 0 ? file : file.resolveSibling(hash < 0 ? link : link.substring(0, hash));
    return Files.exists(target) && (hash < 0 || hasHeading(target, link.substring(hash + 1)));
  }

  private static boolean hasHeading(Path page, String anchor) {
    try {
      return Files.readAllLines(page).stream()
          .filter(line -> line.startsWith("#"))
          .map(line -> line.replaceFirst("^#+ ", "").toLowerCase(Locale.ROOT))
          .map(title -> title.replaceAll("[^a-z0-9 _-]", "").replace(' ', '-'))
          .anyMatch(anchor::equals);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
