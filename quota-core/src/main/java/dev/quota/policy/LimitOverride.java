package dev.quota.policy;

import dev.quota.internal.text.Digests;
import dev.quota.internal.text.Names;
import java.time.Instant;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * Another capacity of one limit for one person or one group, until a moment. Then it ends by
 * itself. Counts are kept, at its beginning and at its end. Values are immutable.
 *
 * <p>It applies whatever the plan is. An override of a person takes precedence over one of the
 * team, and that over one of the organisation. An override of a group applies to everybody in it.
 *
 * @param subject the digest of the person or the group, never an id; see {@link #user} and {@link
 *     #group}
 * @param quota the quota's name
 * @param limit the limit's name
 * @param capacity how much fits instead; 0 excludes the quota
 * @param until the first moment at which it does not apply any more
 * @param reason why, 1 to 100 characters; states show it
 */
public record LimitOverride(
    String subject, String quota, String limit, Capacity capacity, Instant until, String reason) {

  private static final Pattern DIGEST = Pattern.compile("[A-Za-z0-9_-]{43}");

  /**
   * Checks the values.
   *
   * @param subject the component
   * @param quota the component
   * @param limit the component
   * @param capacity the component
   * @param until the component
   * @param reason the component
   * @throws IllegalArgumentException if the subject is no digest, or a name or the reason is
   *     malformed
   */
  public LimitOverride {
    requireDigest(subject);
    Names.require(quota, "quota");
    Names.require(limit, "limit");
    Objects.requireNonNull(capacity, "capacity");
    Objects.requireNonNull(until, "until");
    Names.requireLabel(reason, "reason");
  }

  static String requireDigest(String text) {
    if (!DIGEST.matcher(text).matches()) {
      // The text may be an id, which no message shows.
      throw new IllegalArgumentException(
          "subject must be a digest of 43 characters, as `quota digest` prints it");
    }
    return text;
  }

  /**
   * Returns what names a user in an override.
   *
   * @param id the user's id
   * @return a digest, from which nobody can compute the id
   * @throws IllegalArgumentException if the id is empty
   */
  public static String user(String id) {
    return digest("user", id);
  }

  /**
   * Returns what names a network address in an override.
   *
   * @param address the address, as the subject has it
   * @return a digest
   * @throws IllegalArgumentException if the address is empty
   */
  public static String address(String address) {
    return digest("address", address);
  }

  /**
   * Returns what names a group in an override.
   *
   * @param scope {@link Scope#TEAM} or {@link Scope#ORG}
   * @param id the group's id
   * @return a digest
   * @throws IllegalArgumentException for another scope, or if the id is empty
   */
  public static String group(Scope scope, String id) {
    if (scope != Scope.TEAM && scope != Scope.ORG) {
      throw new IllegalArgumentException("scope must be team or org, was " + scope.text());
    }
    return digest(scope.text(), id);
  }

  private static String digest(String kind, String id) {
    if (id.isEmpty()) {
      throw new IllegalArgumentException("id must not be empty");
    }
    return Digests.digest("override:" + kind + ":" + id);
  }
}
