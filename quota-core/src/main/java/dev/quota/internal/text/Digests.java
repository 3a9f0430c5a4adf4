package dev.quota.internal.text;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/** Replaces ids that must not be shown or are too long. */
public final class Digests {

  private static final int SHORT_LENGTH = 8;

  private Digests() {}

  /**
   * Returns the beginning of a digest, to distinguish subjects in a log.
   *
   * @param identity any text
   * @return eight characters
   */
  public static String shortDigest(String identity) {
    return digest(identity).substring(0, SHORT_LENGTH);
  }

  /**
   * Returns a SHA-256 digest.
   *
   * @param identity any text
   * @return 43 characters of URL-safe Base64
   */
  public static String digest(String identity) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(identity.getBytes(StandardCharsets.UTF_8));
      return Base64.getUrlEncoder().withoutPadding().encodeToString(hash);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
