import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;

/**
 * Checks that a staged release has what a Central repository asks for, and nothing else: {@code
 * java CheckRelease.java FOLDER [signed]}. Says each mistake, and ends with status 1 if there is one.
 */
public final class CheckRelease {

  private static final List<String> CLASSIFIERS = List.of("", "-sources", "-javadoc");
  private static final Map<String, String> CHECKSUMS = Map.of("md5", "MD5", "sha1", "SHA-1");
  private static final List<String> ELEMENTS =
      List.of("name", "description", "url", "licenses", "developers", "scm");

  private final Path group;
  private final boolean signed;
  private final List<String> mistakes = new ArrayList<>();
  private final Set<Path> expected = new TreeSet<>();

  private CheckRelease(Path group, boolean signed) {
    this.group = group;
    this.signed = signed;
  }

  public static void main(String[] arguments) throws Exception {
    Path folder = Path.of(arguments[0]);
    boolean signed = arguments.length > 1 && arguments[1].equals("signed");
    CheckRelease check = new CheckRelease(folder.resolve("dev/quota"), signed);
    check.run(folder);
    check.mistakes.forEach(System.err::println);
    if (!check.mistakes.isEmpty()) {
      System.err.println(check.mistakes.size() + " mistakes in " + folder);
      System.exit(1);
    }
    System.out.println(
        "The release in " + folder + " is complete: " + check.expected.size() + " files.");
  }

  private void run(Path folder) throws Exception {
    Element parent = pom("quota-parent");
    Element bom = pom("quota-bom");
    if (parent == null || bom == null) {
      return;
    }
    String version = child(bom, "version").getTextContent();
    complain(version.matches("\\d+\\.\\d+\\.\\d+"), "The version must be a release, was " + version);
    Set<String> modules = new TreeSet<>();
    NodeList managed = bom.getElementsByTagName("artifactId");
    for (int i = 0; i < managed.getLength(); i++) {
      if (managed.item(i).getParentNode().getNodeName().equals("dependency")) {
        modules.add(managed.item(i).getTextContent());
      }
    }
    complain(modules.size() > 5, "The BOM must have the modules, has " + modules);
    for (String artifact : List.of("quota-parent", "quota-bom")) {
      describes(artifact, pom(artifact), null);
      expect(artifact, version, ".pom");
    }
    for (String module : modules) {
      Element pom = pom(module);
      if (pom != null) {
        describes(module, pom, parent);
        dependsOnPublished(module, pom, modules);
      }
      expect(module, version, ".pom");
      expect(module, version, "-cyclonedx.json");
      for (String classifier : CLASSIFIERS) {
        jar(classifier, expect(module, version, classifier + ".jar"));
      }
    }
    try (Stream<Path> files = Files.walk(folder)) {
      files
          .filter(Files::isRegularFile)
          .filter(file -> !expected.contains(file))
          .forEach(file -> mistakes.add("Must not be published: " + folder.relativize(file)));
    }
  }

  private void complain(boolean holds, String mistake) {
    if (!holds) {
      mistakes.add(mistake);
    }
  }

  /** Returns the model of the only version of an artifact. */
  private Element pom(String artifact) throws Exception {
    Path folder = group.resolve(artifact);
    List<Path> poms;
    try (Stream<Path> files = Files.exists(folder) ? Files.walk(folder) : Stream.empty()) {
      poms = files.filter(file -> file.toString().endsWith(".pom")).toList();
    }
    if (poms.size() != 1) {
      mistakes.add(artifact + " must have one POM, has " + poms);
      return null;
    }
    String text = Files.readString(poms.get(0));
    complain(!text.contains("SNAPSHOT"), poms.get(0) + " must not name a SNAPSHOT");
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(poms.get(0).toFile())
        .getDocumentElement();
  }

  private void describes(String artifact, Element pom, Element parent) {
    for (String element : ELEMENTS) {
      // A name and a description of the parent would be the same for all.
      boolean inherits = parent != null && !element.equals("name") && !element.equals("description");
      boolean told = has(pom, element) || (inherits && has(parent, element));
      complain(told, "The POM of " + artifact + " must have <" + element + ">");
    }
  }

  private static boolean has(Element pom, String element) {
    Element child = child(pom, element);
    return child != null && !child.getTextContent().isBlank();
  }

