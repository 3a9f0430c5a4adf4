package dev.quota;

import dev.quota.policy.QuotaPolicy;
import dev.quota.usage.UsageReport;
import java.util.Optional;

/**
 * An estimate that was taken before the work began, to be settled once to what the work used. Safe
 * for use by several threads.
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
 * <p>One that is neither settled nor given back is kept as it stands by {@link #close}. It must be
 * ended in one of these ways: one that is dropped and collected as garbage is closed then, with a
 * warning that names the place where it was made. If its node dies, the estimate stays charged, and
 * nothing more.
 *
 * <p>It is renewed while it is open, for at most 24 hours; a permit that it holds of a limit such
 * as "3 at once" for at most the limit's {@code max-duration}. The work may go on after that.
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
   * @return true if the quota was short and its policy degrades; another quota may be charged then
   */
  default boolean isDegraded() {
    return decision() instanceof Decision.Allowed allowed && allowed.isDegraded();
  }

  /**
   * Returns the name under which another node can settle it: {@link Quotas#resume}. From the first
   * call on, another node may do so: should a store forget the reservation meanwhile, this one
   * leaves what is charged as it is.
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
   * @return units: the estimate, cut to what the plan can grant, and what growth added; 0 if
   *     nothing is counted
   */
  long held();

  /**
   * Says how much the work has used so far. What is held grows in steps when that is more than the
   * estimate; without a step nothing leaves the process.
   *
   * @param soFar units in total since the work began, not since the last call; less than before
   *     changes nothing
   * @return true if the work may go on; false if the limits and their grace are used up, so that it
   *     should stop and keep what it has
   * @throws IllegalArgumentException if it is negative or more than {@link
   *     dev.quota.policy.Capacity#MAX_UNITS}; nothing is changed
   * @throws IllegalStateException if the reservation was refused or is over
   */
  boolean used(long soFar);

  /**
   * Returns whether the work goes on beyond a limit, within its {@linkplain QuotaPolicy#grace
   * grace}: what {@link #used} said is more than fits the limits. Of a limit of 1,000 and a grace
   * of 100 that is so from 1,001 to 1,100. Asks nothing: it says what the last growth has shown.
   *
   * <p>On a node that {@linkplain Quotas#resume resumed} it, it says whether the quota was beyond a
   * limit when it was resumed. It stays as it was when the reservation ends.
   *
   * @return true if it does; false of what was refused, of what no store counts, and as long as the
   *     store has not answered
   */
  boolean isInGrace();

  /**
   * Returns what {@link #used} said last.
   *
   * @return the largest total; empty if nothing was said
   */
  Optional<Long> usedSoFar();

  /**
   * Settles to what the work used. What was held too much is given back to the windows it was taken
   * from; what was held too little is charged. What is beyond the limits and their grace becomes a
   * debt, or is charged to nobody where the policy forgives it: {@link QuotaPolicy#overuse}.
   *
   * @param actual units in total, zero or more
   * @return what came of it; the same again if it was settled to that amount before
   * @throws IllegalArgumentException if it is negative or more than {@link
   *     dev.quota.policy.Capacity#MAX_UNITS}; the reservation stays as it was
   * @throws IllegalStateException if the reservation was refused, given back, closed, or settled to
   *     another amount
   */
  Settlement settle(long actual);

  /**
   * Settles to what a report of the work costs by the policy of {@link #quota}.
   *
   * @param report what the work used
   * @return what came of it
   * @throws IllegalArgumentException if the policy has no formula for the model of the report; the
   *     reservation stays as it was
   * @throws IllegalStateException if the reservation was refused, given back, closed, or settled to
   *     another amount
   */
  Settlement settle(UsageReport report);

  /**
   * Settles to what {@link #used} said, or to what is held if it said nothing: for work that ended
   * early, after some of it was delivered.
   *
   * @return what came of it
   * @throws IllegalStateException if the reservation was refused, given back or closed
   */
  Settlement settleAsUsed();

  /**
   * Gives all of it back: the work failed before anything was delivered.
   *
   * @return true if this call gave something back; false if there was nothing, or it is over
   */
  boolean refund();

  /**
   * Returns whether nothing can change any more.
   *
   * @return true if it was refused, settled, given back or closed
   */
  boolean isOver();

  /**
   * Returns this reservation for callers who do not wait, so that another thread can end it.
   *
   * @return the same reservation: what one does, the other sees
   */
  AsyncReservation async();

  /**
   * Keeps what is held, and what was used beyond that, unless the reservation was settled or given
   * back.
   */
  @Override
  void close();
}
