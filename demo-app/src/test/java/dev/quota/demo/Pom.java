package dev.quota.demo;

import dev.quota.build.DocPage;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.xpath.XPath;
import javax.xml.xpath.XPathConstants;
import javax.xml.xpath.XPathExpressionException;
import javax.xml.xpath.XPathFactory;
import org.w3c.dom.Document;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

/** What the {@code pom.xml} of one module of this build says, without what it inherits. */
record Pom(Path file, Document document) {

  private static final XPath XPATH = XPathFactory.newInstance().newXPath();

  /** Reads that of a folder below the root, or of the root itself. */
  static Pom read(String folder) {
    Path file = DocPage.ROOT.resolve(folder).resolve("pom.xml").normalize();
    try {
      return new Pom(
          file, DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(file.toFile()));
    } catch (Exception e) {
      throw new IllegalStateException("Cannot read " + file, e);
    }
  }

  static Pom root() {
    return read("");
  }

  /** Returns all modules of this build but the root. */
  static List<Pom> modules() {
    return root().texts("/project/modules/module").stream().map(Pom::read).toList();
  }

  /** Returns the modules that a release publishes as jars. */
  static List<Pom> published() {
    return modules().stream()
        .filter(pom -> !pom.text("/project/packaging").equals("pom"))
        .filter(pom -> !pom.text("/project/properties/maven.deploy.skip").equals("true"))
        .toList();
  }

  String artifact() {
    return text("/project/artifactId");
  }

  /** Returns the text at a path, or an empty one. */
  String text(String path) {
    List<String> texts = texts(path);
    return texts.isEmpty() ? "" : texts.get(0);
  }

  /** Returns all texts at a path. */
  List<String> texts(String path) {
    try {
      NodeList nodes = (NodeList) XPATH.evaluate(path, document, XPathConstants.NODESET);
      List<String> texts = new ArrayList<>();
      for (int i = 0; i < nodes.getLength(); i++) {
        texts.add(nodes.item(i).getTextContent().strip());
      }
      return texts;
    } catch (XPathExpressionException e) {
      throw new IllegalArgumentException(path, e);
    }
  }

  boolean has(String path) {
    return Files.exists(file.resolveSibling(path));
  }

  /** Returns whether a dependency in XML is a module of this build, in its version. */
  static boolean isModule(String dependency) throws Exception {
    var document =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(new InputSource(new StringReader(dependency)));
    String artifact = document.getElementsByTagName("artifactId").item(0).getTextContent();
    String version = document.getElementsByTagName("version").item(0).getTextContent();
    Path module = DocPage.ROOT.resolve(artifact);
    Path pom =
        Files.exists(module) ? module : DocPage.ROOT.resolve("integrations").resolve(artifact);
    return Files.readString(pom.resolve("pom.xml")).contains(version);
  }
}
