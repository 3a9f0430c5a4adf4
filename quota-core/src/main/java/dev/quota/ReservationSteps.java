package dev.quota;

import dev.quota.usage.UsageReport;
import java.util.Optional;

/**
 * The operations of a reservation, as steps. Steps run one after the other ({@link
 * QueuedReservation}). Any thread may call the other methods at any time.
 */
sealed interface ReservationSteps permits OpenReservation, EmptyReservation, RefusedReservation {

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

  /** Returns the cost of a report by the policy in force. */
  long costOf(UsageReport report);

  /** Returns whether it must be ended by the owner of its handle. */
  boolean mustBeEnded();

  /** Warns that the owner of its handle did not end it. */
  void warnOfDropped();

  /**
   * Notes what was used so far.
   *
   * @return true if the work may go on; false if {@link #grow} must decide
   * @throws IllegalArgumentException if it is out of range
   * @throws IllegalStateException if it was refused or is over
   */
  boolean covers(long soFar);

  /** Reserves more for work that used so much. The result says whether the work may go on. */
  Step<Boolean> grow(long soFar);

  /**
   * Checks that it can be settled, as far as is known now.
   *
   * @throws IllegalArgumentException if the amount is out of range
   * @throws IllegalStateException if it was refused, or ended in another way
   */
  void requireSettleable(long actual);

  Step<Settlement> settle(long actual);

  /**
   * Checks that it can be settled to what was used, as far as is known now.
   *
   * @throws IllegalStateException if it was refused or refunded, or if its use is not known
   */
  void requireSettleableAsUsed();

  Step<Settlement> settleAsUsed();

  /** Refunds all of it. The result says whether this call refunded something. */
  Step<Boolean> refund();

  /** Keeps it as it is, unless it is over. The result says whether it is over now. */
  Step<Boolean> close();

  /** Publishes the events since the last call. */
  void publish();
}
