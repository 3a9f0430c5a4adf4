package dev.quota.source;

import dev.quota.internal.text.Digests;
import dev.quota.policy.Policies;
import dev.quota.policy.PolicyFile;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** One version of a policy file, as a source has it and before it is read. Values are immutable. */
public final class PolicyText {

  private final String name;
  private final String version;
  private final byte[] content;

  /**
   * Creates a text with a version of its own.
   *
   * @param name what messages call it, such as {@code quotas.yaml}
   * @param version what states and events call it, in the form of {@link Policies.Builder#version}
   * @param content YAML in UTF-8, copied
   */
  public PolicyText(String name, String version, byte[] content) {
    this.name = name;
    this.version = version;
    this.content = content.clone();
  }

  /**
   * Creates a text whose version is the beginning of its SHA-256.
   *
   * @param name what messages call it, such as {@code quotas.yaml}
   * @param content YAML in UTF-8, copied
   * @return the text
   */
  public static PolicyText of(String name, byte[] content) {
    return new PolicyText(name, Digests.version(content), content);
  }

  /** {@return what messages call it} */
  public String name() {
    return name;
  }

  /** {@return what states and events call it} */
  public String version() {
    return version;
  }

  /** {@return a copy of the file, in UTF-8} */
  public byte[] content() {
    return content.clone();
  }

  /** {@return the SHA-256 of the file, as {@code sha256sum} prints it: 64 hexadecimal digits} */
  public String digest() {
    return Digests.hex(content);
  }

  /**
   * Reads the policies.
   *
   * @return the policies, complete, checked, and with this version
   * @throws dev.quota.policy.PolicyException if anything in the text is wrong; it says all of that
   */
  public Policies read() {
    return PolicyFile.read(name, new ByteArrayInputStream(content)).toBuilder()
        .version(version)
        .build();
  }

  /** Two texts are equal if name, version and content are. */
  @Override
  public boolean equals(Object other) {
    return other instanceof PolicyText text
        && text.name.equals(name)
        && text.version.equals(version)
        && Arrays.equals(text.content, content);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(content);
  }

  /** Returns the text of the file. */
  @Override
  public String toString() {
    return new String(content, StandardCharsets.UTF_8);
  }
}
