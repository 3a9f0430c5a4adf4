package dev.quota;

import dev.quota.policy.QuotaPolicy;
import dev.quota.usage.UsageReport;
import java.util.Optional;

/**
 * An estimate that was taken before the work began. It is settled once to what the work used.
 * Thread-safe.
 *
 * <pre>{@code
 * try (Reservation tokens = quotas.reserve(subject, "tokens", 1_200)) {
 *   if (!tokens.isAllowed()) {
 *     return refuse(tokens.decision());
 *   }
 *   while (model.hasNext() && tokens.used(model.tokensSoFar())) {
 *     write(model.next());
 *   }
 *   tokens.settle(model.tokensSoFar());
 * }
 * }</pre>
 *
 * <p>It must be settled, refunded or closed. {@link #close} keeps what is held as charged, unless
 * the reservation was settled or refunded. If it is garbage collected before that, it is closed,
 * and a warning names the place where it was made. If its node dies, what it holds stays charged.
 *
 * <p>It is renewed while it is open, for at most 24 hours. A permit of a limit such as "3 at once"
 * is renewed for at most the limit's {@code max-duration}. The work may go on after that.
 */
public interface Reservation extends AutoCloseable {

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
   * Reports how much the work has used so far. If that is more than is held, the reservation grows
   * by a step. Without growth the store is not asked.
   *
   * @param soFar units in total since the work began, not since the last call; less than before
   *     changes nothing
   * @return true if the work may go on; false if the limits and their grace are used up, so that
   *     the work should stop
   * @throws IllegalArgumentException if it is negative or more than {@link
   *     dev.quota.policy.Capacity#MAX_UNITS}; nothing is changed
   * @throws IllegalStateException if the reservation was refused or is over
   */
  boolean used(long soFar);

  /**
   * Returns whether the work runs beyond a limit, within its {@linkplain QuotaPolicy#grace grace}:
   * the total of {@link #used} is more than fits the limits. With a limit of 1,000 and a grace of
   * 100 it is true from 1,001 to 1,100. It asks no store: it uses the result of the last growth.
   *
   * <p>On a node that {@linkplain Quotas#resume resumed} it, it returns whether the quota was
   * beyond a limit at that moment. It does not change after the reservation has ended.
   *
   * @return true if it does; false if it was refused, if no store counts it, and before the store
   *     has answered
   */
  boolean isInGrace();

  /**
   * Returns the largest total that was given to {@link #used}.
   *
   * @return units; empty if {@link #used} was not called
   */
  Optional<Long> usedSoFar();

  /**
   * Settles to what the work used. If more was held, the difference is refunded to the windows it
   * was taken from. If less was held, the difference is charged. What is beyond the limits and
   * their grace becomes a debt, or is forgiven, as the policy says: {@link QuotaPolicy#overuse}.
   *
   * @param actual units in total, zero or more
   * @return the result; the same result if it was settled to that amount before
   * @throws IllegalArgumentException if it is negative or more than {@link
   *     dev.quota.policy.Capacity#MAX_UNITS}; the reservation stays as it was
   * @throws IllegalStateException if the reservation was refused, refunded, closed, or settled to
   *     another amount
   */
  Settlement settle(long actual);

  /**
   * Settles to what a report of the work costs by the policy of {@link #quota}.
   *
   * @param report what the work used
   * @return the result
   * @throws IllegalArgumentException if the policy has no formula for the model of the report; the
   *     reservation stays as it was
   * @throws IllegalStateException if the reservation was refused, refunded, closed, or settled to
   *     another amount
   */
  Settlement settle(UsageReport report);

  /**
   * Settles to the total of {@link #used}, or to what is held if {@link #used} was not called. For
   * work that ended early, after some of it was delivered.
   *
   * @return the result
   * @throws IllegalStateException if the reservation was refused, refunded or closed
   */
  Settlement settleAsUsed();

  /**
   * Refunds all of it: the work failed before anything was delivered.
   *
   * @return true if this call refunded something; false if nothing was held or it is over
   */
  boolean refund();

  /**
   * Returns whether nothing can change any more.
   *
   * @return true if it was refused, settled, refunded or closed
   */
  boolean isOver();

  /**
   * Returns this reservation with methods that do not wait.
   *
   * @return another handle of the same reservation; either of them can end it
   */
  AsyncReservation async();

  /**
   * Charges what is held, or what was used if that is more. Does nothing if the reservation was
   * settled or refunded.
   */
  @Override
  void close();
}
