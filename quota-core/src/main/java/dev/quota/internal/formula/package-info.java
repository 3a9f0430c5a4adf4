/**
 * Formulas that compute a cost: their grammar and their arithmetic.
 *
 * <p>{@code dev.quota.policy} decides which names a formula may use.
 */
@NullMarked
package dev.quota.internal.formula;

import org.jspecify.annotations.NullMarked;
