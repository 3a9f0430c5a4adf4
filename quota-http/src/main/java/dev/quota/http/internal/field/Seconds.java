package dev.quota.http.internal.field;

import dev.quota.LimitState;
import dev.quota.policy.Window;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/** Rounds waits up to whole seconds, so that nobody is asked back too early. */
public final class Seconds {

  private Seconds() {}

  public static long roundedUp(Duration wait) {
    return roundedUp(wait.toMillis());
  }

  public static OptionalLong roundedUp(Optional<Duration> wait) {
    return wait.isPresent() ? OptionalLong.of(roundedUp(wait.get())) : OptionalLong.empty();
  }

  public static long roundedUp(long millis) {
    return -Math.floorDiv(-millis, 1_000L);
  }

  private static long roundedUp(Instant until, Instant now) {
    return Math.max(0, roundedUp(until.toEpochMilli() - now.toEpochMilli()));
  }

  /**
   * Returns the seconds until more is available, rounded up: where the limit refuses, until the
   * cost fits, as {@code Retry-After} says; in a calendar window its end; in a rolling one until
   * the next unit is back. Empty if all of it is available.
   */
  public static OptionalLong untilMore(LimitState limit, Instant now) {
    Optional<Instant> fits = limit.nextAvailableAt();
    Optional<Instant> until = fits.isPresent() ? fits : limit.resetAt();
    if (until.isPresent()) {
      return OptionalLong.of(roundedUp(until.get(), now));
    }
    Optional<Instant> full = limit.fullAt();
    if (full.isPresent() && limit.window() instanceof Window.Rolling rolling) {
      long untilFull = roundedUp(full.get(), now);
      long perUnit = roundedUp(-Math.floorDiv(-rolling.periodMillis(), limit.limit().orElse(1)));
      // How far a rounded limit has drained would tell exactly how much of it is used.
      return OptionalLong.of(limit.rounded() ? perUnit : Math.min(untilFull, perUnit));
    }
    return OptionalLong.empty();
  }
}
