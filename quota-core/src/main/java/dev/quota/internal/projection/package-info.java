/**
 * Guesses when limits will be used up, from the counts that stores reply. Counting itself is in
 * {@code dev.quota.internal.memory}.
 *
 * <p>Nothing here is part of the compatibility promise.
 */
@NullMarked
package dev.quota.internal.projection;

import org.jspecify.annotations.NullMarked;
