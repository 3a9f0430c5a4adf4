package dev.quota.internal.memory;

import dev.quota.policy.Window;
import dev.quota.spi.LimitSpec;
import java.util.OptionalLong;

/**
 * The count of a session limit. It counts like a calendar limit whose window begins with the first
 * charge.
 *
 * <p>A session that has begun keeps its end if the policy makes sessions longer. If it makes them
 * shorter, or if the clock is set back, the session ends no later than one that began now.
 */
final class SessionCount extends CalendarCount {

  SessionCount(LimitSpec spec) {
    super(spec);
  }

  @Override
  boolean counts(LimitSpec other) {
    return other.name().equals(spec.name()) && other.window() instanceof Window.Session;
  }

  @Override
  void advance(long nowMillis) {
    endBy(nowMillis + windowMillis() + REANCHOR_MILLIS, nowMillis + windowMillis());
    super.advance(nowMillis);
  }

  @Override
  boolean isTooFar(long nowMillis) {
    return false;
  }

  @Override
  OptionalLong resetAtMillis() {
    return hasBegun() ? super.resetAtMillis() : OptionalLong.empty();
  }

  @Override
  long windowMillis() {
    return ((Window.Session) spec.window()).periodMillis();
  }

  @Override
  long keepMillis(long nowMillis) {
    // After a step back of the clock the session can last so much longer.
    return REANCHOR_MILLIS + super.keepMillis(nowMillis);
  }

  @Override
  LimitCount copy(long nowMillis) {
    return copyTo(new SessionCount(spec));
  }
}
