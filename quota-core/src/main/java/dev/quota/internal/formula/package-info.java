/**
 * Formulas that compute a cost: their grammar and their arithmetic.
 *
 * <p>Which names a formula may use is decided in {@code dev.quota.policy}.
 */
@NullMarked
package dev.quota.internal.formula;

import org.jspecify.annotations.NullMarked;
