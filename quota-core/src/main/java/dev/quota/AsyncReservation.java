package dev.quota;

import dev.quota.usage.UsageReport;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * An estimate that was taken before the work began, for callers who do not wait: as {@link
 * Reservation}, with stages. Safe for use by several threads.
 *
 * <pre>{@code
 * quotas.async().reserve(subject, "tokens", 1_200).thenCompose(tokens -> tokens.isAllowed()
 *     ? model.answer(1_200).thenCompose(answer -> tokens.settle(answer.tokens()))
 *     : refuse(tokens.decision()));
 * }</pre>
 *
 * <p>No method waits for a store. Operations on one reservation are carried out one after the
 * other, in the order of the calls; of a reservation that is over, and of amounts out of range, a
 * call throws at once where that is known by then, and fails its stage where an operation before it
 * decides. Stages complete as {@link AsyncQuotas} says.
 *
 * <p>It must be settled, refunded or closed. One that is dropped and collected as garbage is closed
 * then, with a warning that names the place where it was made.
 */
public interface AsyncReservation {

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
   * @return true if the quota was short and its policy degrades; another quota may be charged then
   */
  default boolean isDegraded() {
    return decision() instanceof Decision.Allowed allowed && allowed.isDegraded();
  }

  /**
   * Returns the name under which another node can settle it, as {@link Reservation#id}.
   *
   * @return an id that means nothing, and is no person's; empty where nothing is held that could be
   *     settled, as of a refusal
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
   * @return units, as {@link Reservation#held}
   */
  long held();

  /**
   * Returns whether the work goes on beyond a limit, within its grace, as {@link
   * Reservation#isInGrace}. Asks nothing.
   *
   * @return true if it does
   */
  boolean isInGrace();

  /**
   * Returns what {@link #used} said last.
   *
   * @return the largest total; empty if nothing was said
   */
  Optional<Long> usedSoFar();

  /**
   * Returns whether nothing can change any more.
   *
   * @return true if it was refused, settled, refunded or closed, also where the store has not
   *     answered yet
   */
  boolean isOver();

  /**
   * Says how much the work has used so far, as {@link Reservation#used}. Without a step of growth
   * the stage is complete at once.
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
   * @return completes with what came of it; with the same again if it was settled to that amount
   *     before; with {@link Settlement.Outcome#PENDING} where the store did not answer
   * @throws IllegalArgumentException if it is out of range; the reservation stays as it was
   * @throws IllegalStateException if the reservation was refused, refunded, closed, or settled to
   *     another amount
   */
  CompletionStage<Settlement> settle(long actual);

  /**
   * Settles to what a report of the work costs by the policy of {@link #quota}.
   *
   * @param report what the work used
   * @return completes with what came of it
   * @throws IllegalArgumentException if the policy has no formula for the model of the report; the
   *     reservation stays as it was
   * @throws IllegalStateException if the reservation was refused, refunded, closed, or settled to
   *     another amount
   */
  CompletionStage<Settlement> settle(UsageReport report);

  /**
   * Settles to what {@link #used} said, or to what is held if it said nothing.
   *
   * @return completes with what came of it
   * @throws IllegalStateException if the reservation was refused, refunded or closed
   */
  CompletionStage<Settlement> settleAsUsed();

  /**
   * Refunds all of it: the work failed before anything was delivered.
   *
   * @return completes with true if this call refunded something; with false if there was nothing,
   *     or it is over
   */
  CompletionStage<Boolean> refund();

  /**
   * Keeps what is held, and what was used beyond that, unless the reservation was settled or
   * refunded.
   *
   * @return completes when it is over
   */
  CompletionStage<Void> close();
}
