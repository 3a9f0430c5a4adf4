/**
 * What one call used, such as tokens, for the formulas of policies.
 *
 * <p>Reading it from what a provider answers belongs in the module {@code quota-models}.
 */
@NullMarked
package dev.quota.usage;

import org.jspecify.annotations.NullMarked;
