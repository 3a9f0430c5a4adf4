package dev.quota.source;

import dev.quota.internal.text.Digests;
import dev.quota.policy.Policies;
import dev.quota.policy.PolicyFile;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The text of one version of a policy file, before it is parsed. Immutable. */
public final class PolicyText {

  private final String name;
  private final String version;
  private final byte[] content;

  /**
   * Creates a text with the given version.
   *
   * @param name its name in messages, such as {@code quotas.yaml}
   * @param version its version in states and events, in the form of {@link
   *     Policies.Builder#version}
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
   * @param name its name in messages, such as {@code quotas.yaml}
   * @param content YAML in UTF-8, copied
   * @return the text
   */
  public static PolicyText of(String name, byte[] content) {
    return new PolicyText(name, Digests.version(content), content);
  }

  /** {@return its name in messages} */
  public String name() {
    return name;
  }

  /** {@return its version in states and events} */
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
   * @throws dev.quota.policy.PolicyException if the text has mistakes; it lists all of them
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
