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
 * Names the keys in Redis: {@code q{<digest>}<quota>}. Safe for use by several threads.
 *
 * <p>What is remembered of an operation is beside it, at {@code q{<digest>}<quota>:o:<id>}, and of
 * a grant at {@code …:g:<id>}. With a secret, all of an id is digested with it: an id may itself be
 * a digest of what can be guessed.
 *
 * <p>The digest stands for scope, kind and identity, 96 bits of SHA-256, or of HMAC-SHA-256 where a
 * secret is configured: without it, whoever reads the keys can find out which of a list of guessed
 * ids they belong to. It is the hash tag, so that all quotas of one identity share a slot of a
 * Cluster.
 */
final class RedisKeys {

  private static final int DIGEST_BYTES = 12;
  private static final int PLACE_BYTES = 8;
  private static final Pattern PLAIN_ID = Pattern.compile("[A-Za-z0-9._-]{1,64}");
  private static final String HMAC = "HmacSHA256";
  private static final Base64.Encoder TEXT = Base64.getUrlEncoder().withoutPadding();

  /** Texts that stand for people begin with a number. */
  private static final String OPERATION = "operation:";

  private final String prefix;
  private final boolean hasSecret;
  private final ThreadLocal<Digest> digests;

  /** Turns bytes into their digest; not thread-safe. */
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

  /** Returns the name of what is remembered of an operation beside the counts of a key. */
  String operation(String name, boolean grant, String id) {
    boolean isShown = !hasSecret && PLAIN_ID.matcher(id).matches();
    String text = isShown ? id : "~" + TEXT.encodeToString(operationDigest(id));
    return name + (grant ? ":g:" : ":o:") + text;
  }

  /** Returns the name of the permits that are held beside the counts of a key. */
  static String permits(String name) {
    return name + ":p";
  }

  /** Returns what stands for an operation among the permits of a limit. */
  byte[] permit(String id) {
    return Arrays.copyOf(operationDigest(id), PLACE_BYTES);
  }

  private byte[] operationDigest(String id) {
    // With a secret, a prefix keeps ids apart from the texts that stand for people.
    String text = hasSecret ? OPERATION + id : id;
    return digests.get().of(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Returns the name of a key without a person, whose hash tag is given. */
  String internal(String tag) {
    return prefix + "{" + tag + "}";
  }

  private String digest(Key key) {
    // Lengths keep "ab" + "c" and "a" + "bc" apart.
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
