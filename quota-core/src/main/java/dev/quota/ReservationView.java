package dev.quota;

import dev.quota.policy.QuotaPolicy;
import java.util.Optional;

/**
 * What can be asked about a reservation without the store: the common part of {@link Reservation}
 * and {@link AsyncReservation}. Thread-safe.
 */
public interface ReservationView {

  /**
   * Returns what the quota said.
   *
   * @return the decision, with the states after it
   */
  Decision decision();

  /**
   * Returns whether the work may start.
   *
   * @return true if the decision is {@link Decision.Allowed}
   */
  default boolean isAllowed() {
    return decision().isAllowed();
  }

  /**
   * Returns whether the work must run in its reduced form.
   *
   * @return true if the quota was short and its policy degrades; another quota may have been
   *     charged
   */
  default boolean isDegraded() {
    return decision() instanceof Decision.Allowed allowed && allowed.isDegraded();
  }

  /**
   * Returns the id with which another node can settle it: {@link Quotas#resume}. After the first
   * call of this method another node may do so. If the store then forgets the reservation, this
   * object does not correct the charge, because the other node may have settled it.
   *
   * @return a random id, which says nothing about the subject; empty if nothing is held, as after a
   *     refusal
   */
  Optional<String> id();

  /**
   * Returns the quota that is charged.
   *
   * @return the quota that was asked for, or the one it degrades to
   */
  String quota();

  /**
   * Returns how much is held at the moment.
   *
   * @return units: the estimate, cut to what the plan can grant, plus what growth added; 0 if
   *     nothing is counted
   */
  long held();

  /**
   * Returns whether the work runs beyond a limit, within its {@linkplain QuotaPolicy#grace grace}:
   * the total of {@link Reservation#used} is more than fits the limits. With a limit of 1,000 and a
   * grace of 100 it is true from 1,001 to 1,100. It asks no store: it uses the result of the last
   * growth.
   *
   * <p>On a node that {@linkplain Quotas#resume resumed} it, it returns whether the quota was
   * beyond a limit at that moment. It does not change after the reservation has ended.
   *
   * @return true if it does; false if it was refused, if no store counts it, and before the store
   *     has answered
   */
  boolean isInGrace();

  /**
   * Returns the largest total that was given to {@link Reservation#used}.
   *
   * @return units; empty if {@link Reservation#used} was not called
   */
  Optional<Long> usedSoFar();

  /**
   * Returns whether nothing can change any more.
   *
   * @return true if it was refused, settled, refunded or closed, even if the store has not answered
   *     yet
   */
  boolean isOver();
}
