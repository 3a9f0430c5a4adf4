package dev.quota.internal.memory;

import dev.quota.policy.CalendarUnit;
import dev.quota.policy.Capacity;
import dev.quota.policy.Window;
import dev.quota.spi.LimitSpec;
import dev.quota.store.Availability;
import java.time.Duration;
import java.time.Instant;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * The count of a calendar limit. A window begins with the first charge. It keeps its end, even if
 * the next call has another zone or billing day.
 */
sealed class CalendarCount extends LimitCount permits SessionCount {

  private static final long NOT_BEGUN = Long.MIN_VALUE;

  private static final long LONGEST_DAY_MILLIS = Duration.ofHours(26).toMillis();
  private static final long LONGEST_WEEK_MILLIS = Duration.ofDays(8).toMillis();
  private static final long LONGEST_MONTH_MILLIS = Duration.ofDays(32).toMillis();

  /** Zones differ by at most 26 hours. An end beyond that was set by a wrong clock. */
  private static final long ZONE_SPREAD_MILLIS = Duration.ofHours(26).toMillis();

  private long used;
  private long endMillis = NOT_BEGUN;
  private long nextEndMillis;
  private @Nullable GrantBalances balances;
  private Carry carry = Carry.NONE;

  /** What a window that begins now begins with. */
  private Carry nextCarry = Carry.NONE;

  CalendarCount(LimitSpec spec) {
    super(spec);
  }

  private CalendarUnit unit() {
    return ((Window.Calendar) spec.window()).unit();
  }

  @Override
  boolean counts(LimitSpec other) {
    return other.name().equals(spec.name())
        && other.window() instanceof Window.Calendar calendar
        && calendar.unit() == unit();
  }

  @Override
  void adopt(LimitSpec changed, long nowMillis) {
    if (balances != null || rollsOver() || changed.rollover().isPresent()) {
      // A window that ended before now is closed with the old capacity.
      advance(nowMillis);
    }
    spec = changed;
  }

  private boolean rollsOver() {
    return spec.rollover().isPresent();
  }

  @Override
  void advance(long nowMillis) {
    if (balances != null) {
      // Grants that expire after the window's end count too: they have paid for use in it.
      balances.expire(nowMillis, over());
    }
    if (hasBegun() && (nowMillis >= endMillis || isTooFar(nowMillis))) {
      // Not of a window that a wrong clock began.
      Carry left =
          rollsOver() && nowMillis >= endMillis
              ? Carry.after(spec.capacity(), used, endMillis)
              : Carry.NONE;
      startAgain();
      carry = left;
    }
    dropEmptyBalances();
    if (!hasBegun()) {
      Window.Fixed window = (Window.Fixed) spec.window();
      nextEndMillis = window.endAfter(Instant.ofEpochMilli(nowMillis)).toEpochMilli();
      dropOldCarry(nowMillis);
      nextCarry = carryAt(nowMillis);
    }
  }

  private Carry carryAt(long atMillis) {
    return rollsOver() && spec.window() instanceof Window.Calendar window
        ? carry.at(window, atMillis, spec.capacity())
        : Carry.NONE;
  }

  private void dropOldCarry(long nowMillis) {
    if (carry.isKnown()
        && nowMillis - carry.fromMillis() > 2 * (windowMillis() + ZONE_SPREAD_MILLIS)) {
      carry = Carry.NONE;
    }
  }

  final boolean hasBegun() {
    return endMillis != NOT_BEGUN;
  }

  /** Returns whether a wrong clock began the window. */
  boolean isTooFar(long nowMillis) {
    return endMillis - nowMillis > windowMillis() + ZONE_SPREAD_MILLIS;
  }

  /** Sets an earlier end, if the window has begun and its end is later than that. */
  final void endBy(long latestMillis, long newEndMillis) {
    if (hasBegun() && endMillis > latestMillis) {
      endMillis = newEndMillis;
    }
  }

  /** Forgets the window's use, and keeps what is left of the grant balances. */
  private void startAgain() {
    if (balances != null) {
      balances.rollOver(over());
    }
    used = 0;
    peak = 0;
    endMillis = NOT_BEGUN;
  }

  private void dropEmptyBalances() {
    if (balances != null && balances.isEmpty()) {
      balances = null;
    }
  }

  /** Returns how much is used beyond the capacity and what rolled over. */
  private long over() {
    return spec.capacity() instanceof Capacity.Limited limited
        ? Math.max(0, used - limited.units() - rolledOverUnits())
        : 0;
  }

