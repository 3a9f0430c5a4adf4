package dev.quota.http.internal.field;

import dev.quota.LimitState;
import dev.quota.QuotaState;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/** Rounds waits up to whole seconds, so that nobody comes back too early. */
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

  /**
   * Returns the seconds until more of a limit is available, rounded up.
   *
   * @param unknown the number to return if all of it is available, or if the moment is not known
   */
  public static long untilMore(QuotaState quota, LimitState limit, long unknown) {
    long millis = quota.millisUntilMore(limit, -1);
    return millis < 0 ? unknown : roundedUp(millis);
  }
}
