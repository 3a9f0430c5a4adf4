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
 * @param costs what it costs by each of the sets of policies, in their order; {@link #NOT_CHARGED}
 *     for a set that lacks the quota, or that has no price for the model
 */
public record UsageRow(
    long line, long epochMillis, int person, Subject subject, String quota, long[] costs) {

  /** The cost of a row that a set of policies does not charge. */
  public static final long NOT_CHARGED = -1;
}
