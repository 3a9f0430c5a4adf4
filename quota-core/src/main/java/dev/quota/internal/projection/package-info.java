/**
 * Estimates when limits will be used up, from the counts in replies of stores. {@code
 * dev.quota.internal.memory} has the counting itself.
 *
 * <p>Nothing here is part of the compatibility promise.
 */
@NullMarked
package dev.quota.internal.projection;

import org.jspecify.annotations.NullMarked;
