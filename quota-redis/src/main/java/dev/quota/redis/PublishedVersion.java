package dev.quota.redis;

import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * One published version of the policies. Immutable.
 *
 * @param number 1 for the first version; states and events contain it
 * @param digest the SHA-256 of the text: 64 hexadecimal digits
 * @param by who published it
 * @param at the time, by the clock of Redis
 * @param reason the reason for this version
 * @param rollbackTo the version whose text was put into force again, if it was a rollback
 * @param rollout to whom it applies; empty for everybody
 */
public record PublishedVersion(
    long number,
    String digest,
    String by,
    Instant at,
    String reason,
    OptionalLong rollbackTo,
    Optional<RollingOut> rollout) {

  /**
   * A version that applies to a share of all subjects.
   *
   * @param share such as {@code 10%}
   * @param before the number of the version that applies to the rest
   */
  public record RollingOut(String share, long before) {}
}
