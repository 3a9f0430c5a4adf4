package dev.quota;

import dev.quota.policy.Capacity;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/**
 * Extra units on a calendar or session limit: {@link Quotas#grant}. They are used once, after the
 * limit's own capacity is used up. What is left of them expires. Values are immutable.
 *
 * <pre>{@code
 * quotas.grant(
 *     GrantRequest.builder(alice, "chat", 100)
 *         .reason("support ticket 4711")
 *         .expiresAt(Instant.parse("2026-12-31T00:00:00Z"))
 *         .operationId("ticket-4711")
 *         .build());
 * }</pre>
 *
 * @param subject who gets them; the whole group if the limit counts on a group
 * @param quota the quota's name
 * @param limit the limit's name; empty for the longest calendar or session limit that is not
 *     unlimited
 * @param units how many, from 1 to {@link Capacity#MAX_UNITS}
 * @param reason why, for listeners: up to 200 characters, and nothing secret
 * @param expiresAt when what is left of it expires
 * @param operationId the same id grants only once, so that a call can be repeated: 1 to 200
 *     characters
 */
public record GrantRequest(
    Subject subject,
    String quota,
    Optional<String> limit,
    long units,
    String reason,
    Instant expiresAt,
    String operationId) {

  private static final int LONGEST_TEXT = 200;

  /**
   * Checks the values.
   *
   * @param subject the component
   * @param quota the component
   * @param limit the component
   * @param units the component
   * @param reason the component
   * @param expiresAt the component
   * @param operationId the component
   * @throws IllegalArgumentException if a number is out of range, or a text is empty or too long
   */
  public GrantRequest {
    Objects.requireNonNull(subject, "subject");
    Objects.requireNonNull(quota, "quota");
    Objects.requireNonNull(limit, "limit");
    Objects.requireNonNull(expiresAt, "expiresAt");
    requireText(reason, "reason");
    requireText(operationId, "operationId");
    if (units < 1 || units > Capacity.MAX_UNITS) {
      throw new IllegalArgumentException(
          "units must be between 1 and " + Capacity.MAX_UNITS + ", was " + units);
    }
  }

  static void requireText(String text, String name) {
    if (text.isBlank() || text.length() > LONGEST_TEXT) {
      throw new IllegalArgumentException(
          name + " must have 1 to " + LONGEST_TEXT + " characters, had " + text.length());
    }
  }

  /**
   * Starts a grant.
   *
   * @param subject who gets it; the whole group if the limit counts on a group
   * @param quota the quota's name
   * @param units how many, from 1 to {@link Capacity#MAX_UNITS}
   * @return a builder, to be used by one thread; reason, expiry and operation id must be set
   */
  public static Builder builder(Subject subject, String quota, long units) {
    return new Builder(subject, quota, units);
  }

  /** Collects what a grant needs. Not thread-safe. */
  public static final class Builder {

    private final Subject subject;
    private final String quota;
    private final long units;
    private Optional<String> limit = Optional.empty();
    private Optional<String> reason = Optional.empty();
    private Optional<Instant> expiresAt = Optional.empty();
    private Optional<String> operationId = Optional.empty();

    private Builder(Subject subject, String quota, long units) {
      this.subject = subject;
      this.quota = quota;
      this.units = units;
    }

    /**
     * Chooses the limit.
     *
     * @param name the name of a calendar or session limit; by default the longest that is not
     *     unlimited. If the subject names a conversation, also that of a limit on conversations:
     *     the conversation goes on where it was stopped
     * @return this builder
     */
    public Builder limit(String name) {
      limit = Optional.of(name);
      return this;
    }

    /**
     * Sets why it is granted.
     *
     * @param text for listeners: 1 to 200 characters, and nothing secret
     * @return this builder
     */
    public Builder reason(String text) {
      reason = Optional.of(text);
      return this;
    }

    /**
     * Sets when what is left of it expires.
     *
     * @param moment the expiry
     * @return this builder
     */
    public Builder expiresAt(Instant moment) {
      expiresAt = Optional.of(moment);
      return this;
    }

    /**
     * Sets the id, so that the call can be repeated safely.
     *
     * @param id 1 to 200 characters; the same id grants only once
     * @return this builder
     */
    public Builder operationId(String id) {
      operationId = Optional.of(id);
      return this;
    }

    /**
     * Checks everything and returns the grant.
     *
     * @return the grant
     * @throws IllegalArgumentException if something is not set or out of range
     */
    public GrantRequest build() {
      return new GrantRequest(
          subject,
          quota,
          limit,
          units,
          required(reason, "reason"),
          required(expiresAt, "expiresAt"),
          required(operationId, "operationId"));
    }

    private static <T> T required(Optional<T> value, String name) {
      return value.orElseThrow(() -> new IllegalArgumentException(name + " must be set"));
    }
  }
}
