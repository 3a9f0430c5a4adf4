package dev.quota;

import dev.quota.policy.LimitKind;
import dev.quota.policy.LimitWindow;
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
 * remainingShare() == 0.16}. Numbers of a {@link #rounded} limit are for deciding, not for showing.
 * Only an {@link Accuracy#EXACT} limit has numbers of use; what a limit allows is there always.
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

  /**
   * {@return the limit's own short names in other languages than that of the label, by language,
   * possibly none}
   */
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

  /** {@return over which time it counts; with its zone} */
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
   * {@return whether its numbers must be shown rounded, so that nobody's use can be worked out;
   * true for a shared limit unless the policy shows exact numbers}
   */
  public boolean rounded() {
    return rounded;
  }

  /** {@return how far the numbers can be trusted} */
  public Accuracy accuracy() {
    return accuracy;
  }

  /**
   * Returns how much fits into the window: by the policy, also while the store is away, and what
   * was granted on top. It is always {@code limit + overage = used + reserved + remaining}.
   *
   * @return units; places or calls where those are counted; empty if unlimited
   */
  public OptionalLong limit() {
    // Nearly always what the policy says, and then no object is made.
    return limit.isUnlimited() || !isExact() || result.granted() == 0
        ? limit.limit
        : OptionalLong.of(total());
  }

  long total() {
    return limit.capacity() + (isExact() ? result.granted() : 0);
  }

  /**
   * {@return how much was used; units, rounded up, without what is reserved; more than the limit
   * where the limit was lowered or is only observed, and after work that finished within a grace;
   * empty if it is not known exactly}
   */
  public OptionalLong used() {
    return known(result.used());
  }

  /**
   * {@return how much running work has reserved, beside what was used; units; empty if it is not
   * known exactly}
   */
  public OptionalLong reserved() {
    return known(result.reserved());
  }

  /**
   * {@return how much was granted on top of the policy for the current window; units, part of
   * {@link #limit}; empty if it is not known exactly}
   */
  public OptionalLong granted() {
    return known(result.granted());
  }

  /**
   * {@return how much more than the limit is used and reserved: a debt that the next window or the
   * refill pays first; units, at least 0; empty if unlimited, or if it is not known exactly}
   */
  public OptionalLong overage() {
    return limit.isUnlimited() ? OptionalLong.empty() : known(Math.max(0, taken() - total()));
  }

  private OptionalLong known(long number) {
    return isExact() ? OptionalLong.of(number) : OptionalLong.empty();
  }

  /** Returns what is used and reserved; only where that is known. */
  long taken() {
    return result.used() + result.reserved();
  }

  boolean isExact() {
    return accuracy == Accuracy.EXACT;
  }

  /**
   * {@return how much is left; units, rounded down, at least 0; empty if unlimited, or if it is not
   * known exactly}
   */
  public OptionalLong remaining() {
    return limit.isUnlimited() || !isExact()
        ? OptionalLong.empty()
        : OptionalLong.of(remainingUnits());
  }

  /**
   * {@return the same as {@link #remaining}, without making an object}
   *
   * @param other the number where that is empty
   */
  public long remainingOrElse(long other) {
    return limit.isUnlimited() || !isExact() ? other : remainingUnits();
  }

  private long remainingUnits() {
    return Math.max(0, total() - taken());
  }

  /**
   * {@return which share of the limit is left; 0 to 1; in steps of 0.05, rounded down, if {@link
   * #rounded}; empty if unlimited, or if it is not known exactly}
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
   * Returns when the calendar window ends.
   *
   * @return its end; empty for other windows, conversations included, and where nothing is known: a
   *     window that has begun keeps its end when somebody moves, so that only the store knows it.
   *     Of an approximate limit it is the end by which this node decides.
   */
  public Optional<Instant> resetAt() {
    return limit.isCalendar() && !limit.ofConversation ? resetInstant() : Optional.empty();
  }

  /**
   * {@return when the calendar window began: a day of Berlin at midnight in Berlin; empty for other
   * windows, which have none, and where {@link #resetAt} is not known or is not an end by the
   * present calendar, as after somebody moved to another zone}
   */
  public Optional<Instant> startsAt() {
    return window() instanceof Window.Calendar calendar
        ? resetAt().flatMap(calendar::startOfWindowEnding)
        : Optional.empty();
  }

  /**
   * {@return when the rolling limit is full again if nothing more is used, empty while it is full,
   * where it is unlimited, for other windows, and if it is not known exactly}
   */
  public Optional<Instant> fullAt() {
    return limit.isCalendar() || !isExact() ? Optional.empty() : resetInstant();
  }

  /** Returns how long until more of it is available, as {@link QuotaState#millisUntilMore} says. */
  long millisUntilMore(long nowMillis, long unknown) {
    if (result.availability() instanceof Availability.At at && !limit.ofConversation) {
      return Math.max(0, at.epochMillis() - nowMillis);
    }
    if (result.resetAtMillis().isEmpty()) {
      return unknown;
    }
    long untilReset = Math.max(0, result.resetAtMillis().getAsLong() - nowMillis);
    if (limit.isCalendar()) {
      return limit.ofConversation ? unknown : untilReset;
    }
    if (!isExact() || !(window() instanceof Window.Rolling rolling)) {
      return unknown;
    }
    long perUnit = -Math.floorDiv(-rolling.periodMillis(), limit.isUnlimited() ? 1 : total());
    // How far a rounded limit has drained would tell exactly how much of it is used.
    return rounded ? perUnit : Math.min(untilReset, perUnit);
  }

  private Optional<Instant> resetInstant() {
    return result.resetAtMillis().isPresent()
        ? Optional.of(Instant.ofEpochMilli(result.resetAtMillis().getAsLong()))
        : Optional.empty();
  }

  /**
   * Returns when the state's cost fits into this limit.
   *
   * @return the availability, on the clock of whoever decided. Where nothing is known, {@link
   *     Availability.Now} if the policy lets charges through, else {@link
   *     Availability.WhenReleased}: nobody knows when.
   */
  public Availability availability() {
    return result.availability();
  }

  /**
   * {@return when the cost fits, where it does not fit now but will, empty if it fits, never will,
   * or nobody knows when; of a conversation too, which nobody is to wait for}
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
   * {@return the thresholds of this limit, in the order of the policy; none for an unlimited one;
   * of several that are crossed at one point, such as 80 % and "2 left" of 10, the first}
   */
  public List<Threshold> thresholds() {
    return limit.thresholds;
  }

  /**
   * Returns whether a threshold is crossed by what is used now.
   *
   * @param threshold one of {@link #thresholds}
   * @return true if it is known to be
   */
  public boolean isCrossed(Threshold threshold) {
    return isExact() && taken() >= threshold.usedAt(total());
  }

  /**
   * {@return the crossed threshold that lies closest to the limit, if any is known to be crossed}
   */
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
   * Returns whether the command that gave this state was the one that crossed a threshold. A
   * stand-in cannot know: its count starts at nothing, and other nodes have theirs.
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

  boolean hasWarning() {
    if (!isExact()) {
      return false;
    }
    return result.granted() == 0 ? taken() >= limit.warnsFrom : highestCrossed().isPresent();
  }

  /**
   * Returns the remaining share without rounding; infinite if the limit is unlimited, and all of it
   * where it is not known, so that the meter does not jump to another limit by a stand-in's count.
   */
  double exactShare() {
    if (limit.isUnlimited() || !isExact()) {
      return limit.isUnlimited() ? Double.POSITIVE_INFINITY : 1;
    }
    return total() == 0 ? 0 : (double) remainingUnits() / total();
  }

  /**
   * {@return whether it lasts as long as a conversation, so that waiting does not help; true for
   * {@link LimitWindow.Conversation}}
   */
  public boolean isOfConversation() {
    return limit.ofConversation;
  }

  /**
   * {@return whether it counts charges and reservations, one each, whatever they cost; true for a
   * limit on how often a conversation is passed on}
   */
  public boolean countsCalls() {
    return limit.countsCalls;
  }

  /** {@return whether it counts places: how many at once; true for {@link Window.Concurrent}} */
  public boolean countsPermits() {
    return limit.spec.window() instanceof Window.Concurrent;
  }

  ResolvedLimit resolved() {
    return limit;
  }

  OptionalLong resetAtMillis() {
    return result.resetAtMillis();
  }

  /** Returns which of the quota's entries counts it; only for limits that a store counts. */
  int entry() {
    return limit.entry;
  }
}
