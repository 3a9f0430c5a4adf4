package dev.quota.source;

import dev.quota.internal.text.Digests;
import dev.quota.policy.Policies;
import dev.quota.policy.PolicyFile;
import dev.quota.policy.Rollout;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/** The text of one version of a policy file, before it is parsed. Immutable. */
public final class PolicyText {

  private final String name;
  private final String version;
  private final byte[] content;
  private final Optional<Rest> rest;

  /** To whom another text applies. */
  private record Rest(Rollout.Share share, PolicyText before) {}

  /**
   * Creates a text with the given version.
   *
   * @param name its name in messages, such as {@code quotas.yaml}
   * @param version its version in states and events, in the form of {@link
   *     Policies.Builder#version}
   * @param content YAML in UTF-8, copied
   */
  public PolicyText(String name, String version, byte[] content) {
    this(name, version, content.clone(), Optional.empty());
  }

  private PolicyText(String name, String version, byte[] content, Optional<Rest> rest) {
    this.name = name;
    this.version = version;
    this.content = content;
    this.rest = rest;
  }

  /**
   * Returns this text for a share of all subjects.
   *
   * @param share such as {@code 10%}; see {@link Rollout.Share#parse}
   * @param before the text for the rest. If it is a rollout itself, the one before it
   * @return a copy
   * @throws IllegalArgumentException if the share is malformed
   */
  public PolicyText rolledOutTo(String share, PolicyText before) {
    PolicyText whole = before.before().orElse(before);
    return new PolicyText(
        name, version, content, Optional.of(new Rest(Rollout.Share.parse(share), whole)));
  }

  /** {@return the share of subjects to whom it applies; empty for everybody} */
  public Optional<Rollout.Share> share() {
    return rest.map(Rest::share);
  }

  /** {@return the text that applies to the rest; empty if this one applies to everybody} */
  public Optional<PolicyText> before() {
    return rest.map(Rest::before);
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
   * @return the policies, complete, checked, with this version and its rollout
   * @throws dev.quota.policy.PolicyException if the text has mistakes; it lists all of them
   */
  public Policies read() {
    Policies policies =
        PolicyFile.read(name, new ByteArrayInputStream(content)).toBuilder()
            .version(version)
            .build();
    return rest.isEmpty()
        ? policies
        : policies.rolledOutTo(rest.get().share().toString(), rest.get().before().read());
  }

  /** Two texts are equal if name, version, content and rollout are. */
  @Override
  public boolean equals(Object other) {
    return other instanceof PolicyText text
        && text.name.equals(name)
        && text.version.equals(version)
        && Arrays.equals(text.content, content)
        && text.rest.equals(rest);
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
