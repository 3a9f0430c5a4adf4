package dev.quota.policy;

import dev.quota.internal.text.Digests;
import dev.quota.internal.yaml.Mistakes;
import dev.quota.internal.yaml.Position;
import dev.quota.internal.yaml.YamlNode;
import dev.quota.internal.yaml.YamlReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Reads policies from YAML. A file with a mistake is refused as a whole. Thread-safe.
 *
 * <pre>{@code
 * version: 1
 * plans:
 *   free: {label: Free}
 *   pro: {label: Pro}
 * quotas:
 *   chat:
 *     unit: {name: message, label: messages}
 *     limits:
 *       burst: 10 per minute
 *       daily: 50 per calendar day
 *     plans: {pro: {daily: 500}}
 *     warn-at: [80%, 95%]
 * }</pre>
 *
 * <p>Each value is read as its text in the file: {@code no} is a word and {@code 010} is ten.
 * Anchors, aliases, merge keys, tags and more than one document are refused.
 */
public final class PolicyFile {

  /** The size of the largest file: 1 MiB. */
  static final int MAX_BYTES = 1 << 20;

  private PolicyFile() {}

  /**
   * Reads a file.
   *
   * @param file a YAML file in UTF-8, at most 1 MiB
   * @return the policies, complete and checked
   * @throws PolicyException if the file cannot be read or anything in it is wrong
   */
  public static Policies read(Path file) {
    try (InputStream bytes = Files.newInputStream(file)) {
      return read(file.toString(), bytes);
    } catch (IOException e) {
      throw unreadable(file.toString(), e);
    }
  }

  /**
   * Reads a stream of bytes, such as a resource.
   *
   * @param name its name in messages
   * @param bytes YAML in UTF-8, at most 1 MiB; left open
   * @return the policies, complete and checked
   * @throws PolicyException if the stream cannot be read or anything in it is wrong
   */
  public static Policies read(String name, InputStream bytes) {
    byte[] content;
    try {
      content = bytes.readNBytes(MAX_BYTES + 1);
    } catch (IOException e) {
      throw unreadable(name, e);
    }
    if (content.length > MAX_BYTES) {
      throw tooLarge(name);
    }
    return parse(name, decode(name, content), Digests.version(content));
  }

  /**
   * Reads characters.
   *
   * @param name its name in messages
   * @param characters YAML, at most 1 Mi characters; left open
   * @return the policies, complete and checked
   * @throws PolicyException if the reader fails or anything in it is wrong
   */
  public static Policies read(String name, Reader characters) {
    CharBuffer content = CharBuffer.allocate(MAX_BYTES + 1);
    try {
      while (content.hasRemaining() && characters.read(content) >= 0) {
        // The condition reads the characters.
      }
    } catch (IOException e) {
      throw unreadable(name, e);
    }
    if (!content.hasRemaining()) {
      throw tooLarge(name);
    }
    String text = content.flip().toString();
    return parse(name, text, Digests.version(text.getBytes(StandardCharsets.UTF_8)));
  }

  private static String decode(String name, byte[] content) {
    CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
    CharBuffer text = CharBuffer.allocate(content.length);
    if (decoder.decode(ByteBuffer.wrap(content), text, true).isError()) {
      throw failure(name, Position.after(text.flip()), "this is not UTF-8 text");
    }
    return text.flip().toString();
  }

  private static Policies parse(String name, String content, String version) {
    String text = content.startsWith("\uFEFF") ? content.substring(1) : content;
    Mistakes mistakes = new Mistakes(name);
    Optional<Policies> policies = policies(text, mistakes);
    if (mistakes.count() > 0) {
      throw new PolicyException(mistakes.inOrder(Mistake::new));
    }
    return policies
        .orElseThrow(() -> new IllegalStateException("no policies and no mistake"))
        .toBuilder()
        .version(version)
        .build();
  }

  private static Optional<Policies> policies(String text, Mistakes mistakes) {
    try {
      Optional<YamlNode> root = YamlReader.read(text, mistakes);
      return root.isPresent() ? new PoliciesReader(mistakes).read(root.get()) : Optional.empty();
    } catch (Mistakes.TooMany e) {
      return Optional.empty(); // the mistakes are collected already
    }
  }

  private static PolicyException tooLarge(String name) {
    return failure(name, Position.START, "the file is larger than 1 MiB");
  }

  private static PolicyException unreadable(String name, IOException cause) {
    String problem = "the file cannot be read: " + cause.getMessage();
    if (cause instanceof NoSuchFileException) {
      problem = "there is no such file";
    } else if (cause instanceof AccessDeniedException) {
      problem = "the file may not be read by this process";
    }
    return new PolicyException(mistake(name, Position.START, problem), cause);
  }

  private static PolicyException failure(String name, Position at, String problem) {
    return new PolicyException(mistake(name, at, problem));
  }

  private static List<Mistake> mistake(String name, Position at, String problem) {
    Mistakes mistakes = new Mistakes(name);
    mistakes.add(at, problem);
    return mistakes.inOrder(Mistake::new);
  }
}
