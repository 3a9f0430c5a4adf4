/**
 * What policies are: quotas, limits, windows, plans, units, thresholds, actions. It also reads
 * policy files, and reports every mistake with line and column.
 *
 * <p>{@code dev.quota} decides about charges.
 */
@NullMarked
package dev.quota.policy;

import org.jspecify.annotations.NullMarked;
