package dev.quota.http.internal.header;

import dev.quota.Decision;
import dev.quota.LimitState;
import dev.quota.QuotaSnapshot;
import dev.quota.QuotaState;
import dev.quota.Subject;
import dev.quota.http.internal.field.Seconds;
import dev.quota.policy.Scope;
import dev.quota.policy.Window;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Decides after how many seconds a refused client should retry, and whether {@code Retry-After}
 * says so, which some clients follow automatically. Thread-safe.
 */
public final class RetryAdvice {

  /** Beyond this, an automatic retry only makes a person wait without an answer. */
  private static final long LONGEST_AUTOMATIC_RETRY_SECONDS = 60;

  public static final Duration DEFAULT_CEILING =
      Duration.ofSeconds(LONGEST_AUTOMATIC_RETRY_SECONDS);

  private final Optional<Duration> ceiling;
  private final RetrySpread spread = new RetrySpread();

  /**
   * Creates the advice.
   *
   * @param ceiling the longest wait for which {@code Retry-After} is sent; empty for all
   */
  public RetryAdvice(Optional<Duration> ceiling) {
    this.ceiling = ceiling;
  }

  /** Returns how long to wait, rounded up; empty if waiting cannot help. */
  public OptionalLong seconds(Decision refused) {
    if (refused instanceof Decision.Unavailable unavailable) {
      return OptionalLong.of(Seconds.roundedUp(unavailable.retryAfter()));
    }
    if (!(refused instanceof Decision.Denied denied)) {
      return OptionalLong.empty();
    }
    long seconds = Seconds.roundedUp(denied.retryAfter());
    return OptionalLong.of(seconds + extra(denied, seconds));
  }

  /** Returns the seconds until the turn of this client, if others wait for the same limit. */
  private long extra(Decision.Denied denied, long seconds) {
    QuotaSnapshot states = denied.states();
    QuotaState state = states.binding();
    LimitState limit = state.binding();
    long capacity = limit.limit().orElse(0);
    if (seconds >= LONGEST_AUTOMATIC_RETRY_SECONDS
        || !(limit.window() instanceof Window.Rolling rolling)
        || capacity == 0) {
      return 0;
    }
    double stepMillis = (double) rolling.periodMillis() * state.cost() / capacity;
    long most = LONGEST_AUTOMATIC_RETRY_SECONDS - seconds;
    long roomAtMillis = states.now().toEpochMilli() + seconds * 1_000;
    return Seconds.roundedUp(
        spread.extraMillis(
            who(states.subject(), limit),
            roomAtMillis,
            (long) Math.ceil(stepMillis),
            most * 1_000));
  }

  /** Returns a number for a limit and the subject whose counts it has. */
  private static int who(Subject subject, LimitState limit) {
    String group = subject.groups().get(limit.scope());
    String counted = limit.scope() == Scope.GLOBAL ? "" : group == null ? subject.id() : group;
    return 31 * limit.qualifiedName().hashCode() + counted.hashCode();
  }

  /** Returns the value of {@code Retry-After}; empty for a wait above the ceiling. */
  public OptionalLong header(OptionalLong seconds) {
    return seconds.isEmpty()
            || ceiling.filter(most -> seconds.getAsLong() > most.toSeconds()).isPresent()
        ? OptionalLong.empty()
        : seconds;
  }

  /** Returns whether a client should not retry automatically. */
  public static boolean isForPeople(OptionalLong seconds) {
    return seconds.isEmpty() || seconds.getAsLong() > LONGEST_AUTOMATIC_RETRY_SECONDS;
  }
}
