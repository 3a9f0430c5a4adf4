/**
 * What one call used, such as tokens, for the formulas of policies.
 *
 * <p>The module {@code quota-models} reads it from a provider's answer.
 */
@NullMarked
package dev.quota.usage;

import org.jspecify.annotations.NullMarked;
