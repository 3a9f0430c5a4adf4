/**
 * Reads policy files, and names every mistake in them by line and column.
 *
 * <p>What a policy means lives in {@link dev.quota}; nothing here decides about a charge.
 */
@NullMarked
package dev.quota.policy;

import org.jspecify.annotations.NullMarked;
