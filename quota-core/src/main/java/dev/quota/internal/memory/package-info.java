/**
 * The in-process store and its counting of limits.
 *
 * <p>Nothing here is part of the compatibility promise.
 */
@NullMarked
package dev.quota.internal.memory;

import org.jspecify.annotations.NullMarked;
