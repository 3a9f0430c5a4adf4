package dev.quota.http.internal.conversation;

import dev.quota.Subject;
import dev.quota.policy.LimitPolicy;
import dev.quota.policy.Policies;
import dev.quota.policy.QuotaPolicy;
import dev.quota.policy.Scope;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Reads and writes the header that passes a conversation on between services. It is a string of RFC
 * 9651, with its signature as a byte sequence. The signature covers the id and, unless
 * conversations are shared, the subject. Thread-safe.
 */
public final class Conversations {

  public static final String FIELD = "Quota-Conversation";

  /** A shorter secret can be guessed. */
  public static final int SHORTEST_SECRET = 16;

  private static final System.Logger LOG = System.getLogger(Conversations.class.getName());
  private static final int SECRET_BYTES = 32;
  private static final String HMAC = "HmacSHA256";
  private static final int ID_BYTES = 16;
  private static final Pattern ID = Pattern.compile("[A-Za-z0-9._~-]{1,128}");
  private static final Pattern VALUE =
      Pattern.compile(
          "\"([A-Za-z0-9._~-]{1,128})\"(?:;[ ]*first=\"([a-z0-9_= -]*)\")?"
              + "(?:;[ ]*sig=:([A-Za-z0-9+/]{43}=):)?");

  /** The length of the longest valid value. */
  private static final int LONGEST = 2_000;

  private final SecretKeySpec secret;

  /** False if the secret is random, so that only this process can verify its signatures. */
  private final boolean configured;

  private final boolean shared;
  private final SecureRandom random = new SecureRandom();
  private volatile Known known = new Known(Policies.builder().build(), false);

  private record Known(Policies policies, boolean limited) {}

  /**
   * Creates it.
   *
   * @param secret the secret of all services; empty for a random one of this process
   * @param shared whether several subjects can take part in one conversation
   */
  public Conversations(Optional<byte[]> secret, boolean shared) {
    this.configured = secret.isPresent();
    this.secret = new SecretKeySpec(secret.orElseGet(() -> randomBytes(SECRET_BYTES)), HMAC);
    this.shared = shared;
  }

  private byte[] randomBytes(int count) {
    byte[] bytes = new byte[count];
    random.nextBytes(bytes);
    return bytes;
  }

  /** Logs at the start what several nodes need. */
  public void started(Policies policies) {
    if (!configured && isLimited(policies)) {
      LOG.log(
          System.Logger.Level.WARNING,
          "A policy limits conversations, and no conversationSecret is set, so this process signs"
              + " the Quota-Conversation header with a secret of its own. After a restart, and on"
              + " other nodes, such a header is refused with 400. Set one conversationSecret of at"
              + " least {0} bytes for all nodes and services.",
          SHORTEST_SECRET);
    }
  }

  /**
   * Returns the conversation of a request; empty if the header is malformed, forged, or of another
   * subject.
   *
   * @param values the lines of the header
   */
  public Optional<Opening> read(List<String> values, Subject subject) {
    if (values.size() != 1 || values.get(0).length() > LONGEST) {
      return Optional.empty();
    }
    Matcher value = VALUE.matcher(values.get(0).strip());
    if (!value.matches()) {
      return Optional.empty();
    }
    String id = value.group(1);
    String first = value.group(2);
    String signature = value.group(3);
    // Compared as text, because Base64 ignores some bits of the last character.
    if (signature == null
        || !MessageDigest.isEqual(ascii(signature), ascii(signature(id, first, subject)))) {
      return Optional.empty();
    }
    return Optional.of(first == null ? new Opening(id, true) : Opening.read(id, first));
  }

  /** Returns a new random id. */
  public String begin() {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(randomBytes(ID_BYTES));
  }

  /** Returns the header of a conversation; empty if the id cannot be in a header. */
  public Optional<String> header(String id, Subject subject) {
    return header(id, null, subject);
  }

  /** Returns the header of a request's conversation. */
  public Optional<String> header(Opening opening, Subject subject) {
    return header(opening.id(), opening.first(), subject);
  }

  private Optional<String> header(String id, @Nullable String first, Subject subject) {
    if (!ID.matcher(id).matches()) {
      return Optional.empty();
    }
    String taken = first == null ? "" : ";first=\"" + first + '"';
    return Optional.of('"' + id + '"' + taken + ";sig=:" + signature(id, first, subject) + ":");
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private String signature(String id, @Nullable String first, Subject subject) {
    // An id contains no semicolon and no line break, so these bytes are unambiguous.
    String named = first == null ? id : id + ";first=" + first;
    String signed = shared ? named : named + '\n' + subject.kind().text() + '\n' + subject.id();
    try {
      Mac mac = Mac.getInstance(HMAC);
      mac.init(secret);
      return Base64.getEncoder()
          .encodeToString(mac.doFinal(signed.getBytes(StandardCharsets.UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has HMAC-SHA-256 and takes any key", e);
    }
  }

  /** Returns whether any limit counts on conversations. Then each request belongs to one. */
  public boolean isLimited(Policies policies) {
    Known last = known;
    if (last.policies() != policies) {
      last =
          new Known(policies, policies.quotas().values().stream().anyMatch(quota -> counts(quota)));
      known = last;
    }
    return last.limited();
  }

  /** Returns whether any limit of a quota counts on conversations. */
  public static boolean counts(QuotaPolicy quota) {
    return quota.limits().stream().anyMatch(limit -> counts(quota, limit));
  }

  public static boolean counts(QuotaPolicy quota, LimitPolicy limit) {
    return limit.scope().orElse(quota.scope()) == Scope.CONVERSATION;
  }
}
