package dev.quota.tool.log;

import dev.quota.Subject;

/**
 * One row of a log, ready to be charged.
 *
 * @param line the line on which it begins, from 1
 * @param epochMillis its time
 * @param person the number of its person, from 0 in the order of their first rows
 * @param subject who is charged
 * @param quota the name of the quota
 * @param cost the cost with the policies that are tried; {@link #NOT_CHARGED} if they lack the
 *     quota
 * @param costBefore the cost with the earlier policies; {@link #NOT_CHARGED} if they lack the
 *     quota, or have no price for the model
 */
public record UsageRow(
    long line,
    long epochMillis,
    int person,
    Subject subject,
    String quota,
    long cost,
    long costBefore) {

  /** The cost of a row that a set of policies does not charge. */
  public static final long NOT_CHARGED = -1;

  /**
   * Returns the cost with one of the sets of policies.
   *
   * @param set 0 for the policies that are tried, 1 for the earlier ones
   * @return the cost, or {@link #NOT_CHARGED}
   */
  public long cost(int set) {
    return set == 0 ? cost : costBefore;
  }
}
