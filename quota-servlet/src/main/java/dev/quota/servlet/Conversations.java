package dev.quota.servlet;

import dev.quota.LimitPolicy;
import dev.quota.Policies;
import dev.quota.QuotaPolicy;
import dev.quota.Scope;
import jakarta.servlet.http.HttpServletRequest;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Reads and writes the header that passes a conversation on between services: a string of RFC 9651
 * and, where a secret is configured, its signature as a byte sequence. Safe for use by several
 * threads.
 */
final class Conversations {

  static final String FIELD = "Quota-Conversation";

  /** What is shorter can be guessed. */
  static final int SHORTEST_SECRET = 16;

  private static final String HMAC = "HmacSHA256";
  private static final int ID_BYTES = 16;
  private static final Pattern ID = Pattern.compile("[A-Za-z0-9._~-]{1,128}");
  private static final Pattern VALUE =
      Pattern.compile("\"([A-Za-z0-9._~-]{1,128})\"(?:;[ ]*sig=:([A-Za-z0-9+/]{43}=):)?");

  /** The longest value there is; nothing longer is looked at. */
  private static final int LONGEST = 200;

  private final Optional<SecretKeySpec> secret;
  private final SecureRandom random = new SecureRandom();
  private volatile Known known = new Known(Policies.builder().build(), false);

  private record Known(Policies policies, boolean limited) {}

  Conversations(Optional<byte[]> secret) {
    this.secret = secret.map(key -> new SecretKeySpec(key, HMAC));
  }

  /** Returns whether a request names a conversation, in whatever way. */
  static boolean isNamed(HttpServletRequest request) {
    return request.getHeader(FIELD) != null;
  }

  /** Returns the conversation that a request names; empty if the header is not one of ours. */
  Optional<String> read(HttpServletRequest request) {
    List<String> values = Collections.list(request.getHeaders(FIELD));
    if (values.size() != 1 || values.get(0).length() > LONGEST) {
      return Optional.empty();
    }
    Matcher value = VALUE.matcher(values.get(0).strip());
    if (!value.matches()) {
      return Optional.empty();
    }
    String id = value.group(1);
    if (secret.isEmpty()) {
      return Optional.of(id);
    }
    String signature = value.group(2);
    // As text: of the last character Base64 ignores some bits.
    return signature != null && MessageDigest.isEqual(ascii(signature), ascii(signature(id)))
        ? Optional.of(id)
        : Optional.empty();
  }

  /** Returns an id that nobody can guess. */
  String begin() {
    byte[] id = new byte[ID_BYTES];
    random.nextBytes(id);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(id);
  }

  /** Returns what the header of a conversation says; empty if its id cannot stand in one. */
  Optional<String> header(String id) {
    if (!ID.matcher(id).matches()) {
      return Optional.empty();
    }
    String value = '"' + id + '"';
    return Optional.of(secret.isEmpty() ? value : value + ";sig=:" + signature(id) + ":");
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private String signature(String id) {
    try {
      Mac mac = Mac.getInstance(HMAC);
      mac.init(secret.orElseThrow());
      return Base64.getEncoder().encodeToString(mac.doFinal(ascii(id)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has HMAC-SHA-256 and takes any key", e);
    }
  }

  /** Returns whether any limit counts on conversations, so that each request belongs to one. */
  boolean isLimited(Policies policies) {
    Known last = known;
    if (last.policies() != policies) {
      last =
          new Known(policies, policies.quotas().values().stream().anyMatch(Conversations::counts));
      known = last;
    }
    return last.limited();
  }

  private static boolean counts(QuotaPolicy quota) {
    return quota.limits().stream()
        .map((LimitPolicy limit) -> limit.scope().orElse(quota.scope()))
        .anyMatch(Scope.CONVERSATION::equals);
  }
}
