package dev.quota.demo;

import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import javax.xml.parsers.DocumentBuilderFactory;
import org.xml.sax.InputSource;

/** A page in Markdown whose examples are to be true. */
record Document(Path file, String text) {

  static final Path ROOT = Path.of("").toAbsolutePath().getParent();

  private static final String IMPORTS =
      """
      import dev.quota.*;
      import dev.quota.http.*;
      import dev.quota.http.answer.*;
      import dev.quota.http.request.*;
      import dev.quota.policy.*;
      import dev.quota.redis.*;
      import dev.quota.servlet.*;
      import dev.quota.source.*;
      import dev.quota.store.*;
      import jakarta.servlet.*;
      import jakarta.servlet.http.*;
      import java.io.*;
      import java.nio.file.*;
      import java.time.*;
      import java.util.*;
      import java.util.concurrent.*;
      import org.redisson.*;
      import org.redisson.api.*;
      import org.redisson.config.*;
      """;

  /** Reads a page of this repository. */
  static Document read(String path) {
    Path file = ROOT.resolve(path);
    try {
      return new Document(file, Files.readString(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns the blocks of code in a language. */
  List<String> blocks(String language) {
    return Pattern.compile("```" + language + "\n(.*?)```", Pattern.DOTALL)
        .matcher(text)
        .results()
        .map(match -> match.group(1))
        .toList();
  }

  /** Returns the links within the repository that lead nowhere. */
  List<String> deadLinks() {
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

  /** Returns whether a dependency in XML is a module of this build, in its version. */
  static boolean isModule(String dependency) throws Exception {
    var document =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(new InputSource(new StringReader(dependency)));
    String artifact = document.getElementsByTagName("artifactId").item(0).getTextContent();
    String version = document.getElementsByTagName("version").item(0).getTextContent();
    Path module = ROOT.resolve(artifact);
    Path pom = Files.exists(module) ? module : ROOT.resolve("integrations").resolve(artifact);
    return Files.readString(pom.resolve("pom.xml")).contains(version);
  }

  /** Compiles classes, with the library and Redisson imported; returns what the compiler says. */
  static String compile(String classes, Path output) {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    StringWriter messages = new StringWriter();
    JavaFileObject file =
        new SimpleJavaFileObject(URI.create("string:///Example.java"), JavaFileObject.Kind.SOURCE) {
          @Override
          public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return IMPORTS + classes;
          }
        };
    List<String> options =
        List.of(
            "--release",
            "17",
            "-proc:none",
            "-d",
            output.toString(),
            "-cp",
            System.getProperty("java.class.path"));
    boolean compiled = compiler.getTask(messages, null, null, options, null, List.of(file)).call();
    return compiled ? "" : messages.toString();
  }
}
