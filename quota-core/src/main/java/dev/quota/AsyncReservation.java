package dev.quota;

import dev.quota.usage.UsageReport;
import java.util.concurrent.CompletionStage;

/**
 * A {@link Reservation} for callers that must not wait: its methods return stages. Thread-safe.
 *
 * <pre>{@code
 * quotas.async().reserve(subject, "tokens", 1_200).thenCompose(tokens -> tokens.isAllowed()
 *     ? model.answer(1_200).thenCompose(answer -> tokens.settle(answer.tokens()))
 *     : refuse(tokens.decision()));
 * }</pre>
 *
 * <p>No method waits for a store that answers later. Operations on one reservation run one after
 * the other, in the order of the calls. Misuse throws at once if it is known at the call: an amount
 * is out of range, or the reservation is over. If an earlier operation decides about it, the stage
 * fails instead. Stages complete as {@link AsyncQuotas} says.
 *
 * <p>It must be settled, refunded or closed. If it is garbage collected before that, it is closed,
 * and a warning names the place where it was made, as that of a {@link Reservation}.
 */
public interface AsyncReservation extends ReservationView {

  /**
   * Says how much the work has used so far, as {@link Reservation#used}. If what is held need not
   * grow, the stage is complete at once.
   *
   * @param soFar units in total since the work began, not since the last call; less than before
   *     changes nothing
   * @return completes with true if the work may go on; with false if the limits and their grace are
   *     used up
   * @throws IllegalArgumentException if it is negative or more than {@link
   *     dev.quota.policy.Capacity#MAX_UNITS}; nothing is changed
   * @throws IllegalStateException if the reservation was refused or is over
   */
  CompletionStage<Boolean> used(long soFar);

  /**
   * Settles to what the work used, once, as {@link Reservation#settle(long)}.
   *
   * @param actual units in total, zero or more
   * @return completes with the result; with the same result if it was settled to that amount
   *     before; with {@link Settlement.Outcome#PENDING} if the store did not answer
   * @throws IllegalArgumentException if it is out of range; the reservation stays as it was
   * @throws IllegalStateException if the reservation was refused, refunded, closed, or settled to
   *     another amount
   */
  CompletionStage<Settlement> settle(long actual);

  /**
   * Settles to what a report of the work costs by the policy of {@link #quota}.
   *
   * @param report what the work used
   * @return completes with the result
   * @throws IllegalArgumentException if the policy has no formula for the model of the report; the
   *     reservation stays as it was
   * @throws IllegalStateException if the reservation was refused, refunded, closed, or settled to
   *     another amount
   */
  CompletionStage<Settlement> settle(UsageReport report);

  /**
   * Settles to what {@link #used} said, or to what is held if it said nothing.
   *
   * @return completes with the result
   * @throws IllegalStateException if the reservation was refused, refunded or closed
   */
  CompletionStage<Settlement> settleAsUsed();

  /**
   * Refunds all of it: the work failed before anything was delivered.
   *
   * @return completes with true if this call refunded something; with false if nothing was held or
   *     it is over
   */
  CompletionStage<Boolean> refund();

  /**
   * Charges what is held, or what was used if that is more. Does nothing if the reservation was
   * settled or refunded.
   *
   * @return completes when it is over
   */
  CompletionStage<Void> close();
}
