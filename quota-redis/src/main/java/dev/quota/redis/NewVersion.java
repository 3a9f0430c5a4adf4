package dev.quota.redis;

import dev.quota.redis.PublishedVersion.RollingOut;
import dev.quota.source.PolicyText;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A version of the policies that is about to be written. Immutable.
 *
 * @param basedOn the number of the version that must be in force, or 0
 * @param text the policies
 * @param by who publishes it
 * @param reason why
 * @param rollbackTo the version whose text it has, if it is a rollback
 * @param rollout to whom it applies; empty for everybody
 */
record NewVersion(
    long basedOn,
    PolicyText text,
    String by,
    String reason,
    OptionalLong rollbackTo,
    Optional<RollingOut> rollout) {

  long number() {
    return basedOn + 1;
  }

  /** Returns the arguments of the script that writes the version, in its order. */
  Object[] arguments() {
    return new Object[] {
      bytes("" + basedOn),
      text.content(),
      bytes(text.digest()),
      bytes(by),
      bytes(reason),
      bytes(rollbackTo.isPresent() ? "" + rollbackTo.getAsLong() : ""),
      bytes(rollout.map(RollingOut::share).orElse("")),
      bytes(rollout.map(it -> "" + it.before()).orElse(""))
    };
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** Returns the version after it was written. */
  PublishedVersion publishedAt(Instant at) {
    return new PublishedVersion(number(), text.digest(), by, at, reason, rollbackTo, rollout);
  }
}
