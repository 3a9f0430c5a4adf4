/**
 * What policies are: quotas, limits, windows, plans, units, thresholds, actions. Also reads policy
 * files, and names every mistake in them by line and column.
 *
 * <p>Nothing here decides about a charge; that belongs in {@code dev.quota}.
 */
@NullMarked
package dev.quota.policy;

import org.jspecify.annotations.NullMarked;
