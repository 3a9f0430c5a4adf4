package dev.quota.servlet;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/** Rounds waits up to whole seconds, so that nobody is asked back too early. */
final class Seconds {

  private Seconds() {}

  static long roundedUp(Duration wait) {
    return -Math.floorDiv(-wait.toMillis(), 1_000L);
  }

  static OptionalLong roundedUp(Optional<Duration> wait) {
    return wait.isPresent() ? OptionalLong.of(roundedUp(wait.get())) : OptionalLong.empty();
  }
}
