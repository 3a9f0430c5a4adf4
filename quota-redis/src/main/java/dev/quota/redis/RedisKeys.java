package dev.quota.redis;

import dev.quota.spi.Key;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The names of the keys in Redis: {@code q{<digest>}<quota>}. Thread-safe.
 *
 * <p>The record of an operation is at {@code q{<digest>}<quota>:o:<id>}, and that of a grant at
 * {@code …:g:<id>}. With a secret, ids are digested with it too, because an id may be a digest of
 * something that can be guessed.
 *
 * <p>The digest is that of scope, kind and identity: 96 bits of SHA-256, or of HMAC-SHA-256 if a
 * secret is configured. Without a secret, a reader of the keys can test guessed ids. The digest is
 * the hash tag, so that all quotas of one identity are in one slot of a Cluster.
 */
final class RedisKeys {

  private static final int DIGEST_BYTES = 12;
  private static final int PLACE_BYTES = 8;
  private static final Pattern PLAIN_ID = Pattern.compile("[A-Za-z0-9._-]{1,64}");
  private static final String HMAC = "HmacSHA256";
  private static final Base64.Encoder TEXT = Base64.getUrlEncoder().withoutPadding();

  /** Distinguishes ids of operations from the texts of identities, which begin with a number. */
  private static final String OPERATION = "operation:";

  private final String prefix;
  private final boolean hasSecret;
  private final ThreadLocal<Digest> digests;

  /** Computes a digest of bytes. Not thread-safe. */
  @FunctionalInterface
  private interface Digest {
    byte[] of(byte[] text);
  }

  RedisKeys(String prefix, Optional<byte[]> secret) {
    this.prefix = prefix;
    this.hasSecret = secret.isPresent();
    Optional<SecretKeySpec> key = secret.map(bytes -> new SecretKeySpec(bytes, HMAC));
    this.digests = ThreadLocal.withInitial(() -> key.isPresent() ? keyed(key.get()) : plain());
  }

  private static Digest plain() {
    try {
      return MessageDigest.getInstance("SHA-256")::digest;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  private static Digest keyed(SecretKeySpec key) {
    try {
      Mac mac = Mac.getInstance(HMAC);
      mac.init(key);
      return mac::doFinal;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has HMAC-SHA-256 and takes any key", e);
    }
  }

  /** Returns the name of a key. */
  String name(Key key) {
    return prefix + "{" + digest(key) + "}" + key.quota();
  }

  /** Returns the name of the record of an operation on a key. */
  String operation(String name, boolean grant, String id) {
    boolean isShown = !hasSecret && PLAIN_ID.matcher(id).matches();
    String text = isShown ? id : "~" + TEXT.encodeToString(operationDigest(id));
    return name + (grant ? ":g:" : ":o:") + text;
  }

  /** Returns the name of the permits of a key. */
  static String permits(String name) {
    return name + ":p";
  }

  /** Returns the id of an operation among the permits of a limit. */
  byte[] permit(String id) {
    return Arrays.copyOf(operationDigest(id), PLACE_BYTES);
  }

  private byte[] operationDigest(String id) {
    // With a secret, the prefix distinguishes ids from the texts of identities.
    String text = hasSecret ? OPERATION + id : id;
    return digests.get().of(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Returns the name of a key without an identity, with a given hash tag. */
  String internal(String tag) {
    return prefix + "{" + tag + "}";
  }

  private String digest(Key key) {
    // The lengths distinguish "ab" + "c" from "a" + "bc".
    String text =
        key.scope().length()
            + ":"
            + key.scope()
            + key.kind().length()
            + ":"
            + key.kind()
            + key.identity();
    byte[] hash = digests.get().of(text.getBytes(StandardCharsets.UTF_8));
    return TEXT.encodeToString(Arrays.copyOf(hash, DIGEST_BYTES));
  }
}
