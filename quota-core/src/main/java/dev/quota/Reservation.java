package dev.quota;

import dev.quota.policy.QuotaPolicy;
import dev.quota.usage.UsageReport;

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
 * and a warning names the place where it was made. After the first 1,000 of an engine, the places
 * of only some are known. If its node dies, what it holds stays charged.
 *
 * <p>It is renewed while it is open, for at most 24 hours. A permit of a limit such as "3 at once"
 * is renewed for at most the limit's {@code max-duration}. The work may go on after that.
 */
public interface Reservation extends ReservationView, AutoCloseable {

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
