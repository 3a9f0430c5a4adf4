package dev.quota;

import dev.quota.usage.UsageReport;
import java.util.Optional;

/**
 * What a reservation does, as steps, whoever its handle is for. Steps are carried out one after the
 * other ({@link QueuedReservation}); what is no step can be asked at any time, by any thread.
 */
sealed interface ReservationSteps permits OpenReservation, LooseReservation, RefusedReservation {

  Decision decision();

  /** Returns whether the work may start. */
  default boolean isAllowed() {
    return decision().isAllowed();
  }

  Optional<String> id();

  String quota();

  long held();

  Optional<Long> usedSoFar();

  boolean isInGrace();

  boolean isOver();

  /** Returns what a report costs by the policy in force. */
  long costOf(UsageReport report);

  /** Returns whether it must be ended by the owner of its handle. */
  boolean mustBeEnded();

  /** Warns that the owner of its handle did not. */
  void warnOfDropped();

  /**
   * Notes what was used so far.
   *
   * @return true if the work may go on; false if {@link #grow} must say it
   * @throws IllegalArgumentException if it is out of range
   * @throws IllegalStateException if it was refused or is over
   */
  boolean covers(long soFar);

  /** Says whether work that used so much may go on, and holds more for it. */
  Step<Boolean> grow(long soFar);

  /**
   * Checks that it can be settled, as far as is known by now.
   *
   * @throws IllegalArgumentException if the amount is out of range
   * @throws IllegalStateException if it was refused, or ended in another way
   */
  void requireSettleable(long actual);

  Step<Settlement> settle(long actual);

  /**
   * Checks that it can be settled to what was used, as far as is known by now.
   *
   * @throws IllegalStateException if it was refused or refunded, or nobody said what was used
   */
  void requireSettleableAsUsed();

  Step<Settlement> settleAsUsed();

  /** Refunds all of it; says whether this call refunded something. */
  Step<Boolean> refund();

  /** Keeps it as it stands, unless it is over; says whether it is over afterwards. */
  Step<Boolean> close();

  /** Tells listeners what has happened since the last time. */
  void tell();
}
