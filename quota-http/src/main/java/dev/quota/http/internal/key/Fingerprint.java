package dev.quota.http.internal.key;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * A SHA-256 digest of several parts. The length before each part makes the input unambiguous. Not
 * thread-safe.
 */
public final class Fingerprint {

  private final MessageDigest digest;

  public Fingerprint() {
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /** Adds a text. Null differs from an empty text. */
  public Fingerprint add(@Nullable String part) {
    if (part == null) {
      digest.update("-:".getBytes(StandardCharsets.UTF_8));
      return this;
    }
    return add(part.getBytes(StandardCharsets.UTF_8));
  }

  public Fingerprint add(byte[] part) {
    digest.update((part.length + ":").getBytes(StandardCharsets.UTF_8));
    digest.update(part);
    return this;
  }

  /** Returns 43 characters of URL-safe Base64. */
  public String text() {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(digest.digest());
  }
}
