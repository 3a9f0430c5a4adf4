package dev.quota;

import dev.quota.policy.LimitKind;
import dev.quota.policy.LimitWindow;
import dev.quota.policy.Rollover;
import dev.quota.policy.Scope;
import dev.quota.policy.Threshold;
import dev.quota.policy.Window;
import dev.quota.spi.LimitResult;
import dev.quota.store.Accuracy;
import dev.quota.store.Availability;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * The numbers of one limit at one moment. Instances are immutable.
 *
 * <p>A limit of 50 a day with 42 used has {@code used() == 42}, {@code remaining() == 8} and {@code
 * remainingShare() == 0.16}. Do not show the exact numbers of a {@link #rounded} limit to people.
 * Only an {@link Accuracy#EXACT} limit has numbers of use. The limit itself is always known.
 */
public final class LimitState {

  private static final int ROUNDED_STEPS = 20;

  private final ResolvedLimit limit;
  private final LimitResult result;
  private final boolean shared;
  private final boolean rounded;
  private final Accuracy accuracy;

  LimitState(
      ResolvedLimit limit, LimitResult result, boolean shared, boolean rounded, Accuracy accuracy) {
    this.limit = limit;
    this.result = result;
    this.shared = shared;
    this.rounded = rounded;
    this.accuracy = accuracy;
  }

  /** {@return the limit's name, unique within the quota} */
  public String name() {
    return limit.spec.name();
  }

  /**
   * {@return the limit's name across quotas, which is also its policy name in HTTP headers; {@code
   * <quota>.<limit>}}
   */
  public String qualifiedName() {
    return limit.qualifiedName;
  }

  /** {@return the limit's own short name for people, if the policy gives one} */
  public Optional<String> label() {
    return limit.policy.label();
  }

  /** {@return the limit's short names in other languages than that of the label; may be empty} */
  public Map<Locale, String> labels() {
    return limit.policy.labels();
  }

  /** {@return whether it sets a pace or a budget} */
  public LimitKind kind() {
    return limit.kind;
  }

  /** {@return what it counts on} */
  public Scope scope() {
    return limit.scope;
  }

  /** {@return the window over which it counts, with its zone} */
  public Window window() {
    return limit.spec.window();
  }

  /**
   * {@return whether other people use it too; true for a limit of a group, of everybody, or of a
   * network address}
   */
  public boolean shared() {
    return shared;
  }

  /**
   * {@return whether its numbers must be shown rounded, so that nobody can work out the use of
   * others; true for a shared limit, unless the policy shows exact numbers}
   */
  public boolean rounded() {
    return rounded;
  }

  /** {@return how far the numbers can be trusted} */
  public Accuracy accuracy() {
    return accuracy;
  }

  /**
   * Returns how much fits into the window: the capacity of the policy, and what rolled over and was
   * granted on top. The capacity is known even while the store is away. It is always {@code limit +
   * overage = used + reserved + remaining}.
   *
   * @return units, or permits or calls if the limit counts those; empty if unlimited
   */
  public OptionalLong limit() {
    // Without an addition it is the policy's own value, which needs no new object.
    return limit.isUnlimited() || added() == 0 ? limit.limit : OptionalLong.of(total());
  }

  long total() {
    return limit.capacity() + added();
  }

  private long added() {
    return isExact() ? result.granted() + result.rolledOver() : 0;
  }

  /**
   * {@return how much was used, in units, rounded up, without what is reserved; empty if it is not
   * known exactly. It can be more than the limit: the limit was lowered, is only observed, or work
   * finished within a grace}
   */
  public OptionalLong used() {
    return known(result.used());
  }

  /**
   * {@return how many units running work has reserved, in addition to what was used; empty if it is
   * not known exactly}
   */
  public OptionalLong reserved() {
    return known(result.reserved());
  }

  /**
   * {@return how many units were granted on top of the policy for the current window; part of
   * {@link #limit}; empty if it is not known exactly}
   */
  public OptionalLong granted() {
    return known(result.granted());
  }

  /** {@return how many units rolled over; part of {@link #limit}; empty if not known exactly} */
  public OptionalLong rolledOver() {
    return known(result.rolledOver());
  }

  /** {@return up to which share of the capacity unused allowance rolls over, if it does} */
  public Optional<Rollover> rollover() {
    return limit.spec.rollover();
  }

  /**
   * {@return by how many units what is used and reserved exceeds the limit, at least 0; a debt that
   * the end of the window or the refill pays; empty if unlimited, or if it is not known exactly}
   */
  public OptionalLong overage() {
    return limit.isUnlimited() ? OptionalLong.empty() : known(Math.max(0, taken() - total()));
  }

  private OptionalLong known(long number) {
    return isExact() ? OptionalLong.of(number) : OptionalLong.empty();
  }

  /** Returns what is used and reserved; only for exact limits. */
  long taken() {
    return result.used() + result.reserved();
  }

  boolean isExact() {
    return accuracy == Accuracy.EXACT;
  }

  /**
   * {@return how many units are left, rounded down, at least 0; empty if unlimited, or if it is not
   * known exactly}
   */
  public OptionalLong remaining() {
    return limit.isUnlimited() || !isExact()
        ? OptionalLong.empty()
        : OptionalLong.of(remainingUnits());
  }

  /**
   * {@return the same as {@link #remaining}, without creating an object}
   *
   * @param other the number to return if that is empty
   */
  public long remainingOrElse(long other) {
    return limit.isUnlimited() || !isExact() ? other : remainingUnits();
  }

  private long remainingUnits() {
    return Math.max(0, total() - taken());
  }

  /**
   * {@return the share of the limit that is left, from 0 to 1; in steps of 0.05, rounded down, if
   * {@link #rounded}; empty if unlimited, or if it is not known exactly}
   */
  public OptionalDouble remainingShare() {
    if (limit.isUnlimited() || !isExact()) {
      return OptionalDouble.empty();
    }
    double share = exactShare();
    return OptionalDouble.of(
        rounded ? Math.floor(share * ROUNDED_STEPS + 1e-9) / ROUNDED_STEPS : share);
  }

  /**
   * Returns when the calendar window or the session ends.
   *
   * @return its end; empty for other windows, including conversations, for a session that has not
   *     begun, and if nothing is known. Only the store knows the end of a window that has begun,
   *     because it stays when a person changes the time zone. The end of an approximate limit is
   *     the one that this node uses.
   */
  public Optional<Instant> resetAt() {
    return limit.isFixed() && !limit.ofConversation ? resetInstant() : Optional.empty();
  }

  /**
   * {@return when the calendar window or the session began, for instance a day in Berlin at
   * midnight in Berlin; empty for other windows, for a session that has not begun, if {@link
   * #resetAt} is not known, and if that is no end of a window in the present time zone, as after a
   * change of the zone}
   */
  public Optional<Instant> startsAt() {
    if (window() instanceof Window.Session session) {
      return resetAt().map(end -> end.minus(session.period()));
    }
    return window() instanceof Window.Calendar calendar
        ? resetAt().flatMap(calendar::startOfWindowEnding)
        : Optional.empty();
  }

  /**
   * {@return when the rolling or sliding limit is full again if nothing more is used; empty if it
   * is full or unlimited, for other windows, and if it is not known exactly}
   */
  public Optional<Instant> fullAt() {
    return limit.isFixed() || !isExact() ? Optional.empty() : resetInstant();
  }

  private Optional<Instant> resetInstant() {
    return result.resetAtMillis().isPresent()
        ? Optional.of(Instant.ofEpochMilli(result.resetAtMillis().getAsLong()))
        : Optional.empty();
  }

  /**
   * {@return when the state's cost fits, on the clock of the store, or of this node if it is away.
   * If nothing is known: {@link Availability.Now}, or {@link Availability.WhenReleased} if refused}
   */
  public Availability availability() {
    return result.availability();
  }

  /**
   * {@return when the cost fits, if it does not fit now; empty if it fits, if it never fits, if the
   * moment is not known, and for limits on conversations}
   */
  public Optional<Instant> nextAvailableAt() {
    return result.availability() instanceof Availability.At at && !limit.ofConversation
        ? Optional.of(Instant.ofEpochMilli(at.epochMillis()))
        : Optional.empty();
  }

  /** {@return whether this limit has no room for the state's cost} */
  public boolean isShort() {
    return !(result.availability() instanceof Availability.Now);
  }

  /**
   * {@return the thresholds of this limit, in the order of the policy; none for an unlimited limit.
   * If several have the same value, such as 80 % and "2 left" of 10, only the first is in the list}
   */
  public List<Threshold> thresholds() {
    return limit.thresholds;
  }

  /**
   * {@return whether a threshold is known to be crossed by what is used now}
   *
   * @param threshold one of {@link #thresholds}
   */
  public boolean isCrossed(Threshold threshold) {
    return isExact() && taken() >= threshold.usedAt(total());
  }

  /** {@return the crossed threshold that lies closest to the limit, if any is known} */
  public Optional<Threshold> highestCrossed() {
    Threshold highest = null;
    for (Threshold threshold : limit.thresholds) {
      if (isCrossed(threshold)
          && (highest == null || threshold.usedAt(total()) > highest.usedAt(total()))) {
        highest = threshold;
      }
    }
    return Optional.ofNullable(highest);
  }

  /**
   * Returns whether the command of this state crossed a threshold. The fallback cannot know it: its
   * count starts at 0, and other nodes count on their own.
   */
  boolean crossedJustNow(Threshold threshold) {
    if (!isExact()) {
      return false;
    }
    long usedAt = threshold.usedAt(total());
    return result.peakBefore() < usedAt && usedAt <= result.peakAfter();
  }

  /** {@return how much attention this limit needs} */
  public Level level() {
    if (accuracy == Accuracy.UNKNOWN) {
      return Level.UNKNOWN;
    }
    if (limit.isUnlimited()) {
      return Level.UNLIMITED;
    }
    if (isShort()) {
      return Level.EXHAUSTED;
    }
    return hasWarning() ? Level.WARNING : Level.OK;
  }

  /** {@return why the capacity is not that of the plan; empty if it is} */
  public Optional<CapacityChange> change() {
    return limit.change;
  }

  boolean hasWarning() {
    if (!isExact()) {
      return false;
    }
    return added() == 0 ? taken() >= limit.warnsFrom : highestCrossed().isPresent();
  }

  /**
   * Returns the remaining share without rounding. It is infinite if the limit is unlimited. It is 1
   * if it is not known, so that a count of the fallback does not move the meter to another limit.
   */
  double exactShare() {
    if (limit.isUnlimited() || !isExact()) {
      return limit.isUnlimited() ? Double.POSITIVE_INFINITY : 1;
    }
    return total() == 0 ? 0 : (double) remainingUnits() / total();
  }

  /**
   * {@return whether it lasts as long as a conversation, so that waiting does not help: {@link
   * LimitWindow.Conversation}}
   */
  public boolean isOfConversation() {
    return limit.ofConversation;
  }

  /** {@return whether it counts calls, not units: how often a conversation is passed on} */
  public boolean countsCalls() {
    return limit.countsCalls;
  }

  /**
   * {@return whether it counts permits, so that it limits how many calls run at once: {@link
   * Window.Concurrent}}
   */
  public boolean countsPermits() {
    return limit.spec.window() instanceof Window.Concurrent;
  }

  ResolvedLimit resolved() {
    return limit;
  }

  OptionalLong resetAtMillis() {
    return result.resetAtMillis();
  }
}
