package dev.quota.internal.text;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;

/** Replaces ids that must not be shown or are too long. */
public final class Digests {

  private static final int SHORT_LENGTH = 8;
  private static final int VERSION_LENGTH = 12;

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
    byte[] hash = sha256(identity.getBytes(StandardCharsets.UTF_8));
    return Base64.getUrlEncoder().withoutPadding().encodeToString(hash);
  }

  /**
   * Returns a number that is evenly distributed over many texts: the beginning of a SHA-256.
   *
   * @param identity any text
   * @return any number
   */
  public static long number(String identity) {
    return ByteBuffer.wrap(sha256(identity.getBytes(StandardCharsets.UTF_8))).getLong();
  }

  /**
   * Returns the SHA-256 of a file, as {@code sha256sum} prints it.
   *
   * @param content of the file
   * @return 64 hexadecimal digits
   */
  public static String hex(byte[] content) {
    return HexFormat.of().formatHex(sha256(content));
  }

  /**
   * Returns what names a version of a file: the beginning of {@link #hex}.
   *
   * @param content of the file
   * @return 12 hexadecimal digits
   */
  public static String version(byte[] content) {
    return hex(content).substring(0, VERSION_LENGTH);
  }

  private static byte[] sha256(byte[] content) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(content);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
