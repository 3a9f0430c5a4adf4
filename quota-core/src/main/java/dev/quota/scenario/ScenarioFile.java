package dev.quota.scenario;

import dev.quota.internal.yaml.Mistakes;
import dev.quota.internal.yaml.Position;
import dev.quota.internal.yaml.YamlNode;
import dev.quota.internal.yaml.YamlReader;
import dev.quota.policy.Mistake;
import dev.quota.policy.PolicyException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads scenarios from YAML: from the key {@code scenarios} of a policy file, and from the file
 * beside it. The file beside {@code quotas.yaml} is {@code quotas.scenarios.yaml}. A file with a
 * mistake is refused as a whole. Thread-safe.
 */
public final class ScenarioFile {

  private static final int MAX_BYTES = 1 << 20;

  private ScenarioFile() {}

  /**
   * Reads the scenarios of a policy file, and those of the file beside it.
   *
   * @param policyFile the policy file
   * @return the scenarios; may be empty
   * @throws PolicyException if a file cannot be read, or anything about scenarios in it is wrong
   */
  public static List<Scenario> readAll(Path policyFile) {
    List<Scenario> all = new ArrayList<>(read(policyFile));
    Path beside = beside(policyFile);
    if (Files.exists(beside)) {
      all.addAll(read(beside));
    }
    return List.copyOf(all);
  }

  /**
   * Returns the name of the file of scenarios that belongs to a policy file.
   *
   * @param policyFile such as {@code quotas.yaml}
   * @return such as {@code quotas.scenarios.yaml}; the file need not exist
   */
  public static Path beside(Path policyFile) {
    return policyFile.resolveSibling(beside(String.valueOf(policyFile.getFileName())));
  }

  /**
   * Returns the name of the file of scenarios that belongs to a policy file.
   *
   * @param policyFile such as {@code quotas.yaml}
   * @return such as {@code quotas.scenarios.yaml}
   */
  public static String beside(String policyFile) {
    int dot = policyFile.lastIndexOf('.');
    return dot <= policyFile.lastIndexOf('/')
        ? policyFile + ".scenarios"
        : policyFile.substring(0, dot) + ".scenarios" + policyFile.substring(dot);
  }

  /**
   * Reads the scenarios of one file: a policy file, or a file with nothing but scenarios.
   *
   * @param file a YAML file in UTF-8, at most 1 MiB
   * @return the scenarios; may be empty
   * @throws PolicyException if the file cannot be read, or anything about scenarios in it is wrong
   */
  public static List<Scenario> read(Path file) {
    try (InputStream bytes = Files.newInputStream(file)) {
      return read(file.toString(), bytes);
    } catch (NoSuchFileException e) {
      throw failure(file.toString(), "there is no such file");
    } catch (IOException e) {
      throw failure(file.toString(), "the file cannot be read: " + e.getMessage());
    }
  }

  /**
   * Reads the scenarios of one file: a policy file, or a file with nothing but scenarios.
   *
   * @param name its name in messages
   * @param bytes YAML in UTF-8, at most 1 MiB; left open
   * @return the scenarios; may be empty
   * @throws PolicyException if the stream cannot be read, or anything about scenarios in it is
   *     wrong
   */
  public static List<Scenario> read(String name, InputStream bytes) {
    byte[] content;
    try {
      content = bytes.readNBytes(MAX_BYTES + 1);
    } catch (IOException e) {
      throw failure(name, "the file cannot be read: " + e.getMessage());
    }
    if (content.length > MAX_BYTES) {
      throw failure(name, "the file is larger than 1 MiB");
    }
    return parse(name, text(name, content));
  }

  private static String text(String name, byte[] content) {
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(content)).toString();
      return text.startsWith("\uFEFF") ? text.substring(1) : text;
    } catch (CharacterCodingException e) {
      throw failure(name, "this is not UTF-8 text");
    }
  }

  private static List<Scenario> parse(String name, String text) {
    Mistakes mistakes = new Mistakes(name);
    List<Scenario> scenarios = List.of();
    try {
      Optional<YamlNode> root = YamlReader.read(text, mistakes);
      if (root.isPresent()) {
        scenarios = new ScenariosReader(name, mistakes).read(root.get());
      }
    } catch (Mistakes.TooMany e) {
      scenarios = List.of(); // the mistakes are collected already
    }
    if (mistakes.count() > 0) {
      throw new PolicyException(mistakes.inOrder(Mistake::new));
    }
    return scenarios;
  }

  private static PolicyException failure(String name, String problem) {
    Mistakes mistakes = new Mistakes(name);
    mistakes.add(Position.START, problem);
    return new PolicyException(mistakes.inOrder(Mistake::new));
  }
}