  private static Element child(Element parent, String name) {
    for (Node node = parent.getFirstChild(); node != null; node = node.getNextSibling()) {
      if (node.getNodeName().equals(name)) {
        return (Element) node;
      }
    }
    return null;
  }

  /** What an application gets with a module is published too. */
  private void dependsOnPublished(String module, Element pom, Set<String> modules) {
    Element dependencies = child(pom, "dependencies");
    NodeList all = dependencies == null ? null : dependencies.getElementsByTagName("dependency");
    for (int i = 0; all != null && i < all.getLength(); i++) {
      Element dependency = (Element) all.item(i);
      Element scope = child(dependency, "scope");
      boolean isOurs = child(dependency, "groupId").getTextContent().equals("dev.quota");
      String artifact = child(dependency, "artifactId").getTextContent();
      if (isOurs && (scope == null || !scope.getTextContent().equals("test"))) {
        complain(modules.contains(artifact), module + " needs " + artifact + ", not published");
      }
    }
  }

  /** Returns a file that must be there, with its checksums. */
  private Path expect(String artifact, String version, String ending) throws Exception {
    Path folder = group.resolve(artifact).resolve(version);
    Path file = folder.resolve(artifact + "-" + version + ending);
    expected.add(file);
    if (!Files.exists(file)) {
      mistakes.add("Missing: " + file.getFileName());
      return null;
    }
    complain(Files.size(file) > 0, file.getFileName() + " must not be empty");
    for (Map.Entry<String, String> checksum : CHECKSUMS.entrySet()) {
      Path sum = folder.resolve(file.getFileName() + "." + checksum.getKey());
      expected.add(sum);
      byte[] digest =
          MessageDigest.getInstance(checksum.getValue()).digest(Files.readAllBytes(file));
      boolean holds =
          Files.exists(sum) && Files.readString(sum).startsWith(HexFormat.of().formatHex(digest));
      complain(holds, sum.getFileName() + " must be the checksum of its file");
    }
    if (signed) {
      verify(file);
    }
    return file;
  }

  private void verify(Path file) throws Exception {
    Path signature = file.resolveSibling(file.getFileName() + ".asc");
    expected.add(signature);
    if (!Files.exists(signature)) {
      mistakes.add("Missing: " + signature.getFileName());
      return;
    }
    Process gpg =
        new ProcessBuilder("gpg", "--batch", "--verify", signature.toString(), file.toString())
            .redirectErrorStream(true)
            .start();
    String said = new String(gpg.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    complain(gpg.waitFor() == 0, signature.getFileName() + " must be a signature: " + said);
  }

  private void jar(String classifier, Path file) throws IOException {
    if (file == null) {
      return;
    }
    try (ZipFile jar = new ZipFile(file.toFile())) {
      for (String licence : List.of("META-INF/LICENSE", "META-INF/NOTICE")) {
        complain(jar.getEntry(licence) != null, file.getFileName() + " must have " + licence);
      }
      Map<String, String> endings = new LinkedHashMap<>();
      endings.put("", ".class");
      endings.put("-sources", ".java");
      endings.put("-javadoc", "index.html");
      boolean isThere =
          jar.stream().map(ZipEntry::getName).anyMatch(it -> it.endsWith(endings.get(classifier)));
      complain(isThere, file.getFileName() + " must have a file " + endings.get(classifier));
      if (classifier.isEmpty()) {
        complain(hasModuleName(jar), file.getFileName() + " must have the name of a module");
        jar.stream()
            .map(ZipEntry::getName)
            .filter(name -> name.endsWith("Test.class"))
            .filter(name -> !name.startsWith("dev/quota/test/"))
            .forEach(name -> mistakes.add(file.getFileName() + " must not have a test: " + name));
      }
    }
  }

  private static boolean hasModuleName(ZipFile jar) throws IOException {
    if (jar.getEntry("module-info.class") != null) {
      return true;
    }
    try (InputStream manifest = jar.getInputStream(jar.getEntry("META-INF/MANIFEST.MF"))) {
      String text = new String(manifest.readAllBytes(), StandardCharsets.UTF_8);
      return text.contains("Automatic-Module-Name: dev.quota.");
    }
  }
}