  @Override
  long rolledOverUnits() {
    return atMostShare((endMillis == NOT_BEGUN ? nextCarry : carry).units());
  }

  private long atMostShare(long units) {
    return Math.min(units, spec.rolloverUnits());
  }

  /** Returns what the window after the present one will begin with, if nothing more is used. */
  private long rolledOverLater() {
    if (!rollsOver()) {
      return 0;
    }
    if (endMillis != NOT_BEGUN) {
      return atMostShare(Carry.unused(spec.capacity(), used));
    }
    return atMostShare(carryAt(nextEndMillis).units());
  }

  /** Adds a grant balance; returns false, and adds nothing, if there is no room. */
  boolean grant(long units, long expiresMillis) {
    if (balances == null) {
      balances = new GrantBalances();
    }
    return balances.add(units, expiresMillis);
  }

  @Override
  boolean reset(long nowMillis) {
    advance(nowMillis);
    if (endMillis != NOT_BEGUN && (rollsOver() || carry.isKnown())) {
      // The window may begin again with what it began with.
      carry = new Carry(carry.units(), nowMillis);
    }
    startAgain();
    advance(nowMillis);
    return balances != null || carry.isKnown();
  }

  @Override
  long usedUnits() {
    return used;
  }

  @Override
  long grantedUnits() {
    return balances == null ? 0 : balances.granted(over());
  }

  @Override
  long room(long grace) {
    return spec.capacity() instanceof Capacity.Limited limited
        ? Math.max(0, limited.units() + rolledOverUnits() + grantedUnits() + grace - used)
        : Long.MAX_VALUE;
  }

  private long currentEndMillis() {
    return endMillis == NOT_BEGUN ? nextEndMillis : endMillis;
  }

  @Override
  Availability fitLater(long cost) {
    long end = currentEndMillis();
    long left = rolledOverLater() + (balances == null ? 0 : balances.leftAt(end, over()));
    return spec.capacity() instanceof Capacity.Limited limited && cost > limited.units() + left
        ? Availability.never()
        : new Availability.At(end);
  }

  @Override
  OptionalLong resetAtMillis() {
    return OptionalLong.of(currentEndMillis());
  }

  @Override
  void take(long units) {
    if (endMillis == NOT_BEGUN) {
      carry = nextCarry;
      endMillis = nextEndMillis;
    }
    if (balances != null) {
      balances.used(over());
    }
    used = Math.min(MAX_USED, used + units);
    peak = Math.max(peak, used);
  }

  @Override
  void take(long units, Held.Part part, long nowMillis) {
    take(units);
    if (part.endMillis != endMillis) {
      // What was taken from an earlier window cannot be refunded any more.
      part.endMillis = endMillis;
      part.units = 0;
    }
    part.units += units;
  }

  @Override
  void refund(long units, LimitSpec held, Held.Part part) {
    long back = Math.min(units, part.units);
    refund(back, held, part.endMillis);
    part.units -= back;
  }

  @Override
  void refund(long units, LimitSpec held, long windowEndMillis) {
    if (endMillis == windowEndMillis) {
      used = Math.max(0, used - units);
      if (balances != null) {
        balances.used(over());
      }
    }
  }

  @Override
  boolean isUntouched() {
    return isUnused() && balances == null && !carry.isKnown();
  }

  @Override
  boolean isUnused() {
    return endMillis == NOT_BEGUN;
  }

  @Override
  long keepMillis(long nowMillis) {
    // What rolls over is known for two windows after the one that left it.
    long least = rollsOver() || carry.isKnown() ? 3 * windowMillis() : windowMillis();
    return balances == null ? least : Math.max(least, balances.remainingMillis(nowMillis));
  }

  /** Returns the longest time that a window lasts. */
  long windowMillis() {
    return switch (unit()) {
      case DAY -> LONGEST_DAY_MILLIS;
      case WEEK -> LONGEST_WEEK_MILLIS;
      case MONTH, CYCLE -> LONGEST_MONTH_MILLIS;
    };
  }

  @Override
  LimitCount copy(long nowMillis) {
    return copyTo(new CalendarCount(spec));
  }

  final LimitCount copyTo(CalendarCount copy) {
    copy.used = used;
    copy.endMillis = endMillis;
    copy.nextEndMillis = nextEndMillis;
    copy.peak = peak;
    copy.carry = carry;
    copy.nextCarry = nextCarry;
    copy.balances = balances == null ? null : balances.copy();
    return copy;
  }
}
